import assert from "node:assert/strict";
import type { Simulator } from "../../src/simulator/simulator.ts";
import { ask, noon, serverAt } from "./ask.ts";
import { askV2, postV2, unlimited } from "./ask_v2.ts";

const home = "/sites/1234567";
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** Goes to the page of the grant and gives the address that it leads to. */
async function authorize(sim: Simulator, parameters: Record<string, string> = {}): Promise<URL> {
  const url = new URL(`${sim.url}/authorize`);
  const all = {
    client_id: sim.clientId,
    redirect_uri: "http://127.0.0.1:9/callback",
    state: "a state",
    response_type: "code",
    ...parameters,
  };
  for (const [name, value] of Object.entries(all)) url.searchParams.set(name, value);
  const response = await fetch(url, { redirect: "manual" });
  await response.body?.cancel();
  assert.equal(response.status, 302);
  return new URL(response.headers.get("location")!);
}

function token(sim: Simulator, fields: Record<string, string>) {
  return postV2(sim, "/oauth2/token", {
    client_id: sim.clientId,
    client_secret: sim.clientSecret,
    ...fields,
  });
}

async function exchanged(sim: Simulator, parameters: Record<string, string> = {}) {
  const code = (await authorize(sim, parameters)).searchParams.get("code")!;
  const { status, body } = await token(sim, { grant_type: "authorization_code", code });
  assert.equal(status, 200);
  return body;
}

function refresh(sim: Simulator, refreshToken: string) {
  return token(sim, { grant_type: "refresh_token", refresh_token: refreshToken });
}

function later(sim: Simulator, duration: Temporal.DurationLike): void {
  sim.setNow(sim.now().add(duration));
}

Deno.test("neither v1 nor v2 takes the other's key", async () => {
  await using sim = await serverAt(noon);
  const refused = await askV2(sim, "/sites", {}, { "X-API-Key": sim.apiKey });
  assert.deepEqual([refused.status, refused.body.detail], [401, "Invalid API key"]);
  assert.match(refused.headers.get("content-type")!, /^application\/problem\+json/);
  assert.equal(typeof refused.body.traceId, "string");
  assert.equal((await ask(sim, "/sites/list", {}, sim.fleetKey)).status, 403);
  await using newer = await serverAt(noon, { invalidKeyStatus: 401 });
  assert.equal((await ask(newer, "/sites/list", {}, newer.fleetKey)).status, 401);
  const nothing = await askV2(sim, "/sites", {}, {});
  assert.deepEqual([nothing.status, nothing.body], [401, {
    error: "invalid_request",
    error_description: "The access token is missing",
  }]);
  assert.equal((await askV2(sim, "/sites/99")).status, 403);
});

Deno.test("an account may have a second key, which must come too", async () => {
  await using sim = await serverAt(noon, { accountKey: "SECOND" });
  const status = async (headers: Record<string, string>) =>
    (await askV2(sim, "/sites", {}, { "X-API-Key": sim.fleetKey, ...headers })).status;
  assert.equal(await status({}), 401);
  assert.equal(await status({ "X-Account-Key": "OTHER" }), 401);
  assert.equal(await status({ "X-Account-Key": "SECOND" }), 200);
});

Deno.test("v1 can be retired for everybody", async () => {
  await using sim = await serverAt(noon, { v1Retired: true });
  assert.equal((await ask(sim, "/sites/list")).status, 410);
  assert.equal((await ask(sim, "/site/1234567/overview", {}, "WRONG")).status, 410);
  assert.equal((await askV2(sim, "/sites")).status, 200);
});

Deno.test("the page of the grant leads back with a code, the site and the state", async () => {
  await using sim = await serverAt(noon);
  const first = await authorize(sim);
  assert.equal(first.origin + first.pathname, "http://127.0.0.1:9/callback");
  assert.equal(first.searchParams.get("site_id"), "1234567");
  assert.equal(first.searchParams.get("state"), "a state");
  const named = await authorize(sim, { external_id: "3456789" });
  assert.equal(named.searchParams.get("site_id"), "3456789");
  assert.equal(named.searchParams.get("external_id"), "3456789");
  assert.notEqual(named.searchParams.get("code"), first.searchParams.get("code"));
  for (
    const [name, value] of [
      ["client_id", "OTHER"],
      ["scope", "ALL"],
      ["access_duration", "25"],
    ] as const
  ) {
    const url = new URL(`${sim.url}/authorize?client_id=${sim.clientId}`);
    url.searchParams.set(name, value);
    const response = await fetch(url, { redirect: "manual" });
    await response.body?.cancel();
    assert.equal(response.status, 400, name);
  }
  await using silent = await serverAt(noon, { v2Quirks: { echoesState: false } });
  assert.equal((await authorize(silent)).searchParams.get("state"), null);
});

Deno.test("an application on this machine may be led back to by number or by name", async () => {
  await using sim = await serverAt(noon);
  for (const address of ["http://127.0.0.1:8976/callback", "http://localhost:8976/callback"]) {
    const found = await authorize(sim, { redirect_uri: address });
    assert.equal(found.origin + found.pathname, address);
    const code = found.searchParams.get("code")!;
    const { status } = await token(sim, {
      grant_type: "authorization_code",
      code,
      redirect_uri: address,
    });
    assert.equal(status, 200, address);
  }
});

Deno.test("a code that was asked for with a challenge is given to its verifier alone", async () => {
  await using sim = await serverAt(noon);
  // The pair of RFC 7636, appendix B.
  const verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  const challenge = {
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    code_challenge_method: "S256",
  };
  const code = (await authorize(sim, challenge)).searchParams.get("code")!;
  const exchange = (fields: Record<string, string>) =>
    token(sim, { grant_type: "authorization_code", code, ...fields });
  const wrong: Record<string, string>[] = [
    {},
    { code_verifier: verifier.replace("d", "e") },
    { code_verifier: "d" },
  ];
  for (const fields of wrong) {
    const { status, body } = await exchange(fields);
    assert.deepEqual([status, body.error], [400, "invalid_grant"]);
  }
  assert.equal((await exchange({ code_verifier: verifier })).status, 200);
  for (const fields of [{ code_challenge_method: "plain" }, { code_challenge: "short" }]) {
    const url = new URL(`${sim.url}/authorize?client_id=${sim.clientId}`);
    for (const [name, value] of Object.entries({ ...challenge, ...fields })) {
      url.searchParams.set(name, value);
    }
    const response = await fetch(url, { redirect: "manual" });
    assert.deepEqual([response.status, (await response.json()).error], [400, "invalid_request"]);
  }
});

Deno.test("a code is good for one exchange, in time, by its own client", async () => {
  await using sim = await serverAt(noon);
  const code = (await authorize(sim)).searchParams.get("code")!;
  const exchange = { grant_type: "authorization_code", code };
  const error = async (fields: Record<string, string>) => {
    const { status, body } = await token(sim, fields);
    assert.equal(status, 400);
    return body.error;
  };
  assert.equal(await error({ ...exchange, client_secret: "WRONG" }), "invalid_client");
  assert.equal(await error({ ...exchange, client_id: "WRONG" }), "invalid_client");
  assert.equal(
    await error({ ...exchange, redirect_uri: "http://127.0.0.1:8/callback" }),
    "invalid_grant",
  );
  assert.equal(await error({ grant_type: "client_credentials" }), "unsupported_grant_type");
  const { status, body } = await token(sim, exchange);
  assert.deepEqual([status, body.token_type, body.expires_in], [200, "Bearer", 7200]);
  assert.equal((await askV2(sim, home, {}, bearer(body.access_token))).status, 200);
  // Who uses a code again has stolen it: what it gave is taken back.
  assert.equal(await error(exchange), "invalid_grant");
  assert.equal((await askV2(sim, home, {}, bearer(body.access_token))).status, 401);
  const late = (await authorize(sim)).searchParams.get("code")!;
  later(sim, { minutes: 10 });
  assert.equal(await error({ ...exchange, code: late }), "invalid_grant");
  const form = await fetch(`${sim.url}/v2/oauth2/token`, {
    method: "POST",
    body: new URLSearchParams({ ...exchange, client_id: sim.clientId }),
  });
  assert.deepEqual([form.status, (await form.json()).error], [400, "invalid_request"]);
});

Deno.test("a grant opens its site alone, and only what was granted", async () => {
  await using sim = await serverAt(noon, { allowance: unlimited });
  const { access_token: access } = await exchanged(sim);
  const status = async (path: string, parameters = {}, token = access) =>
    (await askV2(sim, path, parameters, bearer(token))).status;
  assert.equal(await status(home), 200);
  assert.equal(await status(`${home}/devices`), 200);
  assert.equal(await status(`${home}/alerts`), 200);
  assert.equal(await status("/sites/2345678"), 403);
  assert.equal(await status("/sites"), 401);
  assert.equal(await status("/alerts"), 401);
  assert.equal(await status(home, {}, "MADE-UP"), 401);
  const { access_token: narrow } = await exchanged(sim, { scope: "SITE_DATA" });
  assert.equal(await status(`${home}/energy`, { resolution: "DAY" }, narrow), 200);
  assert.equal(await status(`${home}/devices`, {}, narrow), 403);
});

Deno.test("access lasts two hours, a refresh token is good once and keeps for thirty idle days", async () => {
  await using sim = await serverAt(noon, { allowance: unlimited });
  const status = async (access: string) => (await askV2(sim, home, {}, bearer(access))).status;
  const first = await exchanged(sim);
  later(sim, { seconds: 7199 });
  assert.equal(await status(first.access_token), 200);
  later(sim, { seconds: 1 });
  assert.equal(await status(first.access_token), 401);
  const second = (await refresh(sim, first.refresh_token)).body;
  assert.notEqual(second.refresh_token, first.refresh_token);
  assert.equal(await status(second.access_token), 200);
  later(sim, { hours: 30 * 24 - 1 });
  const third = (await refresh(sim, second.refresh_token)).body;
  assert.equal(await status(third.access_token), 200);
  later(sim, { hours: 30 * 24 });
  const expired = await refresh(sim, third.refresh_token);
  assert.deepEqual([expired.status, expired.body], [400, {
    error: "invalid_grant",
    error_description: "invalid refresh_token",
  }]);
});

Deno.test("a refresh token that is used again revokes the grant", async () => {
  await using sim = await serverAt(noon, { allowance: unlimited });
  const first = await exchanged(sim);
  const second = (await refresh(sim, first.refresh_token)).body;
  assert.equal((await refresh(sim, first.refresh_token)).body.error, "invalid_grant");
  assert.equal((await refresh(sim, second.refresh_token)).body.error, "invalid_grant");
  assert.equal((await askV2(sim, home, {}, bearer(second.access_token))).status, 401);
});

Deno.test("a grant ends when it is revoked, by client or owner, and after the months it was for", async () => {
  await using sim = await serverAt(noon, { allowance: unlimited });
  const status = async (access: string) => (await askV2(sim, home, {}, bearer(access))).status;
  const mine = await exchanged(sim);
  const { status: revoked } = await postV2(sim, "/oauth2/revoke-token", {
    token: mine.refresh_token,
  });
  assert.deepEqual([revoked, await status(mine.access_token)], [200, 401]);
  assert.equal((await postV2(sim, "/oauth2/revoke-token", { token: "UNKNOWN" })).status, 200);
  assert.equal((await postV2(sim, "/oauth2/revoke-token", {})).status, 400);
  const given = sim.grant(1234567);
  assert.equal(await status(given.accessToken), 200);
  sim.revokeGrants(1234567);
  assert.equal(await status(given.accessToken), 401);
  assert.equal((await refresh(sim, given.refreshToken)).status, 400);
  const short = await exchanged(sim, { access_duration: "1" });
  later(sim, { hours: 29 * 24 });
  const renewed = (await refresh(sim, short.refresh_token)).body;
  later(sim, { hours: 30 });
  assert.equal((await refresh(sim, renewed.refresh_token)).status, 400);
});

Deno.test("pages of the grant cost nothing, are counted, and keep no secret", async () => {
  await using sim = await serverAt(noon);
  const { refresh_token: old } = await exchanged(sim);
  await refresh(sim, old);
  assert.equal(sim.credits(), 0);
  assert.deepEqual(sim.requestCounts(), { "/authorize": 1, "/v2/oauth2/token": 2 });
  const kept = JSON.stringify(sim.requests);
  for (const secret of [old, sim.clientSecret]) assert.equal(kept.includes(secret), false);
});

Deno.test("an answer with a fresh token may be lost, and the old one is spent", async () => {
  await using sim = await serverAt(noon);
  const { refresh_token: old } = await exchanged(sim);
  sim.inject({ kind: "reset", endpoint: "/v2/oauth2/token" });
  // On a connection that was used before, fetch would send the request again by itself.
  using client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
  const request = fetch(`${sim.url}/v2/oauth2/token`, {
    method: "POST",
    client,
    body: JSON.stringify({
      grant_type: "refresh_token",
      refresh_token: old,
      client_id: sim.clientId,
      client_secret: sim.clientSecret,
    }),
  });
  await assert.rejects(request);
  assert.equal((await refresh(sim, old)).body.error, "invalid_grant");
});
