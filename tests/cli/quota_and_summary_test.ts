// Not in test:fast: a harvest for each test.
import assert from "node:assert/strict";
import { homeSite } from "../../src/simulator/scenarios.ts";
import { runInWorld } from "../support/captured_world.ts";
import { firstHour } from "../support/first_hour.ts";
import { type HarvestWorld, harvestWorld } from "../support/harvest_world.ts";

const noon = "2026-06-01T12:07:00Z";
const site = homeSite({ firstDay: "2026-05-30" });

function seh(world: HarvestWorld, ...args: string[]) {
  return sehLogging(world, "", ...args);
}

function sehLogging(world: HarvestWorld, logFile: string, ...args: string[]) {
  return runInWorld(args, {
    cwd: world.folder,
    now: world.now(),
    env: {
      SEH_API_KEY: world.simulator.apiKey,
      SEH_API_BASE_URL: world.simulator.url,
      SEH_API_VERSION: "1",
      SEH_DATABASE_URL: `sqlite:///${world.folder}/seh.db`,
      SEH_LOG_FILE: logFile,
    },
  });
}

Deno.test("status shows the quota of the site that has the least, not of the account alone", async () => {
  await using world = await harvestWorld(noon, { sites: [site] });
  await world.sync();
  const spent = world.simulator.requests.filter((one) => one.siteIds.length > 0).length;
  const { stdout } = await seh(world, "status");
  assert.match(stdout, /^299 of the 300 requests in 24 hours are left; more in /m);
  const least = new RegExp(
    `^The site with the fewest left has ${300 - spent} of 300\\.`,
    "m",
  );
  assert.match(stdout, least);
  const { quota } = JSON.parse((await seh(world, "status", "--json")).stdout);
  assert.deepEqual([quota.requests_left, quota.scarcest_site.requests_left], [299, 300 - spent]);
});

Deno.test("status shows the data although the quota file cannot be read", async () => {
  await using world = await harvestWorld(noon, { sites: [site] });
  await world.sync();
  await Deno.remove(`${world.folder}/quota.json`);
  await Deno.mkdir(`${world.folder}/quota.json`);
  const { code, stdout } = await seh(world, "status");
  assert.equal(code, 0);
  assert.match(stdout, /^The quota is not known: .*quota\.json/m);
  assert.match(stdout, /^ +yesterday +\d/m);
  const { quota } = JSON.parse((await seh(world, "status", "--json")).stdout);
  assert.match(quota.problem, /quota\.json/);
});

Deno.test("the summary of a sync says why something is not available", async () => {
  await using world = await harvestWorld(noon, { sites: [site] });
  const { code, stdout, stderr } = await seh(world, "sync");
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^No alerts: HTTP 403: .+\.$/m);
  assert.match(stderr, /^Sync started\.\nSync ended after 0 s: [\d,]+ rows stored\.\n$/);
});

Deno.test("a quiet sync says nothing, but what failed", async () => {
  await using world = await harvestWorld(noon, { sites: [site] });
  world.simulator.inject({ kind: "wrong-shape", endpoint: "/site/{id}/power", times: Infinity });
  const { code, stdout, stderr } = await seh(world, "sync", "-q");
  assert.deepEqual([code, stdout], [5, ""]);
  assert.match(stderr, /^Failed: site 1234567, power \(\/site\/1234567\/power\): .+\n$/);
});

Deno.test("a log file at INFO has start, end and counts of each run, with --quiet too", async () => {
  await using world = await harvestWorld(noon, { sites: [site] });
  const logFile = `${world.folder}/seh.log`;
  for (const args of [["sync", "--quiet"], ["sync"]]) {
    assert.equal((await sehLogging(world, logFile, ...args)).code, 0);
  }
  const lines = Deno.readTextFileSync(logFile).trim().split("\n")
    .map((line) => JSON.parse(line)).filter((one) => /^sync (started|ended)$/.test(one.message));
  assert.deepEqual(lines.map((one) => one.message), [
    "sync started",
    "sync ended",
    "sync started",
    "sync ended",
  ]);
  const [, first, , second] = lines.map((one) => one.properties);
  assert.equal(first.exit_code, 0);
  assert.ok(first.requests > 10 && first.new_rows > 1000 && first.failures === 0);
  assert.deepEqual([second.requests, second.new_rows, second.changed_rows], [0, 0, 0]);
});

Deno.test("a sync with nothing to ask says how far power is, and when the next one asks again", async () => {
  for (const spare of ["spend", "keep"]) {
    await using home = await firstHour(null, { perMinute: 1000 });
    await Deno.writeTextFile(
      `${home.cwd}/.env`,
      `SEH_API_KEY=${home.fleetKey}\nSEH_API_VERSION=2\nSEH_SPARE_QUOTA=${spare}\n`,
      { mode: 0o600 },
    );
    const sync = async () => (await home.seh(["sync"])).screen.join("\n");
    await sync();
    const found = await sync();
    const [, time] =
      /^Nothing new yet\. Power is up to date to 19:00; the next data are fetched after (.+)\.$/m
        .exec(found) ?? [];
    assert.ok(time, found);
    const day = home.now().toZonedDateTimeISO("Europe/Berlin").toPlainDate();
    const next = Temporal.PlainDateTime.from(time.includes(" ") ? time : `${day} ${time}`)
      .toZonedDateTime("Europe/Berlin").toInstant();
    home.pass({ seconds: home.now().until(next).total("seconds") - 120 });
    assert.match(await sync(), /^Nothing new yet/m, spare);
    home.pass({ minutes: 3 });
    assert.match(await sync(), /new rows/, spare);
  }
});
