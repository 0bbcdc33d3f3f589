import assert from "node:assert/strict";
import { fleet, homeSite } from "../../src/simulator/scenarios.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import { type Captured, runInWorld, type WorldChoice } from "../support/captured_world.ts";

const now = Temporal.Instant.from("2026-06-01T12:07:00Z");

async function inFolder<T>(deed: (folder: string) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir({ prefix: "seh-check-" });
  try {
    return await deed(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function checkApi(
  server: { readonly url: string },
  key: string,
  choice: Partial<WorldChoice> = {},
  args: readonly string[] = [],
): Promise<Captured> {
  return inFolder((folder) =>
    runInWorld(["check-api", ...args], {
      cwd: folder,
      now,
      ...choice,
      env: { SEH_API_KEY: key, SEH_API_BASE_URL: server.url, SEH_API_VERSION: "1", ...choice.env },
    })
  );
}

Deno.test("check-api lists the sites as a table and the quota that is left", async () => {
  await using server = await startSimulator({ sites: [homeSite()], now: () => now });
  const { code, stdout, stderr } = await checkApi(server, server.apiKey);
  assert.equal(code, 0);
  assert.match(stdout, /^ +id +name +status +peak power +last update +location\n/);
  assert.match(
    stdout,
    /1234567 {2}Example Home {2}Active .*9\.84 kWp {2}2026-06-01 .*Beispielstadt, Germany\n$/,
  );
  assert.match(stderr, /old API .* accepts your key: 1 site\./);
  assert.match(stderr, /299 of the 300 requests in 24 hours are left/);
});

Deno.test("check-api finds more than a hundred sites in as few requests as there are pages", async () => {
  await using server = await startSimulator({ sites: fleet(205), now: () => now });
  const { stdout, stderr } = await checkApi(server, server.apiKey);
  assert.equal(stdout.trimEnd().split("\n").length, 1 + 205);
  assert.match(stderr, /205 sites/);
  assert.equal(server.requests.length, 3);
});

Deno.test("a list whose count is never reached ends", async () => {
  await using server = await startSimulator({ sites: fleet(120), now: () => now });
  server.inject({ kind: "endless-count", times: Infinity });
  const { code, stdout } = await checkApi(server, server.apiKey);
  assert.equal(code, 0);
  assert.equal(stdout.trimEnd().split("\n").length, 1 + 100);
  assert.ok(server.requests.length <= 2);
});

Deno.test("a refused key ends with exit code 4 and appears nowhere", async () => {
  await using server = await startSimulator({ sites: [homeSite()], now: () => now });
  const key = "SECRETKEYTHATISWRONG123456789";
  for (const args of [[], ["--verbose"]]) {
    const { code, stdout, stderr } = await checkApi(server, key, {}, args);
    assert.equal(code, 4);
    assert.equal(stdout, "");
    assert.match(stderr, /Check SEH_API_KEY/);
    assert.ok(!stderr.includes(key));
  }
});

Deno.test("a server that echoes the key does not get it printed", async () => {
  await using server = await startSimulator({ sites: [homeSite()], now: () => now });
  server.inject({ kind: "echo-url", status: 400, times: Infinity });
  const { code, stdout, stderr } = await checkApi(server, server.apiKey, {}, ["--verbose"]);
  assert.equal(code, 1);
  assert.ok(server.requests.length > 0);
  assert.ok(!(stdout + stderr).includes(server.apiKey));
});

Deno.test("an API that SolarEdge has retired is reported as such with exit code 1", async () => {
  await using server = await startSimulator({ sites: [homeSite()], now: () => now });
  server.inject({ kind: "status", status: 410, times: Infinity });
  const { code, stderr } = await checkApi(server, server.apiKey);
  assert.equal(code, 1);
  assert.match(
    stderr,
    /SolarEdge has retired its old API: homeowners run `seh login`/,
  );
});

Deno.test("a spent quota ends with exit code 75 and sends nothing", async () => {
  await using server = await startSimulator({ sites: [homeSite()], now: () => now });
  await inFolder(async (folder) => {
    const env = {
      SEH_API_KEY: server.apiKey,
      SEH_API_VERSION: "1",
      SEH_API_BASE_URL: server.url,
      SEH_API_DAILY_LIMIT: "1",
    };
    const first = await runInWorld(["check-api"], { cwd: folder, now, env });
    const second = await runInWorld(["check-api"], { cwd: folder, now, env });
    assert.deepEqual([first.code, second.code], [0, 75]);
    assert.match(second.stderr, /free again at 2026-06-02T12:07:/);
    assert.equal(server.requests.length, 1);
  });
});

Deno.test("on a terminal the table has borders and colour, with NO_COLOR or --no-color none", async () => {
  await using server = await startSimulator({ sites: [homeSite()], now: () => now });
  const colour = (choice: Partial<WorldChoice>, args: readonly string[] = []) =>
    checkApi(server, server.apiKey, { terminal: true, ...choice }, args);
  const plain = await colour({ env: { NO_COLOR: "1" } });
  assert.match(plain.stdout, /^┌/);
  assert.ok(!plain.stdout.includes("\u001b"));
  assert.ok(!(await colour({}, ["--no-color"])).stdout.includes("\u001b"));
  assert.ok((await colour({})).stdout.includes("\u001b["));
  const narrow = await colour({ env: { NO_COLOR: "1" }, columns: 60 });
  assert.ok(narrow.stdout.split("\n").every((line) => line.length <= 60));
});
