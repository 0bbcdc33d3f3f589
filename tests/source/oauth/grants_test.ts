import assert from "node:assert/strict";
import { join } from "node:path";
import { Secret } from "../../../src/model/secret.ts";
import { SourceError } from "../../../src/source/source_error.ts";
import { remainingLife } from "../../../src/source/v2/oauth/grant_life.ts";
import { grantsIn, revokeGrant } from "../../../src/source/v2/oauth/grants.ts";
import { clockAt, folder, serve } from "../http/loopback.ts";
import { haveGrant, openHomeowner } from "./homeowner.ts";
import { brokenOff, startTokenServer } from "./token_server.ts";

const noon = Temporal.Instant.from("2026-11-24T12:00:00Z");

/** A homeowner who has granted the sites at noon by the homeowner's own clock. */
async function world(options: { sites?: readonly number[]; clock?: string } = {}) {
  const state = folder();
  const server = startTokenServer({ now: noon.epochMilliseconds });
  const clock = clockAt(options.clock ?? noon.toString());
  const tokenFile = join(state.path, "state", "tokens.json");
  for (const site of options.sites ?? [1]) await haveGrant(server, tokenFile, site, clock.now());
  const said: string[] = [];
  const { origin, clientId, clientSecret } = server;
  const open = () =>
    openHomeowner({
      origin,
      clientId,
      clientSecret,
      tokenFile,
      clock,
      log: (text) => said.push(text),
    });
  return {
    server,
    clock,
    tokenFile,
    said,
    open,
    refreshes: () => server.calls.filter((one) => one === "refresh").length,
    setTime(moment: string) {
      clock.set(moment);
      server.now = Temporal.Instant.from(moment).epochMilliseconds;
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      state[Symbol.dispose]();
    },
  };
}

async function failure(promise: Promise<unknown>): Promise<SourceError> {
  const error = await promise.then(() => null, (error) => error);
  assert.ok(error instanceof SourceError, `no SourceError: ${error}`);
  return error;
}

Deno.test("each site is asked with its own grant, and no request renews a good token", async () => {
  await using home = await world({ sites: [1, 2] });
  await using seh = await home.open();
  await Promise.all([seh.site(1), seh.site(2), seh.site(1)]);
  assert.equal(home.refreshes(), 0);
  assert.deepEqual((await seh.grants.sites()).map((one) => one.siteId), [1, 2]);
});

Deno.test("a token is renewed minutes before it expires, once for all requests that wait", async () => {
  await using home = await world();
  await using seh = await home.open();
  home.setTime("2026-11-24T13:54:00Z");
  await seh.site(1);
  assert.equal(home.refreshes(), 0);
  home.setTime("2026-11-24T13:56:00Z");
  await Promise.all([seh.site(1), seh.site(1), seh.site(1)]);
  assert.equal(home.refreshes(), 1);
  assert.ok(home.server.isAlive(1));
});

for (const status of [302, 307, 308]) {
  Deno.test(`what is sent for new tokens is not sent along a redirect (${status})`, async () => {
    await using home = await world();
    await using seh = await home.open();
    await using elsewhere = serve(() => Response.json({}));
    home.setTime("2026-11-24T14:30:00Z");
    home.server.onToken = () =>
      new Response(null, { status, headers: { location: `${elsewhere.origin}/oauth2/token` } });
    const error = await failure(seh.site(1));
    assert.equal(elsewhere.requests.length, 0);
    assert.match(error.message, /a redirect, not followed/);
    assert.equal(home.server.isAlive(1), true);
  });
}

Deno.test("new tokens are on the disk before they are used", async () => {
  await using home = await world();
  await using seh = await home.open();
  home.setTime("2026-11-24T14:30:00Z");
  const onDisk: boolean[] = [];
  home.server.onSite = (token) => {
    onDisk.push(Deno.readTextFileSync(home.tokenFile).includes(token));
  };
  await seh.site(1);
  assert.deepEqual(onDisk, [true]);
  assert.equal(home.refreshes(), 1);
  assert.equal(Deno.statSync(home.tokenFile).mode! & 0o777, 0o600);
  assert.deepEqual(
    [...Deno.readDirSync(join(home.tokenFile, ".."))].map((one) => one.name)
      .filter((name) => name.startsWith("tokens")).toSorted(),
    ["tokens.json", "tokens.json.lock"],
  );
});

Deno.test("a program that dies between getting new tokens and using them loses no grant", async () => {
  await using home = await world();
  const old = Deno.readTextFileSync(home.tokenFile);
  home.setTime("2026-11-24T14:30:00Z");
  await using first = await home.open();
  await first.site(1);
  // The files one step earlier: the new one is complete and not yet in its place.
  const renewed = Deno.readTextFileSync(home.tokenFile);
  Deno.renameSync(home.tokenFile, `${home.tokenFile}.new`);
  Deno.writeTextFileSync(home.tokenFile, old, { mode: 0o600 });
  home.setTime("2026-11-24T14:31:00Z");
  await using second = await home.open();
  await second.site(1);
  assert.ok(home.server.isAlive(1));
  assert.equal(home.refreshes(), 1, "the tokens were there; nothing had to be renewed");
  assert.equal(Deno.readTextFileSync(home.tokenFile), renewed);
});

Deno.test("half a file that a dying program has left is no harm", async () => {
  await using home = await world();
  home.setTime("2026-11-24T14:30:00Z");
  const half = Deno.readTextFileSync(home.tokenFile).slice(0, 100);
  Deno.writeTextFileSync(`${home.tokenFile}.new`, half, { mode: 0o600 });
  await using seh = await home.open();
  await seh.site(1);
  assert.equal(home.refreshes(), 1);
});

Deno.test("a token file that others can read is refused, and nothing is sent", async () => {
  for (const mode of [0o644, 0o640, 0o604]) {
    await using home = await world();
    Deno.chmodSync(home.tokenFile, mode);
    await using seh = await home.open();
    const error = await failure(seh.site(1));
    assert.equal(error.kind, "state");
    assert.match(error.message, /others may read it \(mode 6[04][04]\); run `chmod 600 .*tokens/);
    assert.deepEqual(home.server.calls, []);
  }
});

Deno.test("a damaged token file is reported and left as it is", async () => {
  await using home = await world();
  for (const text of ["{", "[]", '{"version":1,"grants":{"1":{"access_token":"HALF-A-TOKEN"}}}']) {
    Deno.writeTextFileSync(home.tokenFile, text);
    await using seh = await home.open();
    const error = await failure(seh.site(1));
    assert.match(error.message, /is damaged/);
    assert.match(error.facts.remedy!, /seh login/);
    assert.doesNotMatch(error.message, /HALF/);
    assert.equal(Deno.readTextFileSync(home.tokenFile), text);
  }
});

for (
  const [what, loginAt, laterAt] of [
    ["an hour ahead at the login and right later", "2026-11-24T13:00:00Z", "2026-11-24T14:10:00Z"],
    ["an hour behind at the login and right later", "2026-11-24T11:00:00Z", "2026-11-24T14:10:00Z"],
    ["right at the login and an hour behind later", "2026-11-24T12:00:00Z", "2026-11-24T13:10:00Z"],
    ["right at the login and an hour ahead later", "2026-11-24T12:00:00Z", "2026-11-24T15:10:00Z"],
  ] as const
) {
  Deno.test(`a clock that is ${what} loses no grant`, async () => {
    await using home = await world({ clock: loginAt });
    await using seh = await home.open();
    home.clock.set(laterAt);
    // In truth the access token has been dead for ten minutes.
    home.server.now = Temporal.Instant.from("2026-11-24T14:10:00Z").epochMilliseconds;
    await Promise.all([seh.site(1), seh.site(1), seh.site(1)]);
    assert.equal(home.refreshes(), 1);
    assert.ok(home.server.isAlive(1));
  });
}

Deno.test("a clock that jumps back to before the login renews instead of trusting the token", async () => {
  await using home = await world();
  await using seh = await home.open();
  home.clock.set("2026-11-24T09:00:00Z");
  await seh.site(1);
  await seh.site(1);
  assert.equal(home.refreshes(), 1);
});

Deno.test("tokens that another program has renewed are taken over, not renewed again", async () => {
  await using home = await world();
  await using one = await home.open();
  await using other = await home.open();
  await one.site(1);
  home.setTime("2026-11-24T14:30:00Z");
  await other.site(1);
  await one.site(1);
  assert.equal(home.refreshes(), 1);
});

Deno.test("a server that refuses a new token too is not asked for tokens again and again", async () => {
  await using home = await world();
  await using seh = await home.open();
  home.server.onSite = () => new Response(null, { status: 401 });
  for (let n = 0; n < 3; n++) assert.equal((await failure(seh.site(1))).kind, "credentials");
  assert.equal(home.refreshes(), 1);
});

Deno.test("a renewal that never reached the server is tried once more with the same token", async () => {
  await using home = await world();
  await using seh = await home.open();
  home.setTime("2026-11-24T14:30:00Z");
  let tries = 0;
  home.server.beforeRefresh = () => ++tries === 1 ? brokenOff() : undefined;
  await seh.site(1);
  assert.equal(home.refreshes(), 2);
});

Deno.test("a renewal whose answer is lost ends in one clear error: log in again", async () => {
  await using home = await world();
  await using seh = await home.open();
  home.setTime("2026-11-24T14:30:00Z");
  home.server.afterRefresh = () => brokenOff();
  const error = await failure(seh.site(1));
  assert.equal(error.kind, "credentials");
  assert.match(error.message, /the answer to a renewal did not arrive/);
  assert.match(error.facts.remedy!, /seh login/);
  assert.equal(home.refreshes(), 2);
});

Deno.test("without a network no grant is given up, and the reason names no secret", async () => {
  await using home = await world();
  home.setTime("2026-11-24T14:30:00Z");
  const { clientId, clientSecret } = home.server;
  const gone = startTokenServer({ now: home.server.now });
  await gone[Symbol.asyncDispose]();
  await using seh = await openHomeowner({
    origin: gone.origin,
    clientId,
    clientSecret,
    tokenFile: home.tokenFile,
    clock: home.clock,
  });
  const error = await failure(seh.site(1));
  assert.equal(error.kind, "transport");
  assert.equal(error.facts.detail, "the connection failed");
  await using again = await home.open();
  await again.site(1);
});

Deno.test("while the token server is in trouble no grant is given up", async () => {
  await using home = await world();
  await using seh = await home.open();
  home.setTime("2026-11-24T14:30:00Z");
  const before = Deno.readTextFileSync(home.tokenFile);
  home.server.beforeRefresh = () => new Response("<title>Bad Gateway</title>", { status: 502 });
  assert.equal((await failure(seh.site(1))).kind, "transport");
  assert.equal(Deno.readTextFileSync(home.tokenFile), before);
  home.server.beforeRefresh = () => {};
  await seh.site(1);
});

Deno.test("a token server that asks for patience is no refusal", async () => {
  await using home = await world();
  await using seh = await home.open();
  home.setTime("2026-11-24T14:30:00Z");
  home.server.beforeRefresh = () =>
    new Response(null, { status: 429, headers: { "retry-after": "3600" } });
  const error = await failure(seh.site(1));
  assert.equal(error.kind, "quota");
  assert.equal(String(error.facts.retryAt), "2026-11-24T15:30:00Z");
});

Deno.test("a grant that was revoked is reported with what to do", async () => {
  await using home = await world();
  await using seh = await home.open();
  home.server.revoke(1);
  const error = await failure(seh.site(1));
  assert.equal(error.kind, "credentials");
  assert.match(error.message, /the access to site 1 has expired or was ended/);
  assert.match(error.facts.remedy!, /seh login/);
});

Deno.test("a site without a grant is reported before anything is sent", async () => {
  await using home = await world();
  await using seh = await home.open();
  assert.match((await failure(seh.site(7))).message, /seh may not read site 7 yet/);
  const list = seh.client.getJson({ path: "/sites", parameters: {}, charges: [] });
  assert.match((await failure(list)).message, /one site/);
  assert.deepEqual(home.server.calls, []);
});

Deno.test("a grant of another application is not used with this one", async () => {
  await using home = await world();
  const { origin, clientSecret } = home.server;
  await using seh = await openHomeowner({
    origin,
    clientId: "another",
    clientSecret,
    tokenFile: home.tokenFile,
    clock: home.clock,
  });
  assert.match((await failure(seh.site(1))).message, /belongs to another application/);
  assert.deepEqual(await seh.grants.sites(), []);
  assert.deepEqual(home.server.calls, []);
});

Deno.test("a refused application names its two settings", async () => {
  await using home = await world();
  const { origin, clientId } = home.server;
  await using seh = await openHomeowner({
    origin,
    clientId,
    clientSecret: "WRONG-CLIENT-SECRET",
    tokenFile: home.tokenFile,
    clock: home.clock,
  });
  home.setTime("2026-11-24T14:30:00Z");
  const error = await failure(seh.site(1));
  assert.equal(error.kind, "credentials");
  assert.match(error.facts.remedy!, /SEH_OAUTH_CLIENT_ID and SEH_OAUTH_CLIENT_SECRET/);
  assert.doesNotMatch(JSON.stringify(error.facts), /WRONG-CLIENT/);
});

Deno.test("a site that was granted while the program runs is found", async () => {
  await using home = await world();
  await using seh = await home.open();
  await seh.site(1);
  await haveGrant(home.server, home.tokenFile, 2, noon);
  await seh.site(2);
  assert.equal(home.refreshes(), 0);
});

Deno.test("a code becomes a grant; used twice it is refused", async () => {
  await using home = await world({ sites: [] });
  await using seh = await home.open();
  const code = new Secret(home.server.makeCode(3));
  const grant = await seh.grants.redeem(code, 3, 24);
  assert.equal(grant.siteId, 3);
  await seh.site(3);
  const error = await failure(seh.grants.redeem(code, 3, 24));
  assert.equal(error.kind, "credentials");
  assert.match(error.message, /the code was refused/);
  assert.match(error.facts.remedy!, /seh login/);
});

Deno.test("a revoked grant leaves the file, the others stay; with the last one the file goes", async () => {
  await using home = await world({ sites: [1, 2] });
  const options = {
    tokenFile: home.tokenFile,
    baseUrl: new URL(home.server.origin),
    timeoutSeconds: 10,
    clock: home.clock,
    userAgent: "seh/0.0.0",
  };
  assert.equal(await revokeGrant(options, 1), true);
  assert.deepEqual([home.server.isAlive(1), home.server.isAlive(2)], [false, true]);
  assert.deepEqual((await grantsIn(home.tokenFile)).map((one) => one.siteId), [2]);
  home.server.revoke(2);
  assert.equal(await revokeGrant(options, 2), false, "the server did not know it any more");
  assert.throws(() => Deno.statSync(home.tokenFile), Deno.errors.NotFound);
});

Deno.test("a grant lasts thirty days from its last use, and not longer than was asked for", async () => {
  await using home = await world();
  await using seh = await home.open();
  const [grant] = await seh.grants.sites();
  assert.equal(remainingLife(grant, noon).total("hours"), 30 * 24);
  assert.equal(String(grant.endsAt), "2028-11-24T12:00:00Z");
  const late = { ...grant, idleEndsAt: Temporal.Instant.from("2028-12-20T12:00:00Z") };
  assert.equal(
    remainingLife(late, Temporal.Instant.from("2028-11-23T12:00:00Z")).total("hours"),
    24,
  );
  assert.equal(remainingLife(grant, Temporal.Instant.from("2030-01-01T00:00:00Z")).sign, 0);
});

Deno.test("no token, code or secret is in an answer, an error or a line, old ones included", async () => {
  await using home = await world();
  await using seh = await home.open();
  const seen: unknown[] = [];
  // The server repeats each token it gets, in good answers and in bad ones.
  seen.push(await seh.site(1));
  home.setTime("2026-11-24T14:30:00Z");
  seen.push(await seh.site(1));
  await seh.grants.redeem(new Secret(home.server.makeCode(1)), 1, 24);
  const wrong = await failure(seh.grants.redeem(new Secret("code-THAT-IS-WRONG"), 1, 24));
  seen.push(wrong.facts, wrong.message);
  home.server.revoke(1);
  const revoked = await failure(seh.site(1));
  seen.push(revoked.facts, revoked.message, home.said);
  const text = JSON.stringify(seen) +
    Deno.inspect([seh.grants, seh.grants.secrets()], { depth: 9 });
  assert.match(text, /seen \*\*\*/);
  for (const secret of [...home.server.secrets, "code-THAT-IS-WRONG"]) {
    assert.ok(!text.includes(secret), `${secret} in ${text}`);
  }
});

Deno.test("new tokens are kept whatever else the answer says of them", async () => {
  const lives = [undefined, null, 0, -5, "7200", " 7200 ", "soon", "7200s", 1e12, 1e300, true, []];
  const odd: Record<string, unknown>[] = [
    ...lives.map((expires_in) => ({ expires_in })),
    { token_type: "bearer" },
    { token_type: null, scope: ["SITE_DATA"], refresh_token_expires_in: "never" },
  ];
  for (const fields of odd) {
    await using home = await world();
    await using seh = await home.open();
    home.server.afterRefresh = () => {
      const [access_token, refresh_token] = [...home.server.secrets].slice(-2);
      return Response.json({ access_token, refresh_token: ` ${refresh_token}\n`, ...fields });
    };
    for (const time of ["14:30", "17:00"]) {
      home.setTime(`2026-11-24T${time}:00Z`);
      await seh.site(1);
    }
    assert.ok(home.server.isAlive(1), JSON.stringify(fields));
  }
});

Deno.test("an answer about tokens without an end is not read to its end", async () => {
  await using home = await world();
  await using seh = await home.open();
  home.setTime("2026-11-24T14:30:00Z");
  const chunk = new Uint8Array(256 * 1024).fill(0x20);
  let taken = 0;
  home.server.beforeRefresh = () =>
    new Response(
      new ReadableStream({
        pull(controller) {
          taken += chunk.byteLength;
          controller.enqueue(chunk);
        },
      }),
    );
  await assert.rejects(seh.site(1), SourceError);
  assert.ok(taken < 40 * 1024 * 1024, `${taken}`);
  home.server.beforeRefresh = () => {};
  await seh.site(1);
});
