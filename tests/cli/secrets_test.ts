// Not in test:fast: each command with each fault, and every file searched for each secret.
// Also on the bundle: the login, and what is printed when something is wrong.
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Fault } from "../../src/simulator/faults.ts";
import { type HomeownerWorld, homeownerWorld } from "../support/homeowner_world.ts";
import type { RunResult } from "../support/run_seh.ts";

/** How a secret may stand in a text: as it is, in an address, and in what is encoded. */
function formsOf(secret: string): string[] {
  const base64 = btoa(secret);
  return [
    secret,
    encodeURIComponent(secret),
    new URLSearchParams([["x", secret]]).toString().slice(2),
    JSON.stringify(secret).slice(1, -1),
    // Without what the neighbours of a secret change in its last characters.
    base64.replace(/=*$/, "").slice(0, -2),
    base64.replace(/=*$/, "").slice(0, -2).replaceAll("+", "-").replaceAll("/", "_"),
  ];
}

/** Every file below a folder, by its path. */
function filesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap((one) => {
    const path = join(folder, one.name);
    return one.isDirectory ? filesIn(path) : [path];
  });
}

/** What the runs of a world have printed, and every token that has stood in the token file. */
function watch(home: HomeownerWorld) {
  const { server } = home;
  const secrets = new Set([server.clientSecret, server.fleetKey, server.apiKey]);
  secrets.add("ACCOUNT+key/of=the&fleet%20:4711");
  const printed: string[] = [];
  const learnTokens = () => {
    const text = filesIn(home.cwd).includes(home.tokenFile)
      ? Deno.readTextFileSync(home.tokenFile)
      : "{}";
    for (const [, token] of text.matchAll(/_token": "([^"]+)"/g)) secrets.add(token!);
  };
  return {
    secrets,
    async seh(
      args: readonly string[],
      more: Parameters<HomeownerWorld["seh"]>[1] = {},
    ): Promise<RunResult> {
      const result = await home.seh([...args, "--verbose"], more);
      printed.push(result.stdout, result.stderr);
      learnTokens();
      return result;
    },
    assertNothingLeaked() {
      const files = filesIn(home.cwd).filter((one) => one !== home.tokenFile);
      assert.ok(files.some((one) => one.endsWith("seh.db")) && files.includes(home.logFile));
      assert.ok(files.some((one) => one.endsWith("quota.json")));
      // Bytes as characters, so that what stands between the pages of a database is seen too.
      const decoder = new TextDecoder("latin1");
      const texts = [
        ...printed.map((text, n) => [`output ${n}`, text] as const),
        ...files.map((path) => [path, decoder.decode(Deno.readFileSync(path))] as const),
      ];
      assert.ok(texts.some(([, text]) => text.includes("HTTP 500")), "failures were reported");
      for (const secret of secrets) {
        for (const form of formsOf(secret)) {
          const found = texts.filter(([, text]) => text.includes(form)).map(([name]) => name);
          assert.deepEqual(found, [], `${form.slice(0, 6)}… is in`);
        }
      }
    },
  };
}

/** What may go wrong with any request; an echo brings back the credential where it stands in the address. */
function faults(server: HomeownerWorld["server"]): Fault[] {
  const endpoint = /^(\/v2)?\/sites?\b/;
  const status = (status: number): Fault => ({
    kind: "status",
    status,
    body: "problem",
    endpoint,
    times: Infinity,
  });
  return [
    ...[400, 401, 403, 404, 410, 429, 500].map(status),
    { kind: "redirect", to: "http://127.0.0.2:9/elsewhere", endpoint, times: Infinity },
    { kind: "redirect", to: `${server.url}/elsewhere`, endpoint, times: Infinity },
    { kind: "html", endpoint, times: Infinity },
    { kind: "reset", endpoint, times: Infinity },
    { kind: "echo-url", status: 400, endpoint, times: Infinity },
    { kind: "echo-url", status: 500, endpoint, times: Infinity },
  ];
}

async function everyFailure(
  home: HomeownerWorld,
  { seh }: ReturnType<typeof watch>,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  for (const fault of faults(home.server)) {
    const injection = home.server.inject(fault);
    const more = { env: { ...env, SEH_MAX_RETRIES: "1", SEH_RETRY_DELAY: "0.01" } };
    const { code, stderr } = await seh(["check-api"], more);
    assert.notEqual(code, 0, `${JSON.stringify(fault)} ${stderr}`);
    assert.ok(injection.hits > 0, JSON.stringify(fault));
    await seh(["sync", "--only", "energy,meters", "--from", day(home), "--to", day(home)], more);
    injection.remove();
    // A month that the server calls spent is asked for no more today; here it was not.
    const isRefusal = fault.kind === "status" && fault.status === 429;
    for (const path of isRefusal ? filesIn(home.cwd) : []) {
      if (path.endsWith("quota.json")) Deno.removeSync(path);
    }
  }
}

const day = ({ now }: HomeownerWorld) => now.subtract({ hours: 24 }).toString().slice(0, 10);

Deno.test("from login to logout no secret is anywhere but in the token file", async () => {
  await using home = await homeownerWorld({ machineClock: true });
  const watched = watch(home);
  const { seh, secrets } = watched;
  const [one, other] = home.sites;
  const pasted = async (site: number) => {
    const callback = await home.callback(site);
    const code = new URL(callback).searchParams.get("code")!;
    secrets.add(code);
    return { callback, code };
  };
  const first = await pasted(one);
  assert.equal((await seh(["login", "--paste"], { stdin: `${first.callback}\nyes` })).code, 0);
  // A code is good for one use; pasted again it is refused, and still nobody's business.
  assert.equal((await seh(["login", "--paste"], { stdin: `${first.callback}\nyes` })).code, 4);
  const second = await pasted(other);
  const args = ["login", "--paste", "--site", String(other)];
  assert.equal((await seh(args, { stdin: second.code })).code, 0);
  const third = await pasted(one);
  assert.equal((await seh(["login", "--paste"], { stdin: `${third.callback}\nyes` })).code, 0);

  assert.equal((await seh(["check-api"])).code, 0);
  assert.equal((await seh(["sync"])).code, 0);
  await everyFailure(home, watched);
  const wrong = { env: { SEH_OAUTH_CLIENT_SECRET: "THE-WRONG-CLIENT-SECRET" } };
  secrets.add(wrong.env.SEH_OAUTH_CLIENT_SECRET);
  const stale = Deno.readTextFileSync(home.tokenFile)
    .replaceAll(/"access_expires_at": "[^"]+"/g, '"access_expires_at": "2020-01-01T00:00:00Z"');
  Deno.writeTextFileSync(home.tokenFile, stale);
  assert.equal((await seh(["check-api"], wrong)).code, 4);
  // Renewed, so that there are tokens of a second generation too.
  assert.equal((await seh(["check-api"])).code, 0);
  home.server.revokeGrants(other);
  assert.equal((await seh(["check-api"])).code, 4);
  for (const json of [[], ["--json"]]) {
    assert.equal((await seh(["status", "--diagnostics", ...json])).code, 0);
  }
  assert.equal((await seh(["status"])).code, 0);
  assert.equal((await seh(["logout"])).code, 0);
  assert.ok(secrets.size >= 12, `${secrets.size} secrets`);
  watched.assertNothingLeaked();
});

for (
  const { what, version, credentials } of [
    {
      what: "a fleet's two keys",
      version: "2",
      credentials: (home: HomeownerWorld) => ({
        SEH_API_KEY: home.server.fleetKey,
        SEH_API_ACCOUNT_KEY: "ACCOUNT+key/of=the&fleet%20:4711",
        SEH_OAUTH_CLIENT_ID: "",
      }),
    },
    {
      what: "a key of v1",
      version: "1",
      credentials: (home: HomeownerWorld) => ({ SEH_API_KEY: home.server.apiKey }),
    },
  ]
) {
  Deno.test(`${what} are in no output, log, database or file`, async () => {
    await using home = await homeownerWorld();
    const watched = watch(home);
    const env = { ...credentials(home), SEH_API_VERSION: version };
    assert.equal((await watched.seh(["check-api"], { env })).code, 0);
    const sync = await watched.seh(["sync"], { env });
    assert.equal(sync.code, 0, sync.stderr);
    await everyFailure(home, watched, env);
    const wrong = { ...env, SEH_API_KEY: "A-KEY+that/is=wrong&refused%20:1" };
    watched.secrets.add(wrong.SEH_API_KEY);
    assert.equal((await watched.seh(["check-api"], { env: wrong })).code, 4);
    assert.equal((await watched.seh(["status", "--diagnostics"], { env })).code, 0);
    watched.assertNothingLeaked();
  });
}
