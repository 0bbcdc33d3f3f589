// Not in test:fast: every quarter-hour of a home, through each kind of question.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { openDatabase } from "../../../src/database/open.ts";
import type { Clock } from "../../../src/model/clock.ts";
import { dataTypes } from "../../../src/model/data_type.ts";
import { Secret } from "../../../src/model/secret.ts";
import type { Value } from "../../../src/model/table.ts";
import {
  businessSite,
  type Changes,
  homeSite,
  houseSite,
} from "../../../src/simulator/scenarios.ts";
import type { SiteSpec } from "../../../src/simulator/site_spec.ts";
import { startSimulator } from "../../../src/simulator/simulator.ts";
import { createJsonClient } from "../../../src/source/http/client.ts";
import { quotaOwner } from "../../../src/source/http/quota_owner.ts";
import { monthIsSpent, quotaWindows } from "../../../src/source/v2/limits.ts";
import { createV2Source } from "../../../src/source/v2/source.ts";
import { run } from "../../../src/sync/run.ts";
import { inTurns } from "../../support/scope.ts";
import { storedRows } from "../../support/stored_rows.ts";
import { readingsOfV2, truthRowsV2 } from "../../support/truth_rows_v2.ts";

const limits = { monthly: 2000, minute: 1000 };

/** Harvests a site of the simulated server at each of these moments. */
async function harvest(
  site: (changes: Changes) => SiteSpec,
  moments: readonly string[],
  firstDay: string,
  spareQuota: "keep" | "spend" = "keep",
) {
  const folder = await Deno.makeTempDir();
  let now = Temporal.Instant.from(moments[0]!);
  const clock: Clock = { now: () => now, sleep: () => Promise.resolve() };
  const spec = site({ firstDay, installationDate: firstDay });
  const simulator = await startSimulator({
    sites: [spec],
    now: () => now,
    allowance: { perMinute: 1000 },
  });
  const database = await openDatabase(`sqlite:///${folder}/seh.db`);
  await database.migrate();
  const key = new Secret(simulator.fleetKey);
  await using client = createJsonClient({
    baseUrl: new URL(`${simulator.url}/v2`),
    authorize: (_url, headers) => headers.set("x-api-key", key.reveal()),
    secrets: [key],
    quotaFile: `${folder}/quota.json`,
    quotaOwner: await quotaOwner(key),
    quotaWindows: quotaWindows(limits),
    isPeriodSpent: monthIsSpent,
    maxConcurrent: 3,
    timeoutSeconds: 10,
    maxRetries: 0,
    retryDelaySeconds: 1,
    clock,
    random: () => 0.5,
    userAgent: "seh/test",
  });
  for (const moment of moments) {
    now = Temporal.Instant.from(moment);
    const report = await run({
      source: createV2Source({ client, clock, limits, access: "fleet" }),
      database,
      clock,
      wanted: {
        depth: "recent",
        siteIds: null,
        range: null,
        lookbackDays: { energy: 30, power: 2 },
        overlapMinutes: 15,
        spareQuota,
        dataTypes: new Set(dataTypes),
      },
      concurrency: 3,
      strict: false,
      maxRequests: null,
      requestsSent: () => client.sent,
      wholeHarvest: true,
      onEvent: () => {},
      signal: new AbortController().signal,
    });
    assert.deepEqual([report.failures, report.ended], [[], null]);
  }
  return {
    spec,
    simulator,
    database,
    path: `${folder}/seh.db`,
    async [Symbol.asyncDispose]() {
      await database.close();
      await simulator.close();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

const momentary = ["updated_at", "source", "extra"];

/** The home without the meters of these types. */
function withoutMeters(types: RegExp, changes: Changes): SiteSpec {
  const home = homeSite(changes);
  return { ...home, meters: home.meters.filter((one) => !types.test(one.type)) };
}

/** Two inverters and two batteries, and nothing but a grid meter beside them. */
function twinSite(changes: Changes): SiteSpec {
  const home = withoutMeters(/Production|Consumption/, changes);
  const [inverter] = home.inverters;
  const [battery] = home.batteries;
  return {
    ...home,
    inverters: [
      { ...inverter!, share: 0.6 },
      { ...inverter!, serial: "7E1234CD-60", name: "Inverter 2" },
    ],
    batteries: [
      battery!,
      { ...battery!, serial: "BAT0002", name: "Battery 2.1", inverter: 1, nameplateWh: 4600 },
    ],
  };
}

const withoutMeter = ["battery_telemetry", "meter_readings"];

for (
  const { site, what, absent } of inTurns([
    { site: homeSite, what: "a home with battery and meters for everything", absent: [] },
    {
      site: (changes: Changes) => withoutMeters(/Production/, changes),
      what: "a home without a production meter",
      absent: [],
    },
    {
      site: (changes: Changes) => withoutMeters(/Consumption/, changes),
      what: "a home without a consumption meter",
      absent: [],
    },
    { site: twinSite, what: "a home of two inverters, two batteries and a grid meter", absent: [] },
    {
      site: businessSite,
      what: "a bakery with two production meters and no meter of the grid",
      absent: ["battery_telemetry"],
    },
    {
      site: houseSite,
      what: "a house without battery or meter that sleeps by night",
      absent: withoutMeter,
    },
  ], "a kind of site")
) {
  Deno.test(`${what}, harvested through v2 every six hours across the change of clocks, holds the truth to the row`, async () => {
    const start = Temporal.Instant.from("2026-10-23T22:30:00Z");
    // And once more when the sums of days, which are asked for once a week, have come again.
    const hours = [...Array.from({ length: 21 }, (_, n) => 6 * n), 24 * 8];
    const moments = hours.map((after) => start.add({ hours: after }).toString());
    await using home = await harvest(site, moments, "2026-10-22");
    const { timeZone, siteId } = home.spec;
    const midnight = (day: string) =>
      Temporal.PlainDate.from(day).toZonedDateTime(timeZone).toInstant();
    // Days that had closed a day before the last run: a sleeping site reports the next morning.
    const [from, to] = [midnight("2026-10-22"), midnight("2026-10-27")];
    const asked = { from, to, now: Temporal.Instant.from(moments.at(-1)!) };
    for (const table of readingsOfV2) {
      const isCompared = (row: Record<string, Value>) =>
        table === "energy_readings"
          ? row.time_unit === "DAY" && String(row.reading_date) < "2026-10-27"
          : String(row.timestamp) < to.toString();
      const stored = (await storedRows(home.database, table, siteId)).filter(isCompared);
      const wanted = truthRowsV2(home.simulator, siteId, table, asked).filter(isCompared);
      assert.equal(wanted.length === 0, absent.some((one) => one === table), table);
      assert.equal(stored.length, wanted.length, `rows of ${table}`);
      wanted.forEach((row, index) => {
        const names = Object.keys(row).filter((name) => !momentary.includes(name));
        const read = (one: Record<string, Value>) =>
          Object.fromEntries(names.map((name) => [name, one[name]]));
        assert.deepEqual(read(stored[index]!), read(row), `${table} ${index}`);
      });
    }
  });
}

Deno.test("the SQL of the README has a value for every day of a home with a grid meter, and the summary for today", async () => {
  const start = Temporal.Instant.from("2026-06-07T22:30:00Z");
  const moments = [0, 13, 25, 37, 49, 61].map((hours) => start.add({ hours }).toString());
  const metered = (changes: Changes) => withoutMeters(/Production|Consumption/, changes);
  await using home = await harvest(metered, moments, "2026-06-08", "spend");
  using plain = new DatabaseSync(home.path);
  const readme = Deno.readTextFileSync(new URL("../../../README.md", import.meta.url));
  const [, sql] = /```sql\n(.*?);/s.exec(readme)!;
  const days = plain.prepare(sql!).all();
  assert.deepEqual(days.map((one) => one.day), ["2026-06-10", "2026-06-09", "2026-06-08"]);
  for (const day of days) assert.ok(Object.values(day).every((one) => one !== null), `${day.day}`);

  const [summary] = plain.prepare("select * from v_site_summary").all();
  const { model } = home.simulator.sites.get(home.spec.siteId)!;
  const slotAt = (clock: string) =>
    Temporal.PlainDateTime.from(`2026-06-10T${clock}`).toZonedDateTime("Europe/Berlin")
      .epochMilliseconds / 900_000;
  const { production } = model.sum(slotAt("00:00"), slotAt("13:15"));
  assert.equal(summary!.day_energy_wh, production);
  const before = model.sum(model.firstSlot, slotAt("00:00")).production;
  assert.deepEqual(
    [summary!.month_energy_wh, summary!.year_energy_wh],
    [before + production, before + production],
  );
  assert.ok(Number(summary!.lifetime_energy_wh) >= before + production);
  assert.equal(summary!.current_power_at, "2026-06-10T11:00:00Z");
  assert.equal(summary!.data_end_date, "2026-06-10");
});

Deno.test("a day of an hourly timer costs seven credits where spare ones are kept, that of 25 hours too", async () => {
  const start = Temporal.Instant.from("2026-10-22T22:07:00Z");
  const moments = Array.from({ length: 97 }, (_, n) => start.add({ hours: n }).toString());
  await using home = await harvest(homeSite, moments, "2026-10-21");
  const credits = (day: string) =>
    home.simulator.requests.filter(({ at }) =>
      at.toZonedDateTimeISO(home.spec.timeZone).toPlainDate().toString() === day
    ).length;
  assert.deepEqual(["2026-10-24", "2026-10-25", "2026-10-26"].map(credits), [7, 7, 7]);
});
