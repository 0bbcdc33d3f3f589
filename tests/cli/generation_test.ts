// Not in test:fast: whole harvests of both generations, and a demo.
import assert from "node:assert/strict";
import { homeSite } from "../../src/simulator/scenarios.ts";
import { type SimulatorOptions, startSimulator } from "../../src/simulator/simulator.ts";
import { haveGrant } from "../support/have_grant.ts";
import { runSeh } from "../support/run_seh.ts";

const now = Temporal.Instant.from("2026-06-01T12:37:00Z");

/** A folder and a server; `key` says which of the server's keys the user has. */
async function user(key: "apiKey" | "fleetKey", options: Partial<SimulatorOptions> = {}) {
  const cwd = await Deno.makeTempDir({ prefix: "seh-generation-test-" });
  const site = homeSite({ firstDay: "2026-05-31", installationDate: "2026-05-31" });
  const allowance = { credits: 2000, perMinute: 1000, billingDay: 1 };
  const server = await startSimulator({ sites: [site], now: () => now, allowance, ...options });
  const env = {
    SEH_API_KEY: server[key],
    SEH_API_BASE_URL: server.url,
    SEH_API_MINUTE_LIMIT: "1000",
  };
  return {
    server,
    cwd,
    seh: (args: string[], more: Record<string, string> = {}) =>
      runSeh(args, { cwd, env: { ...env, ...more }, at: now }),
    async [Symbol.asyncDispose]() {
      await server.close();
      await Deno.remove(cwd, { recursive: true });
    },
  };
}

Deno.test("a key of v1 is recognised with a request to each generation, and remembered", async () => {
  await using one = await user("apiKey");
  const first = await one.seh(["check-api"]);
  assert.equal(first.code, 0, first.stderr);
  assert.match(first.stderr, /old API .* accepts your key/);
  assert.deepEqual(one.server.requestCounts(), { "/v2/sites": 1, "/sites/list": 2 });
  one.server.clearRequests();
  assert.equal((await one.seh(["sync"])).code, 0);
  assert.equal(one.server.requestCounts()["/v2/sites"], undefined);
});

Deno.test("a key of v2 is recognised, and its sites are harvested", async () => {
  await using one = await user("fleetKey");
  const { code, stdout, stderr } = await one.seh(["sync", "--json"]);
  assert.equal(code, 0, stderr);
  const report = JSON.parse(stdout);
  assert.deepEqual([report.failures, report.left_due], [[], 0]);
  assert.ok(report.rows.inserted > 500);
  const exported = await one.seh(["export", "storage", "-f", "ndjson", "-o", "-"]);
  const [row] = exported.stdout.split("\n", 1).map((line) => JSON.parse(line));
  assert.deepEqual([row.source, row.interval_s], ["v2", 900]);
  for (const text of [stdout, stderr]) assert.ok(!text.includes(one.server.fleetKey));
});

Deno.test("a run within the same half of a day asks for nothing that has closed before", async () => {
  await using one = await user("fleetKey");
  await one.seh(["sync"]);
  one.server.clearRequests();
  const { code } = await one.seh(["sync"], { SEH_SPARE_QUOTA: "keep" });
  assert.equal(code, 0);
  assert.deepEqual(one.server.requestCounts(), {});
});

Deno.test("the wrong generation for a key is named in a sentence that says what to do", async () => {
  await using first = await user("apiKey");
  await using second = await user("fleetKey");
  for (const command of ["check-api", "sync"]) {
    const onSecond = await first.seh([command], { SEH_API_VERSION: "2" });
    assert.equal(onSecond.code, 4);
    assert.match(
      oneLine(onSecond.stderr),
      /seh: SolarEdge's API, \/sites: HTTP 401: .* Check SEH_API_KEY .*SolarEdge's API takes keys of its developer console.*with a key of the monitoring portal set SEH_API_VERSION=1\.$/,
    );
    const onFirst = await second.seh([command], { SEH_API_VERSION: "1" });
    assert.equal(onFirst.code, 4);
    assert.match(
      oneLine(onFirst.stderr),
      /seh: SolarEdge's API, \/sites\/list: HTTP 403: .* Check SEH_API_KEY: SolarEdge.s old API .*developer console set SEH_API_VERSION=2; homeowners run `seh login`/,
    );
  }
});

Deno.test("a key of a generation that is switched off gets to know which way leads on", async () => {
  await using one = await user("apiKey", { v1Retired: true });
  for (const SEH_API_VERSION of ["1", "auto"]) {
    for (const command of ["check-api", "sync"]) {
      const { code, stderr } = await one.seh([command], { SEH_API_VERSION });
      assert.equal(code, 1, stderr);
      assert.match(
        oneLine(stderr),
        /seh: SolarEdge's API, \/sites\/list: .*SolarEdge has switched this off \(HTTP 410.*\)\. SolarEdge has retired its old API: homeowners run `seh login`, installers set SEH_API_KEY to a key of SolarEdge's developer console\.$/,
      );
    }
  }
});

Deno.test("a key that neither generation takes is not remembered: it may be good later", async () => {
  await using one = await user("fleetKey");
  const wrong = { SEH_API_KEY: "A-KEY-THAT-NOBODY-KNOWS" };
  const { code, stderr } = await one.seh(["check-api"], wrong);
  assert.equal(code, 4);
  assert.match(
    oneLine(stderr),
    /neither SolarEdge's API .* nor its old one .* takes this key.*Homeowners run `seh login`; installers check SEH_API_KEY/,
  );
  assert.ok(!stderr.includes(wrong.SEH_API_KEY));
  const asked = one.server.requests.length;
  await one.seh(["check-api"], wrong);
  assert.equal(one.server.requests.length, 2 * asked);
  assert.equal((await one.seh(["check-api"])).code, 0);
});

Deno.test("trouble on the way is no answer to the question of the generation", async () => {
  await using one = await user("fleetKey");
  const trouble = one.server.inject({ kind: "status", status: 503, times: Infinity });
  const { code } = await one.seh(["check-api"], { SEH_MAX_RETRIES: "0" });
  assert.equal(code, 1);
  trouble.remove();
  assert.match((await one.seh(["check-api"])).stderr, /SolarEdge.s API accepts your/);
});

Deno.test("which generation a key belongs to is remembered under the key's hash", async () => {
  await using one = await user("fleetKey");
  await one.seh(["check-api"]);
  const memory = JSON.parse(Deno.readTextFileSync(`${one.cwd}/state/seh/generation.json`));
  assert.deepEqual(Object.values(memory), ["second with a key"]);
  assert.match(Object.keys(memory)[0]!, /^[0-9a-f]{16}$/);
  one.server.clearRequests();
  await one.seh(["check-api"]);
  assert.equal(one.server.requests.length, 1);
});

/** What was said, without the breaks at the width of the terminal. */
function oneLine(text: string): string {
  return text.trim().replaceAll(/\s+/g, " ");
}

Deno.test("a month whose credits are spent ends the run with exit code 75 and says until when", async () => {
  await using one = await user("fleetKey");
  const env = { SEH_API_VERSION: "2", SEH_API_MONTHLY_LIMIT: "6" };
  const { code, stdout, stderr } = await one.seh(["sync"], env);
  assert.equal(code, 75, stderr);
  assert.match(
    oneLine(stdout + stderr),
    /SolarEdge allows 6 credits in a billing month, and they are used up.*2026-07-01/,
  );
  assert.equal(one.server.credits(), 6);
  // The server itself may say so: others have spent the rest.
  await using other = await user("fleetKey", {
    allowance: { credits: 6, perMinute: 1000, billingDay: 1 },
  });
  const refused = await other.seh(["sync"], { SEH_API_VERSION: "2" });
  assert.equal(refused.code, 75, refused.stderr);
  assert.match(oneLine(refused.stdout + refused.stderr), /another program is using the same quota/);
  assert.equal(other.server.credits(), 6);
  // What came before is saved, and nothing of it is asked again.
  const later = await one.seh(["sync"], { ...env, SEH_API_MONTHLY_LIMIT: "2000" });
  assert.equal(later.code, 0, later.stderr);
  assert.equal(one.server.requestCounts()["/v2/sites"], 1);
});

Deno.test("the demo of v2 ends well", async () => {
  await using one = await user("fleetKey");
  const { code, stdout, stderr } = await one.seh(["demo", "--api", "2"]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /Next, with your own sites:/);
});

Deno.test("what is remembered of keys is written to no link that somebody made, and nonsense in it is no harm", async () => {
  await using one = await user("fleetKey");
  const state = `${one.cwd}/state/seh`;
  Deno.mkdirSync(state, { recursive: true });
  Deno.writeTextFileSync(`${one.cwd}/precious`, "precious");
  Deno.symlinkSync(`${one.cwd}/precious`, `${state}/generation.json.new`);
  for (const nonsense of ["null", "[]", '{"x":"third"}', "", '{"x":']) {
    Deno.writeTextFileSync(`${state}/generation.json`, nonsense);
    assert.equal((await one.seh(["check-api"])).code, 0, nonsense);
    assert.match(Deno.readTextFileSync(`${state}/generation.json`), /second with a key/);
  }
  assert.equal(Deno.readTextFileSync(`${one.cwd}/precious`), "precious");
  assert.equal(Deno.statSync(`${state}/generation.json`).mode! & 0o777, 0o600);
});

Deno.test("a key is used although a login of another folder is kept on the machine", async () => {
  await using home = await user("fleetKey");
  await haveGrant(home.server, `${home.cwd}/state/seh/tokens.json`, 1234567, now);
  const { code, stderr } = await home.seh(["check-api"]);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /accepts your key: 1 site/);
});

Deno.test("the doctor tries a key that was never tried with its one request, and remembers what took it", async () => {
  await using one = await user("fleetKey");
  const offline = await one.seh(["doctor", "--offline"]);
  assert.match(offline.stdout, /^warning +access +SolarEdge has not accepted the key so far\./m);
  assert.match(offline.stdout, /\(--offline\)\. Run: seh check-api$/m);
  assert.deepEqual(one.server.requestCounts(), {});
  const tried = await one.seh(["doctor"]);
  assert.match(tried.stdout, /^ok +access +SolarEdge accepted the access\.$/m);
  assert.match(tried.stdout, /^ok +quota +1,999 of this month's 2,000 credits are left/m);
  assert.deepEqual(one.server.requestCounts(), { "/v2/sites": 1 });
  assert.match((await one.seh(["status"])).stdout, /1,999 of this month's 2,000 credits are left/);
  one.server.clearRequests();
  assert.equal((await one.seh(["check-api"])).code, 0);
  assert.equal(one.server.requestCounts()["/sites/list"], undefined);
});

Deno.test("the doctor says of a key that today's API refuses what it takes instead", async () => {
  await using one = await user("apiKey");
  const { code, stdout } = await one.seh(["doctor"]);
  assert.equal(code, 1);
  assert.match(stdout, /^wrong +access /m);
  assert.match(stdout.replaceAll(/\s+/g, " "), /developer console\. Homeowners run `seh login`/);
  assert.deepEqual(one.server.requestCounts(), { "/v2/sites": 1 });
});
