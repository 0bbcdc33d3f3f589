import assert from "node:assert/strict";
import { homeownerWorld } from "../support/homeowner_world.ts";

Deno.test("check-api lists the sites of two grants and says how long each lasts; diagnostics do too", async () => {
  await using home = await homeownerWorld();
  for (const site of home.sites) await home.have(site);
  const { code, stdout, stderr } = await home.seh(["check-api"]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /1234567 {2}Example Home .*2345678 {2}Example House /s);
  assert.match(stderr, /accepts your login: 2 sites/);
  const life = "until 2026-07-01, longer each time seh runs, to 2028-06-01 at most";
  const until =
    "Run it at least once every 30 days (next by 2026-07-01); log in again before 2028-06-01.";
  for (const site of home.sites) assert.ok(stderr.includes(`seh may read site ${site}. ${until}`));
  assert.match(stderr, /1,99\d of this month's 2,000 credits are left/);

  const text = await home.seh(["status", "--diagnostics"]);
  assert.equal(text.code, 0, text.stderr);
  assert.match(text.stdout, new RegExp(`^access to site 1234567 +${life}$`, "m"));
  const json = JSON.parse((await home.seh(["status", "--diagnostics", "--json"])).stdout);
  assert.equal(json.access_to_site_2345678, life);
});

Deno.test("a first sync ends without doubts that it has settled itself, and a dry run counts credits", async () => {
  await using home = await homeownerWorld();
  await home.have(home.sites[0]);
  const { code, stdout, stderr } = await home.seh(["sync"]);
  assert.equal(code, 0, stderr);
  assert.doesNotMatch(stdout, /time zone/);
  const plan = JSON.parse((await home.seh(["sync", "--dry-run", "--full", "--json"])).stdout);
  assert.ok(plan.requests.length > 0);
  assert.ok(plan.requests.every((one: { cost: number }) => one.cost === 1), stdout);
});

Deno.test("a grant that was revoked ends with exit code 4 and what to do, and leaves the other site alone", async () => {
  await using home = await homeownerWorld();
  const [kept, lost] = home.sites;
  for (const site of home.sites) await home.have(site);
  assert.equal((await home.seh(["sync"])).code, 0);
  home.server.revokeGrants(lost);
  home.now = home.now.add({ hours: 24 });

  const check = await home.seh(["check-api"]);
  assert.equal(check.code, 4);
  assert.match(check.stdout, /Example Home/);
  const sentence = /access to site 2345678 has expired or was ended.*Run `seh login` again/s;
  assert.match(check.stderr, sentence);

  const sync = await home.seh(["sync"]);
  assert.equal(sync.code, 4);
  assert.match(sync.stdout + sync.stderr, sentence);
  const rows = (await home.seh(["export", "power", "-f", "ndjson", "-o", "-"])).stdout.trim()
    .split("\n").map((line) => JSON.parse(line));
  const newest = (site: number) =>
    rows.filter((one) => one.site_id === site).map((one) => one.timestamp).sort().at(-1);
  assert.ok(newest(kept) > "2026-06-02", newest(kept));
  assert.ok(newest(lost) < "2026-06-02", newest(lost));

  // Once it is granted again, nothing is missing.
  await home.have(lost);
  const again = await home.seh(["sync"]);
  assert.equal(again.code, 0, again.stdout);
  const after = (await home.seh(["export", "power", "-f", "ndjson", "-o", "-"])).stdout;
  assert.match(after, /"site_id":2345678.*"timestamp":"2026-06-02T/);
});

Deno.test("the only grant, revoked, ends the run with exit code 4", async () => {
  await using home = await homeownerWorld();
  const [site] = home.sites;
  await home.have(site);
  home.server.revokeGrants(site);
  for (const command of ["check-api", "sync"]) {
    const { code, stderr } = await home.seh([command]);
    assert.equal(code, 4, command);
    assert.match(stderr, /has expired or was ended .*Run `seh login` again/s, command);
    assert.doesNotMatch(stderr, /SEH_API_KEY/, command);
  }
});

Deno.test("a grant that nobody used for a month has expired: exit code 4 and what to do", async () => {
  await using home = await homeownerWorld();
  await home.have(home.sites[0]);
  home.now = home.now.add({ hours: 24 * 31 });
  const told = await home.seh(["status", "--diagnostics"]);
  assert.match(told.stdout, /until 2026-07-01, which is over: run `seh login` again/);
  const check = await home.seh(["check-api"]);
  assert.equal(check.code, 4);
  assert.match(check.stderr, /has expired or was ended .*Run `seh login` again/s);
});

Deno.test("a clock that is wrong by an hour, either way, loses no grant", async () => {
  await using home = await homeownerWorld();
  const [site] = home.sites;
  for (const wrong of [{ hours: 1 }, { hours: -1 }]) {
    const clock = () => home.now.add(wrong);
    await home.have(site, clock());
    // While the token is good, when only one of the two clocks says so, and long after.
    for (const minutes of [5, 65, 65, 300]) {
      home.now = home.now.add({ minutes });
      const check = await home.seh(["check-api"], { clock: clock() });
      assert.equal(check.code, 0, check.stderr);
    }
    // The clock is put right: what was learnt with the wrong one does no harm.
    const right = await home.seh(["check-api"]);
    assert.equal(right.code, 0, right.stderr);
  }
});

Deno.test("a token file that others can read is refused with exit code 2, and nothing is sent", async () => {
  await using home = await homeownerWorld();
  await home.have(home.sites[0]);
  home.server.clearRequests();
  Deno.chmodSync(home.tokenFile, 0o644);
  for (const command of ["check-api", "sync", "logout"]) {
    const { code, stderr } = await home.seh([command]);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /tokens\.json: others may read it \(mode 644\); run `chmod 600 .*tokens/);
  }
  assert.equal(home.server.requests.length, 0);
  const diagnostics = await home.seh(["status", "--diagnostics"]);
  assert.equal(diagnostics.code, 0);
  assert.match(diagnostics.stdout, /^grants +trouble: .*others may read it/m);
  Deno.chmodSync(home.tokenFile, 0o600);
  assert.equal((await home.seh(["check-api"])).code, 0);
});

Deno.test("a token file that is no file is reported with its path and exit code 2", async () => {
  await using home = await homeownerWorld();
  await Deno.mkdir(home.tokenFile, { recursive: true });
  const { code, stderr } = await home.seh(["check-api"]);
  assert.equal(code, 2, stderr);
  assert.match(stderr, /tokens\.json.*SEH_TOKEN_FILE must name a file/s);
});

Deno.test("after a logout of all, a sync fetches nothing, ends with exit code 4 and says what to do", async () => {
  await using home = await homeownerWorld();
  await home.have(home.sites[0]);
  assert.equal((await home.seh(["sync"])).code, 0);
  assert.equal((await home.seh(["logout"])).code, 0);
  for (const args of [["sync"], ["check-api"], ["sync", "--full"]]) {
    const { code, stderr } = await home.seh(args);
    assert.equal(code, 4, args.join(" "));
    assert.match(stderr, /^seh: You are not logged in\. Run: seh login$/m);
    assert.doesNotMatch(stderr, /SEH_API_KEY/);
  }
});

Deno.test("a grant that a sync found refused is refused in check-api and diagnostics too", async () => {
  await using home = await homeownerWorld();
  const [site] = home.sites;
  await home.have(site);
  home.server.revokeGrants(site);
  home.now = home.now.add({ hours: 3 });
  assert.equal((await home.seh(["sync"])).code, 4);
  const diagnostics = await home.seh(["status", "--diagnostics"]);
  assert.match(
    diagnostics.stdout,
    /^access to site \d+ +no more: SolarEdge refused it on 2026-06-01/m,
  );
  assert.doesNotMatch(diagnostics.stdout, /longer each time seh runs/);
  await home.have(site);
  assert.match((await home.seh(["check-api"])).stderr, /next by 2026-07-01/);
});
