import assert from "node:assert/strict";
import { join } from "node:path";
import { Secret } from "../../../src/model/secret.ts";
import { homeSite } from "../../../src/simulator/scenarios.ts";
import { startSimulator } from "../../../src/simulator/simulator.ts";
import { SourceError } from "../../../src/source/source_error.ts";
import { authorizeAddress, readCallback } from "../../../src/source/v2/oauth/authorization.ts";
import { revokeGrant } from "../../../src/source/v2/oauth/grants.ts";
import { clockAt, folder } from "../http/loopback.ts";
import { openHomeowner } from "./homeowner.ts";

Deno.test("a grant of the simulated server lasts while it is used, and ends when it is not", async () => {
  using state = folder();
  const clock = clockAt("2026-06-01T12:00:00Z");
  await using sim = await startSimulator({ sites: [homeSite()], now: clock.now });
  const tokenFile = join(state.path, "tokens.json");
  const open = () =>
    openHomeowner({
      origin: sim.url,
      clientId: sim.clientId,
      clientSecret: sim.clientSecret,
      tokenFile,
      clock,
    });
  const later = (duration: Temporal.DurationLike) => {
    const next = clock.now().toZonedDateTimeISO("UTC").add(duration).toInstant();
    clock.set(next.toString());
  };
  await using seh = await open();

  async function logIn(): Promise<number> {
    const page = await fetch(
      authorizeAddress({
        authorizeUrl: new URL(`${sim.url}/authorize`),
        redirectUri: new URL("http://localhost:8976/callback"),
        challenge: null,
        clientId: sim.clientId,
        state: "s",
      }),
      { redirect: "manual" },
    );
    await page.body?.cancel();
    const answer = readCallback(new URL(page.headers.get("location")!).searchParams, "s");
    assert.ok(answer.kind === "granted" && answer.siteId !== null);
    await seh.grants.redeem(answer.code, answer.siteId, 24);
    return answer.siteId;
  }

  const ended = (error: unknown) => {
    assert.ok(error instanceof SourceError, String(error));
    assert.equal(error.kind, "credentials");
    assert.match(error.facts.remedy!, /seh login/);
    return true;
  };

  const siteId = await logIn();
  assert.equal(siteId, homeSite().siteId);
  // Three uses in two months, each by a new program, none more than thirty days after the last.
  for (let use = 0; use < 3; use++) {
    later({ days: 25 });
    await using next = await open();
    assert.equal((await next.site(siteId) as { siteId: number }).siteId, siteId);
  }
  later({ days: 31 });
  await assert.rejects(seh.site(siteId), ended);

  await logIn();
  await seh.site(siteId);
  const revoked = await revokeGrant({
    tokenFile,
    baseUrl: new URL(sim.url),
    timeoutSeconds: 10,
    clock,
    userAgent: "seh/0.0.0",
  }, siteId);
  assert.ok(revoked);
  await assert.rejects(seh.site(siteId), ended);

  const wrong = seh.grants.redeem(new Secret("no-such-code"), siteId, 24);
  await assert.rejects(wrong, ended);
});
