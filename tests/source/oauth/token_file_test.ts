import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { Secret } from "../../../src/model/secret.ts";
import { SourceError } from "../../../src/source/source_error.ts";
import { grantSentence } from "../../../src/source/v2/oauth/grant_life.ts";
import { grantsIn } from "../../../src/source/v2/oauth/grants.ts";
import { clockAt, folder } from "../http/loopback.ts";
import { haveGrant, openHomeowner } from "./homeowner.ts";
import { startTokenServer } from "./token_server.ts";

const noon = Temporal.Instant.from("2026-11-24T12:00:00Z");

/** A homeowner of site 1, with another folder for what the token file does not take. */
async function world() {
  const state = folder();
  const server = startTokenServer({ now: noon.epochMilliseconds });
  const clock = clockAt(noon.toString());
  const tokenFile = join(state.path, "tokens", "tokens.json");
  const spareFolder = join(state.path, "state");
  await haveGrant(server, tokenFile, 1, clock.now());
  const said: string[] = [];
  const { origin, clientId, clientSecret } = server;
  return {
    server,
    tokenFile,
    spareFolder,
    said,
    now: () => clock.now(),
    open: (file = tokenFile) =>
      openHomeowner({
        origin,
        clientId,
        clientSecret,
        tokenFile: file,
        spareFolder,
        clock,
        log: (text) => said.push(text),
      }),
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

type World = Awaited<ReturnType<typeof world>>;

const troubles: readonly (readonly [string, (home: World) => () => void])[] = [
  ["beside it", ({ tokenFile }) => {
    Deno.removeSync(tokenFile);
    Deno.mkdirSync(join(tokenFile, "in the way"), { recursive: true });
    return () => Deno.removeSync(tokenFile, { recursive: true });
  }],
  ["in the folder for state", ({ tokenFile }) => {
    Deno.removeSync(dirname(tokenFile), { recursive: true });
    Deno.writeTextFileSync(dirname(tokenFile), "no folder any more");
    return () => Deno.removeSync(dirname(tokenFile));
  }],
];

for (const [where, trouble] of troubles) {
  Deno.test(`new tokens that the file does not take are kept ${where}, and the next run finds them`, async () => {
    await using home = await world();
    let repair = () => {};
    home.server.afterRefresh = () => void (repair = trouble(home));
    home.setTime("2026-11-24T14:30:00Z");
    {
      await using seh = await home.open();
      // The run goes on with them.
      await seh.site(1);
    }
    const told = home.said.find((one) => one.includes("could not be written"));
    assert.ok(told, home.said.join("\n"));
    const kept = /They are kept in (\S+),/.exec(told)![1];
    assert.equal(Deno.statSync(kept).mode! & 0o777, 0o600);
    for (const secret of home.server.secrets) assert.ok(!home.said.join().includes(secret));

    home.server.afterRefresh = () => {};
    repair();
    const [grant] = await grantsIn(home.tokenFile, home.spareFolder);
    assert.equal(grant.siteId, 1);
    home.setTime("2026-11-24T17:00:00Z");
    await using seh = await home.open();
    await seh.site(1);
    assert.equal(home.server.isAlive(1), true);
    assert.ok(Deno.statSync(home.tokenFile).isFile);
    assert.throws(() => Deno.statSync(kept), Deno.errors.NotFound);
  });
}

Deno.test("a token file that is a link stays one, and what it leads to holds the new tokens", async () => {
  await using home = await world();
  const link = join(dirname(home.tokenFile), "link.json");
  Deno.symlinkSync("tokens.json", link);
  home.setTime("2026-11-24T14:30:00Z");
  {
    await using seh = await home.open(link);
    await seh.site(1);
  }
  assert.ok(Deno.lstatSync(link).isSymlink);
  // Through either name, the newest tokens are used.
  home.setTime("2026-11-24T17:00:00Z");
  await using direct = await home.open();
  await direct.site(1);
  home.setTime("2026-11-24T20:00:00Z");
  await using linked = await home.open(link);
  await linked.site(1);
  assert.equal(home.server.isAlive(1), true);
});

Deno.test("a link that leads to no file yet is followed by a login", async () => {
  await using home = await world();
  const link = join(dirname(home.tokenFile), "link.json");
  Deno.symlinkSync("elsewhere.json", link);
  await haveGrant(home.server, link, 2, home.now());
  assert.ok(Deno.lstatSync(link).isSymlink);
  assert.ok(Deno.lstatSync(join(dirname(home.tokenFile), "elsewhere.json")).isFile);
});

Deno.test("a grant that the server has refused is shown as refused at once, until it is accepted again", async () => {
  await using home = await world();
  await using seh = await home.open();
  home.server.revoke(1);
  home.setTime("2026-11-24T14:30:00Z");
  await assert.rejects(seh.site(1), SourceError);
  const shown = async () => grantSentence((await grantsIn(home.tokenFile))[0], home.now());
  assert.match(await shown(), /SolarEdge refused it on 2026-11-24\. Run: seh login/);
  await seh.grants.redeem(new Secret(home.server.makeCode(1)), 1, 24);
  assert.match(await shown(), /^until 2026-12-24/);
});

Deno.test("a web page in place of an answer is no refusal of the grant", async () => {
  await using home = await world();
  await using seh = await home.open();
  home.setTime("2026-11-24T14:30:00Z");
  home.server.beforeRefresh = () => new Response("<title>Blocked</title>", { status: 401 });
  await assert.rejects(seh.site(1), (error) => {
    assert.ok(error instanceof SourceError);
    return error.kind !== "credentials";
  });
  home.server.beforeRefresh = () => {};
  await seh.site(1);
});

Deno.test("no part of a token is shown, however the server repeats it", async () => {
  for (
    const repeat of [
      (token: string) => token,
      (token: string) => `${token}${token}`,
      (token: string) => token.slice(0, 30),
      (token: string) => `bad: ${token.slice(5)}`,
      (token: string) => `x`.repeat(50) + token,
    ]
  ) {
    await using home = await world();
    await using seh = await home.open();
    home.setTime("2026-11-24T14:30:00Z");
    const { refresh_token: token } = JSON.parse(Deno.readTextFileSync(home.tokenFile)).grants["1"];
    home.server.beforeRefresh = () => Response.json({ error: repeat(token) }, { status: 400 });
    await assert.rejects(seh.site(1), (error) => {
      assert.ok(error instanceof SourceError);
      const text = error.message + home.said.join() + (error.facts.remedy ?? "");
      for (let at = 0; at + 8 <= token.length; at++) {
        assert.ok(!text.includes(token.slice(at, at + 8)), text);
      }
      return true;
    });
  }
});

Deno.test("a token file that is a pipe is reported, and not waited for", async () => {
  await using home = await world();
  Deno.removeSync(home.tokenFile);
  const { success } = await new Deno.Command("mkfifo", { args: [home.tokenFile] }).output();
  assert.ok(success);
  await assert.rejects(grantsIn(home.tokenFile), /it is no plain file/);
  await using seh = await home.open();
  await assert.rejects(seh.site(1), /it is no plain file/);
});
