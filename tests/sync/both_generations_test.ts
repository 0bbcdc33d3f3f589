// Not in test:fast: weeks of a timer through both generations.
import assert from "node:assert/strict";
import type { TableName, Value } from "../../src/model/table.ts";
import { table as factsOf } from "../../src/model/tables.ts";
import { businessSite, homeSite, houseSite } from "../../src/simulator/scenarios.ts";
import type { SimulatorOptions } from "../../src/simulator/simulator.ts";
import { type HarvestWorld, harvestWorld, type SyncChoice } from "../support/harvest_world.ts";
import { type FreshDatabase, freshFile } from "../support/fresh_file.ts";
import { onOneDatabase } from "../support/on_each_database.ts";
import { inTurns, isChosen, scope } from "../support/scope.ts";
import { storedRows } from "../support/stored_rows.ts";

type Row = Record<string, Value>;
type Generation = NonNullable<SyncChoice["generation"]>;

/** Columns that say when and by whom a row was written. */
const ofTheWriting = ["source", "updated_at", "last_seen"];

/** The generation of the API of which the facts say that it fills a column. */
const fills = (generation: "v1" | "v2", from: string | undefined) =>
  from === undefined || new RegExp(`\\b${generation} `).test(from);

/** The columns of a table that both generations fill, the key among them. */
function commonColumns(name: TableName): string[] {
  return factsOf(name).columns
    .filter((one) => fills("v1", one.from) && fills("v2", one.from))
    .map((one) => one.name).filter((one) => !ofTheWriting.includes(one) && one !== "extra");
}

/** Harvests at each moment, as a timer does. */
async function timer(
  world: HarvestWorld,
  generation: Generation,
  moments: readonly Temporal.Instant[],
): Promise<void> {
  for (const moment of moments) {
    world.setNow(moment);
    const report = await world.sync({
      generation,
      lookbackDays: { energy: 30, power: 7 },
      spareQuota: "keep",
    });
    assert.deepEqual([report.failures, report.leftDue], [[], 0], `${generation} at ${moment}`);
  }
}

/**
 * Some times a day for a week, the last time in the morning of the day after it: what is asked once a day
 * or once a week falls due then, so both generations speak of the same moment.
 */
function timesOfTheWeek(firstDay: string, timeZone: string): Temporal.Instant[] {
  const clocks = scope === "all" ? ["09:37", "15:37", "21:37"] : ["09:37", "18:37"];
  return Array.from(
    { length: 7 * clocks.length + 1 },
    (_, n) =>
      Temporal.PlainDate.from(firstDay).add({ days: 1 + Math.floor(n / clocks.length) })
        .toZonedDateTime({ timeZone, plainTime: clocks[n % clocks.length]! })
        .toInstant(),
  );
}

const only = (row: Row, columns: readonly string[]) =>
  Object.fromEntries(columns.map((one) => [one, row[one]]));

/** A week of days, harvested some times a day by both generations, each into a database of its own. */
async function weekOfBoth(
  site: typeof homeSite,
  firstDay: string,
  options: Partial<SimulatorOptions> = {},
  fresh?: () => Promise<FreshDatabase>,
) {
  const spec = site({ firstDay, installationDate: firstDay });
  const midnight = (days: number) =>
    Temporal.PlainDate.from(firstDay).add({ days }).toZonedDateTime(spec.timeZone).toInstant();
  const moments = timesOfTheWeek(firstDay, spec.timeZone);
  const worlds = new AsyncDisposableStack();
  const harvested = async (generation: Generation) => {
    const world = worlds.use(
      await harvestWorld(moments[0]!.toString(), { sites: [spec], ...options }, fresh),
    );
    await timer(world, generation, moments);
    return world;
  };
  const [first, second] = [await harvested("v1"), await harvested("v2")];
  // The days of the week that has closed by the last run, the first day of the site included.
  const [from, to] = [midnight(0).toString(), midnight(8).toString()];
  const isInside = (row: Row) => {
    if ("timestamp" in row) return String(row.timestamp) >= from && String(row.timestamp) < to;
    return row.time_unit !== "DAY" || String(row.reading_date) <
        Temporal.PlainDate.from(firstDay).add({ days: 8 }).toString();
  };
  return {
    rows: async (name: TableName): Promise<[Row[], Row[]]> => [
      (await storedRows(first.database, name)).filter(isInside),
      (await storedRows(second.database, name)).filter(isInside),
    ],
    [Symbol.asyncDispose]: () => worlds.disposeAsync(),
  };
}

type Week = Awaited<ReturnType<typeof weekOfBoth>>;

/** The same keys, and the same values in every column that both fill; what one alone fills is NULL in the other. */
async function assertSameRows(week: Week, name: TableName): Promise<void> {
  const [first, second] = await week.rows(name);
  assert.ok(first.length > 0, `rows of ${name}`);
  const columns = commonColumns(name);
  assert.deepEqual(
    second.map((one) => only(one, columns)),
    first.map((one) => only(one, columns)),
    name,
  );
  for (const [rows, generation] of [[first, "v1"], [second, "v2"]] as const) {
    const foreign = factsOf(name).columns.filter((one) => !fills(generation, one.from));
    for (const { name: column } of foreign) {
      assert.ok(rows.every((row) => row[column] === null), `${generation} fills ${name}.${column}`);
    }
    assert.ok(rows.every((row) => row.source === generation), `source of ${name}`);
  }
}

/** Every device of v1 is there, with the same values; v2 knows some more. */
async function assertSameThings(week: Week, name: TableName, more: RegExp | null): Promise<void> {
  const [first, second] = await week.rows(name);
  const { key } = factsOf(name);
  const keyOf = (row: Row) => key.map((one) => row[one]).join(" ");
  const theirs = new Map(second.map((one) => [keyOf(one), one]));
  const columns = commonColumns(name);
  for (const row of first) {
    const other = theirs.get(keyOf(row));
    assert.ok(other, `${name}: v2 lacks ${keyOf(row)}`);
    assert.deepEqual(only(other, columns), only(row, columns), `${name} ${keyOf(row)}`);
    theirs.delete(keyOf(row));
  }
  for (const one of theirs.keys()) assert.match(one, more ?? /never/, `${name} of v2 alone`);
}

const quarter = 900;
const epoch = (row: Row) => Temporal.Instant.from(String(row.timestamp)).epochMilliseconds / 1000;

/** Samples of each device by the quarter-hour that they stand in. */
function byQuarter(samples: readonly Row[]): Map<string, Row[]> {
  return Map.groupBy(
    samples,
    (one) => `${one.device_key} ${Math.floor(epoch(one) / quarter) * quarter}`,
  );
}

/**
 * A mean of a quarter-hour against the samples in it: it lies no further outside of them than `slack`. The
 * server makes the mean of what it measured all the time, and three samples need not hold its extremes.
 */
function assertMeans(
  [samples, means]: readonly [Row[], Row[]],
  columns: readonly { readonly of: string; readonly as?: string; readonly slack: number }[],
): void {
  const quarters = byQuarter(samples);
  let compared = 0;
  for (const row of means) {
    const within = quarters.get(`${row.device_key} ${epoch(row)}`) ?? [];
    if (within.length < 3) continue;
    for (const { of, as = of, slack } of columns) {
      const values = within.map((one) => one[as]).filter((one) => one !== null).map(Number);
      if (values.length < 3 || row[of] === null) continue;
      const [low, high] = [Math.min(...values) - slack, Math.max(...values) + slack];
      const mean = Number(row[of]);
      assert.ok(mean >= low && mean <= high, `${of} of ${row.timestamp}: ${mean}, ${values}`);
      compared++;
    }
  }
  assert.ok(compared > 500, `${compared} means`);
}

/**
 * The energy of a time by buckets, against what a register of the samples has grown by: registers are read
 * at moments within a quarter-hour, so each end may be off by one of its quarter-hours.
 */
function assertRegister(
  samples: readonly Row[],
  buckets: readonly Row[],
  { register, energy }: { register: string; energy: string },
): void {
  const read = samples.filter((one) => one[register] !== null);
  const [first, last] = [read[0]!, read.at(-1)!];
  const grown = Number(last[register]) - Number(first[register]);
  const between = buckets.filter((one) =>
    epoch(one) + quarter > epoch(first) && epoch(one) < epoch(last)
  );
  const energies = between.map((one) => Number(one[energy]));
  const sum = energies.reduce((all, one) => all + one, 0);
  const ends = energies[0]! + energies.at(-1)! + 2;
  assert.ok(between.length > 500 && sum > 0, `${energy}: ${between.length} buckets`);
  assert.ok(Math.abs(sum - grown) <= ends, `${energy}: ${sum} against ${grown}, ends of ${ends}`);
}

/** Ten seconds of work each, so one in so many. */
const onAFile: typeof onOneDatabase = (name, run) => {
  if (isChosen(name, { oneIn: 5 })) Deno.test(name, () => run(freshFile));
};
/** An ordinary week of one of the two sites, in turns. */
const inTurn: typeof onOneDatabase = (name, run) => {
  if (inTurns(["home", "house"], "ordinary week").some((one) => name.startsWith(`a ${one} `))) {
    onOneDatabase(name, run);
  }
};

for (
  // How an answer is understood does not depend on the database: one week on each is enough, in turns.
  const { what, firstDay, options, register } of [
    { what: "an ordinary week", firstDay: "2026-06-01", options: {}, register: inTurn },
    ...(["repeat", "96"] as const).map((daylightSaving) => ({
      what: `the week of the spring change (server kind: ${daylightSaving})`,
      firstDay: "2026-03-25",
      options: { daylightSaving },
      register: onAFile,
    })),
    {
      what: "the week of the autumn change (server kind: repeat)",
      firstDay: "2026-10-21",
      options: { daylightSaving: "repeat" as const },
      register: onAFile,
    },
  ]
) {
  register(
    `a home with battery and meters is the same through both generations: ${what}`,
    async (fresh) => {
      await using week = await weekOfBoth(homeSite, firstDay, options, fresh);
      for (const name of ["energy_readings", "power_details", "energy_details"] as const) {
        await assertSameRows(week, name);
      }
      // Power is the inverters' AC output in the one, and what the modules give in the other.
      const batteries = await week.rows("battery_telemetry");
      const [ac, modules] = await week.rows("power_readings");
      assert.ok(modules.length > 600 && modules.length === ac.length);
      modules.forEach((row, n) => {
        const { timestamp, charge_power_w, discharge_power_w } = batteries[1][n]!;
        assert.deepEqual([timestamp, ac[n]!.timestamp], [row.timestamp, row.timestamp]);
        const asleep = ac[n]!.power_w === null;
        const net = Number(ac[n]!.power_w) + Number(charge_power_w) - Number(discharge_power_w);
        assert.equal(row.power_w, asleep ? null : net, `what the modules gave at ${timestamp}`);
      });
      for (const name of ["sites", "batteries", "environmental_benefits"] as const) {
        await assertSameThings(week, name, null);
      }
      // v1 lists no optimizers; v2 counts for a virtual meter at the grid's.
      await assertSameThings(week, "equipment", /^1234567 2[0-9A-F]{7}-/);
      await assertSameThings(week, "inventory", /^1234567 optimizer /);
      await assertSameThings(week, "meters", /^1234567 60412345 Consumption$/);

      const inverters = await week.rows("inverter_telemetry");
      assertMeans(inverters, [
        // The sun moves on within a quarter-hour by less than a hundredth of the site's peak.
        { of: "total_active_power_w", slack: 100 },
        { of: "ac_frequency_hz", as: "l1_ac_frequency_hz", slack: 0.1 },
      ]);
      assertMeans(batteries, [
        { of: "power_w", slack: 100 },
        { of: "state_of_charge_pct", slack: 0.5 },
      ]);
      assertRegister(...inverters, { register: "lifetime_energy_wh", energy: "ac_energy_wh" });
      assertRegister(...batteries, {
        register: "lifetime_energy_charged_wh",
        energy: "charge_energy_wh",
      });
      assertRegister(...batteries, {
        register: "lifetime_energy_discharged_wh",
        energy: "discharge_energy_wh",
      });
      const [registers, counted] = await week.rows("meter_readings");
      for (const type of ["FeedIn", "Purchased", "Production"]) {
        const of = (rows: readonly Row[]) => rows.filter((one) => one.meter_type === type);
        assertRegister(of(registers), of(counted), {
          register: "lifetime_energy_wh",
          energy: "energy_wh",
        });
      }
      for (const rows of [inverters, batteries, [registers, counted] as const]) {
        assert.ok(rows[0].every((one) => one.interval_s === 0));
        assert.ok(rows[1].every((one) => one.interval_s === quarter));
      }
    },
  );

  register(
    `a house without battery is the same through both generations, power included: ${what}`,
    async (fresh) => {
      await using week = await weekOfBoth(houseSite, firstDay, options, fresh);
      for (const name of ["energy_readings", "power_readings", "energy_details"] as const) {
        await assertSameRows(week, name);
      }
      for (const name of ["sites", "environmental_benefits"] as const) {
        await assertSameThings(week, name, null);
      }
      await assertSameThings(week, "equipment", /^2345678 2[0-9A-F]{7}-/);
    },
  );
}

onOneDatabase(
  "production by quarter-hour is that of all inverters through both generations, metered or not",
  async (fresh) => {
    // Two meters count two of three inverters; v2 tells nothing of the third, which is of another make.
    const bakery: typeof homeSite = (since) => businessSite({ ...since, changes: [] });
    await using week = await weekOfBoth(bakery, "2026-06-01", {}, fresh);
    // Below the watts by which four devices and the site may be rounded, what the devices say stands.
    for (
      const [name, suffix, rounding] of [["power_details", "w", 5], [
        "energy_details",
        "wh",
        1.5,
      ]] as const
    ) {
      const [first, second] = await week.rows(name);
      assert.ok(first.length > 600, `${first.length} rows of ${name}`);
      assert.deepEqual(second.map((one) => one.timestamp), first.map((one) => one.timestamp));
      for (const [n, one] of first.entries()) {
        const other = second[n]!;
        const [theirs, ours] = [one[`production_${suffix}`], other[`production_${suffix}`]];
        assert.equal(ours === null, theirs === null, `${name} at ${one.timestamp}`);
        const off = Math.abs(Number(ours) - Number(theirs));
        assert.ok(off <= rounding, `${name} at ${one.timestamp}: ${theirs} and ${ours}`);
        assert.equal(other[`consumption_${suffix}`], one[`consumption_${suffix}`]);
      }
    }
    const [, details] = await week.rows("energy_details");
    const [, days] = await week.rows("energy_readings");
    const closed = days.filter((one) => one.time_unit === "DAY");
    assert.ok(closed.length >= 8, `${closed.length} days`);
    for (const { reading_date, energy_wh } of closed) {
      const parts = details.filter((one) => String(one.local_time).startsWith(String(reading_date)))
        .reduce((sum, one) => sum + Number(one.production_wh), 0);
      const off = Math.abs(parts - Number(energy_wh));
      assert.ok(off < 50, `${reading_date}: ${energy_wh} Wh, its quarter-hours ${parts} Wh`);
    }
  },
);
