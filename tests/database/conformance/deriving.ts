import assert from "node:assert/strict";
import type { Database, Delivery } from "../../../src/database/database.ts";
import type { TableRows } from "../../../src/model/harvest.ts";
import type { Value } from "../../../src/model/table.ts";
import { delivery, later, rowsOf } from "../deliveries.ts";
import { counts, databaseTest, type DialectUnderTest, type Row, rows } from "./dialect.ts";

const five = ["production", "consumption", "self_consumption", "feed_in", "purchased"];

/** What follows from rows of several answers, and is stored with whichever of them comes last. */
export function testDeriving(dialect: DialectUnderTest): void {
  const test = databaseTest(dialect);

  for (const order of ["meters", "inverters"]) {
    test(`consumption and self-consumption follow from meters and inverters, ${order} first`, async (database) => {
      const grid = meters([["G", "FeedIn", [100, 0]], ["G", "Purchased", [0, 300]]]);
      const inverters = inverterRows([["A", [250, 40]], ["B", [150, 10]]]);
      for (const part of order === "meters" ? [grid, inverters] : [inverters, grid]) {
        await database.save(derived(part));
      }
      assert.deepEqual(await details(database), [[400, 300, 300, 100, 0], [50, 350, 50, 0, 300]]);
      const power = await rows(database, { table: "power_details" });
      assert.deepEqual(power.map((one) => one.consumption_w), [1200, 1400]);
      assert.deepEqual(power.map((one) => [one.source, one.local_time, one.interval_s]), [
        ["v2", "2026-05-31T12:00:00", 900],
        ["v2", "2026-05-31T12:15:00", 900],
      ]);
    });
  }

  test("saving the same parts again changes nothing, and a corrected part is followed", async (database) => {
    const grid = (bought: number) =>
      derived(meters([["G", "FeedIn", [100]], ["G", "Purchased", [bought]]]));
    const first = await database.save(derived(inverterRows([["A", [400]]])));
    // The inverter's row and a row of each table of details.
    assert.deepEqual(counts(first), [3, 0, 0]);
    assert.deepEqual(counts(await database.save(grid(20))), [4, 2, 0]);
    const before = await rows(database, { table: "energy_details" });
    const again = await database.save({ ...grid(20), fetchedAt: later });
    assert.deepEqual(counts(again), [0, 0, 6]);
    assert.deepEqual(await rows(database, { table: "energy_details" }), before);

    const corrected = await database.save({ ...grid(50), fetchedAt: later, keepRevisions: true });
    assert.deepEqual(await details(database), [[400, 350, 300, 100, 50]]);
    // What the server corrected is kept; what followed from it is not.
    assert.deepEqual(corrected.revised.map((one) => one.table), ["meter_readings"]);
  });

  test("a consumption meter and a production meter know better than what would follow", async (database) => {
    await database.save(derived(meters([["P", "Production", [410]], ["C", "Consumption", [333]]])));
    await database.save(derived(meters([["G", "FeedIn", [100]], ["G", "Purchased", [20]]])));
    await database.save(derived(inverterRows([["A", [400]]])));
    assert.deepEqual(await details(database), [[410, 333, 310, 100, 20]]);
  });

  for (const order of ["meters", "site"]) {
    test(`what no meter and no inverter tells is production where the site as a whole gave it, ${order} first`, async (database) => {
      const metered = meters([["P", "Production", [100, 200, null]], ["C", "Consumption", [333]]]);
      const parts = [metered, sitePower([600, 801, 40])];
      await database.save(listed());
      for (const part of order === "meters" ? parts : parts.toReversed()) {
        await database.save(derived(part));
      }
      // A watt more is rounding; a site whose devices are silent still gives what it gives.
      assert.deepEqual((await details(database)).map((one) => one.slice(0, 2)), [
        [150, 333],
        [200, null],
        [10, null],
      ]);
      await database.save(derived(inverterRows([["A", [160, 200, 10]]])));
      assert.deepEqual((await details(database)).map(([one]) => one), [150, 200, 10]);
    });
  }

  test("while nobody has listed the devices, production is not what the site gave, since a battery may be there", async (database) => {
    await database.save(derived(inverterRows([["A", [100]]])));
    await database.save(derived(sitePower([900])));
    assert.deepEqual((await details(database)).map(([one]) => one), [100]);
    await database.save(listed());
    await database.save(derived(sitePower([900])));
    assert.deepEqual((await details(database)).map(([one]) => one), [225]);
  });

  test("where a battery takes and gives, production is not what the modules gave", async (database) => {
    await database.save(listed());
    await database.save(delivery(rowsOf("batteries", [
      { site_id: 1, device_key: "B", serial_number: "B" },
    ])));
    await database.save(derived(inverterRows([["A", [100]]])));
    await database.save(derived(sitePower([900])));
    assert.deepEqual((await details(database)).map(([one]) => one), [100]);
  });

  test("a sum waits for a device that sent values lately, and not for one that was replaced", async (database) => {
    const start = Temporal.Instant.from("2026-05-31T12:00:00Z");
    await database.save(derived(inverterRows([["A", [1]], ["B", [2]]], start)));
    await database.save(derived(inverterRows([["A", [3]]], start.add({ minutes: 15 }))));
    await database.save(derived(inverterRows([["A", [4]]], start.add({ hours: 49 }))));
    assert.deepEqual((await details(database)).map(([production]) => production), [3, null, 4]);
    await database.save(derived(inverterRows([["B", [5]]], start.add({ minutes: 15 }))));
    assert.deepEqual((await details(database)).map(([production]) => production), [3, 8, 4]);
  });

  test("a roof that wakes later than the other gives nothing until then; one that falls silent by day is waited for", async (database) => {
    const early = [null, 5, 9, 80, 90];
    const late = [null, null, 3, null, 70];
    await database.save(derived(inverterRows([["A", early], ["B", late]])));
    const produced = (await details(database)).map(([production]) => production);
    assert.deepEqual(produced, [null, 5, 12, null, 160]);

    const evening = noonOfMay.add({ hours: 8 });
    await database.save(derived(inverterRows([["A", [9, 4]], ["B", [2, null]]], evening)));
    const lately = async () => (await details(database)).slice(5).map(([one]) => one);
    assert.deepEqual(await lately(), [11, null]);
    const night = evening.add({ minutes: 30 });
    await database.save(derived(inverterRows([["A", [null]], ["B", [null]]], night)));
    assert.deepEqual(await lately(), [11, 4, null]);
  });

  test("while the inverters sleep the house lives on what it purchases", async (database) => {
    await database.save(derived(meters([["G", "FeedIn", [0, 5]], ["G", "Purchased", [80, 0]]])));
    // Nothing is known of the inverters yet.
    assert.deepEqual(await details(database), [[null, null, null, 0, 80], [
      null,
      null,
      null,
      5,
      0,
    ]]);
    await database.save(derived(inverterRows([["A", [null, null]]])));
    // Who feeds in does not sleep: there the production is missing.
    assert.deepEqual(await details(database), [[null, 80, null, 0, 80], [null, null, null, 5, 0]]);
  });

  test("what another source measured is kept, and what it left open is filled", async (database) => {
    const measured = rowsOf("energy_details", [{
      ...stamp(Temporal.Instant.from("2026-05-31T12:00:00Z")),
      production_wh: 7,
      consumption_wh: 9,
      purchased_wh: null,
    }]);
    await database.save(delivery(measured));
    await database.save(derived(inverterRows([["A", [400]]])));
    await database.save(derived(meters([["G", "FeedIn", [100]], ["G", "Purchased", [20]]])));
    assert.deepEqual(await details(database), [[7, 9, 300, 100, 20]]);
  });

  test("samples of a moment are no part of a sum", async (database) => {
    await database.save(derived(inverterRows([["A", [400]]], undefined, 0)));
    assert.deepEqual(await details(database), []);
  });

  test("the balance of a day follows from its parts, and only once the day has ended", async (database) => {
    const exported = { to_grid_wh: 3000, from_grid_wh: 2000 };
    const stored = { to_storage_wh: 4000, from_storage_wh: 3500 };
    await database.save(balanced({ energy_wh: 10_000 }, 0));
    await database.save(balanced(exported, 0));
    assert.deepEqual(await balance(database), [null, null, null, null]);
    await database.save(balanced(exported));
    assert.deepEqual(await balance(database), [null, null, 9000, null]);
    const saved = await database.save(balanced(stored));
    assert.deepEqual(await balance(database), [10_500, 3500, 9000, 3500]);
    assert.deepEqual(counts(saved), [0, 2, 0]);
    assert.deepEqual(counts(await database.save(balanced(stored))), [0, 0, 2]);

    await database.save(balanced({ energy_wh: 11_000 }));
    assert.deepEqual(await balance(database), [11_500, 4500, 10_000, 4500]);
    await database.save(balanced({ metered_consumption_wh: 9900, metered_production_wh: 11_100 }));
    assert.deepEqual(await balance(database), [11_500, 4400, 9900, 4400]);
  });

  test("a site whose listed devices have no battery stores nothing", async (database) => {
    await database.save(balanced({ energy_wh: 10_000, to_grid_wh: 3000, from_grid_wh: 2000 }));
    assert.deepEqual(await balance(database), [null, null, 9000, null]);
    await database.save(delivery(rowsOf("equipment", [{
      site_id: 1,
      device_key: "A",
      serial_number: "A",
    }])));
    await database.save(balanced({ energy_wh: 10_000 }));
    assert.deepEqual(await balance(database), [10_000, 7000, 9000, 7000]);
    const [day] = await rows(database, { table: "energy_readings" });
    assert.deepEqual([day.to_storage_wh, day.from_storage_wh], [0, 0]);
  });

  test("what is derived is undone with the rest of a delivery that fails", async (database) => {
    const withoutKey = { siteId: 1, deviceKey: null as unknown as string };
    const failing = { ...derived(inverterRows([["A", [400]]])), marks: [withoutKey] };
    await assert.rejects(database.save(failing));
    assert.deepEqual(await details(database), []);
  });
}

function stamp(at: Temporal.Instant, interval = 900): Row {
  const text = at.toString({ smallestUnit: "second" });
  return { site_id: 1, timestamp: text, local_time: text.slice(0, 19), interval_s: interval };
}

type Values = readonly (number | null)[];

const noonOfMay = Temporal.Instant.from("2026-05-31T12:00:00Z");

function inverterRows(
  devices: readonly (readonly [key: string, energies: Values])[],
  start = noonOfMay,
  interval = 900,
): TableRows[] {
  return [rowsOf(
    "inverter_telemetry",
    devices.flatMap(([device_key, energies]) =>
      energies.map((energy, at) => ({
        ...stamp(start.add({ minutes: 15 * at }), interval),
        device_key,
        total_active_power_w: energy === null ? null : energy * 4,
        ac_energy_wh: energy,
      }))
    ),
  )];
}

function meters(
  counting: readonly (readonly [key: string, type: string, energies: Values])[],
): TableRows[] {
  return [
    rowsOf(
      "meters",
      counting.map(([device_key, meter_type]) => ({ site_id: 1, device_key, meter_type })),
    ),
    rowsOf(
      "meter_readings",
      counting.flatMap(([device_key, meter_type, energies]) =>
        energies.map((energy, at) => ({
          ...stamp(noonOfMay.add({ minutes: 15 * at })),
          device_key,
          meter_type,
          power_w: energy === null ? null : energy * 4,
          energy_wh: energy,
        }))
      ),
    ),
  ];
}

function sitePower(powers: Values): TableRows[] {
  return [rowsOf(
    "power_readings",
    powers.map((power_w, at) => ({ ...stamp(noonOfMay.add({ minutes: 15 * at })), power_w })),
  )];
}

/** The list of devices, with an inverter in it. */
function listed(): Delivery {
  return delivery(
    rowsOf("inventory", [{ site_id: 1, category: "inverter", device_key: "A", type: "" }]),
  );
}

/** A delivery after which the details of the time of its readings are worked out. */
function derived(of: readonly TableRows[]): Delivery {
  const { columns, rows } = of.at(-1)!;
  const moments = rows.map((one) => String(one[columns.indexOf("timestamp")])).sort();
  return delivery(of, {
    source: "v2",
    derive: [{
      kind: "quarter-hours",
      siteId: 1,
      interval: {
        start: Temporal.Instant.from(moments[0]),
        end: Temporal.Instant.from(moments.at(-1)!).add({ minutes: 15 }),
      },
    }],
  });
}

function balanced(parts: Row, complete = 1): Delivery {
  const day = Temporal.PlainDate.from("2026-05-31");
  const key = { site_id: 1, time_unit: "DAY", reading_date: day.toString() };
  return delivery(rowsOf("energy_readings", [{ ...key, is_complete: complete, ...parts }]), {
    source: "v2",
    derive: [{ kind: "day-balance", siteId: 1, first: day, last: day }],
  });
}

async function details(database: Database): Promise<Value[][]> {
  const stored = await rows(database, { table: "energy_details" });
  return stored.map((one) => five.map((name) => one[`${name}_wh`]));
}

async function balance(database: Database): Promise<Value[]> {
  const [day] = await rows(database, { table: "energy_readings" });
  return ["production_wh", "to_self_consumption_wh", "consumption_wh", "from_pv_wh"]
    .map((name) => day[name]);
}
