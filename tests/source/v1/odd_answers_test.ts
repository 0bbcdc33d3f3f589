import assert from "node:assert/strict";
import { ask } from "./ask.ts";
import { bodies } from "./bodies.ts";

const power = (
  values: readonly (readonly [date: unknown, value: unknown])[],
  facts: object = {},
) => ({
  power: {
    timeUnit: "QUARTER_OF_AN_HOUR",
    unit: "W",
    ...facts,
    values: values.map(([date, value]) => ({ date, value })),
  },
});

Deno.test("what stands for no value is none, and the slots beside it are stored", async () => {
  for (const none of [3.4028234663852886e38, -3.4e38, "NaN", "Infinity", 1e308]) {
    const { table, notes, spans } = await ask(
      "power",
      power([["2026-05-31 12:00:00", none], ["2026-05-31 12:15:00", 4.1]], { unit: "kW" }),
      { window: ["2026-05-31T12:00", "2026-05-31T12:30"] },
    );
    assert.deepEqual(table("power_readings").map((one) => one.power_w), [null, 4100], String(none));
    assert.equal(notes.length, 1);
    assert.match(notes[0]!.text, /power: 1 values that stand for none/);
    assert.deepEqual(spans, [
      "empty 2026-05-31T10:00:00Z/2026-05-31T10:15:00Z",
      "covered 2026-05-31T10:15:00Z/2026-05-31T10:30:00Z",
    ]);
  }
});

Deno.test("an empty register is no temperature and no voltage, but may be a power", async () => {
  const { table, notes } = await ask("telemetry", {
    data: {
      telemetries: [{
        date: "2026-05-31 12:00:00",
        temperature: 65535,
        vL1To2: 65535,
        totalActivePower: 65535,
        L1Data: { acFrequency: 65535, activePower: 4294967295 },
      }],
    },
  });
  const [row] = table("inverter_telemetry");
  assert.deepEqual(
    [row!.temperature_c, row!.voltage_l1_to_l2_v, row!.l1_ac_frequency_hz, row!.l1_active_power_w],
    [null, null, null, null],
  );
  assert.equal(row!.total_active_power_w, 65535);
  assert.equal(notes.length, 4);
});

Deno.test("a time that cannot be costs its entry alone", async () => {
  const { table, notes, spans } = await ask(
    "power",
    power([
      ["0000-01-01 00:00:00", 5],
      ["2026-05-31 12:00:00", 7],
      ["9999-12-31 23:45:00", 6],
      [null, 1],
      [{ at: "noon" }, 1],
    ]),
    { window: ["2026-05-31T12:00", "2026-05-31T12:15"] },
  );
  assert.deepEqual(table("power_readings").map((one) => one.power_w), [7]);
  assert.deepEqual(notes.map((one) => [one.level, one.text]), [
    [
      "warning",
      "power: 2 times cannot be read and are left out: 0000-01-01 00:00:00, 9999-12-31 23:45:00",
    ],
    ["loss", "power: 2 times cannot be read and are left out: null, an object"],
  ]);
  assert.deepEqual(spans, ["covered 2026-05-31T10:00:00Z/2026-05-31T10:15:00Z"]);
});

Deno.test("an entry that is no object costs itself alone", async () => {
  const { table, notes } = await ask("power", {
    power: { unit: "W", values: ["odd", { date: "2026-05-31 12:00:00", value: 7 }, 3] },
  });
  assert.deepEqual(table("power_readings").map((one) => one.power_w), [7]);
  assert.match(notes[0]!.text, /2 entries are left out/);
});

Deno.test("a text from outside is cut where it is shown, and controls nothing there", async () => {
  const label = `\u001b[2J\u202e${"x".repeat(2_000_000)}`;
  const { notes } = await ask("power", power([[label, 5], ["2026-05-31 12:00:00", 7]]));
  assert.ok(notes[0]!.text.length < 300);
  assert.match(notes[0]!.text, /\\u001b\[2J\\u202ex/);
});

Deno.test("a numeral of 200,000 digits is no number, and takes no time to be distinguished from one", async () => {
  const started = performance.now();
  const { table } = await ask(
    "power",
    power([["2026-05-31 12:00:00", `${"1".repeat(200_000)}x`], ["2026-05-31 12:15:00", 1]]),
  );
  assert.deepEqual(table("power_readings").map((one) => one.power_w), [null, 1]);
  assert.ok(performance.now() - started < 2000);
});

Deno.test("texts that a database cannot hold are stored as far as it can, keys with a mark that distinguishes them", async () => {
  const name = (end: string) => "G".repeat(300) + end;
  const { table, notes } = await ask("inventory", {
    Inventory: {
      gateways: [{ name: name("a") }, { name: name("b") }, { name: "N\0l \ud800" }],
    },
  });
  const keys = table("inventory").map((one) => String(one.device_key));
  assert.equal(new Set(keys).size, 3);
  assert.ok(keys.every((one) => one.length <= 200));
  assert.equal(keys[2], "gateway:N\ufffdl \ufffd");
  assert.ok(notes.some((one) => one.level === "warning" && /inventory.device_key/.test(one.text)));
  const long = await ask("details", { details: { id: 1, notes: "ä".repeat(70_000) } });
  const stored = String(long.table("sites")[0]!.notes);
  assert.ok(new TextEncoder().encode(stored).length < 65_535);
  assert.match(long.notes[0]!.text, /sites.notes: a text of 70000 characters is cut/);
});

Deno.test("whole numbers that would lose digits are kept beside their column", async () => {
  const { table } = await ask("details", { details: { id: 1, accountId: 2 ** 60 } });
  const [site] = table("sites");
  // What was known of it stays.
  assert.equal(Object.hasOwn(site!, "account_id"), false);
  assert.equal(site!.extra, '{"accountId":1152921504606847000}');
});

Deno.test("two gateways of one name and without serial number are two, whatever their order", async () => {
  const gateways = [{ name: "Gateway", firmwareVersion: "1.1" }, {
    name: "Gateway",
    firmwareVersion: "2.2",
  }];
  const stored = async (list: object[]) =>
    (await ask("inventory", { Inventory: { gateways: list } })).table("inventory")
      .map((one) => [one.device_key, one.firmware_version]).sort();
  const twice = await stored(gateways);
  assert.deepEqual(twice, [["gateway:Gateway#2", "2.2"], ["gateway:Gateway", "1.1"]]);
  assert.deepEqual(await stored(gateways.toReversed()), twice);
});

Deno.test("two meters of one direction and without serial number are no correction of each other", async () => {
  const meter = (inverter: string, value: number) => ({
    connectedSolaredgeDeviceSN: inverter,
    meterType: "FEED_IN",
    values: [{ date: "2026-05-31 10:00:16", value }],
  });
  const stored = async (...meters: object[]) =>
    (await ask("meters", { meterEnergyDetails: { unit: "Wh", meters } })).table("meter_readings")
      .map((one) => [one.device_key, one.meter_type, one.lifetime_energy_wh]).sort();
  const [a, b] = [meter("7E-1", 8_201_000), meter("7E-2", 1_101_000)];
  const both = await stored(a, b);
  assert.deepEqual(both, [
    ["meter:FeedIn#2", "FeedIn", 1_101_000],
    ["meter:FeedIn", "FeedIn", 8_201_000],
  ]);
  assert.deepEqual(await stored(b, a), both);
});

Deno.test("the serial number of the inventory has two names", async () => {
  const { table } = await ask("inventory", {
    Inventory: { inverters: [{ name: "Inverter 1", serialNumber: "7E-1" }] },
  });
  assert.deepEqual(table("inventory").map((one) => [one.device_key, one.extra]), [["7E-1", null]]);
  assert.equal(table("equipment").length, 1);
});

Deno.test("a device without a field says nothing of it, one with null has none", async () => {
  const { rows } = await ask("inventory", {
    Inventory: {
      inverters: [{ SN: "A", cpuVersion: null }, { SN: "B", cpuVersion: "4" }, { SN: "C" }],
    },
  });
  const inventory = rows.filter((one) => one.table === "inventory");
  assert.deepEqual(
    inventory.map(({ columns, rows }) => [columns.includes("cpu_version"), rows.length]),
    [[true, 2], [false, 1]],
  );
  assert.ok(inventory.every(({ columns }) => !columns.includes("model")));
});

Deno.test("a power flow without connections has its powers, and the directions stay open", async () => {
  const { siteCurrentPowerFlow: { connections: _, ...flow } } = bodies["power-flow"] as {
    siteCurrentPowerFlow: Record<string, unknown>;
  };
  const { table, absent } = await ask("power-flow", { siteCurrentPowerFlow: flow });
  const [row] = table("power_flows");
  assert.deepEqual(absent, []);
  assert.deepEqual(
    [row!.pv_power_w, row!.load_power_w, row!.storage_power_w, row!.grid_power_w, row!.extra],
    [3700, 900, -1200, null, '{"grid_power_w_without_direction":1600}'],
  );
});

Deno.test("what stands beside a series is kept with it, and no news", async () => {
  const { energyDetails } = bodies["energy-details"] as { energyDetails: object };
  const { table, notes } = await ask("energy-details", {
    energyDetails: { ...energyDetails, estimated: true },
  });
  assert.equal(table("energy_details")[0]!.extra, '{"estimated":true}');
  assert.deepEqual(notes, []);
});

Deno.test("a bad part of an answer for several sites costs that site alone", async () => {
  const { table, notes } = await ask("overview", {
    sitesOverviews: {
      siteEnergyList: [
        { siteId: 1, siteOverview: "none" },
        { siteId: 2, siteOverview: { currentPower: { power: 5 } } },
      ],
    },
  }, { siteIds: [1, 2] });
  assert.deepEqual(table("sites").map((one) => [one.site_id, one.current_power_w]), [[2, 5]]);
  assert.ok(notes.some((one) => one.siteId === 1 && /is text/.test(one.text)));
});
