import assert from "node:assert/strict";
import { ask } from "./ask.ts";
import { bodies } from "./bodies.ts";

Deno.test("the inventory keeps all six categories, a meter of two directions twice", async () => {
  const { table } = await ask("inventory", bodies.inventory);
  assert.deepEqual(
    table("inventory").map((one) => [one.category, one.device_key, one.type]),
    [
      ["inverter", "7F000001-11", ""],
      ["third-party-inverter", "OT-1", ""],
      ["meter", "60400001", "FeedIn"],
      ["meter", "60400001", "Purchased"],
      ["meter", "meter:Self Consumption", "SelfConsumption"],
      ["sensor", "Gateway 1/SensorAmbientTemperature", "Ambient temperature"],
      ["gateway", "7F001122-33", ""],
      ["battery", "BT000001", ""],
    ],
  );
});

Deno.test("every device with a serial number is equipment, once, whatever the order of the list", async () => {
  const { Inventory } = structuredClone(bodies.inventory) as {
    Inventory: Record<string, Record<string, unknown>[]>;
  };
  const { table } = await ask("inventory", bodies.inventory);
  for (const list of Object.values(Inventory)) list.reverse();
  const turned = await ask("inventory", { Inventory });
  assert.deepEqual(turned.table("equipment"), table("equipment"));
  assert.deepEqual(
    table("equipment").map((one) => [one.device_key, one.category]).sort(),
    [
      ["60400001", "meter"],
      ["7F000001-11", "inverter"],
      ["7F001122-33", "gateway"],
      ["BT000001", "battery"],
      ["OT-1", "third-party-inverter"],
    ],
  );
});

Deno.test("the equipment list and the inventory do not write the same column of an inverter", async () => {
  const listed = (await ask("equipment", bodies.equipment)).table("equipment")[0]!;
  const found = (await ask("inventory", bodies.inventory)).table("equipment")
    .find((one) => one.device_key === "7F000001-11")!;
  const both = Object.keys(listed).filter((column) => Object.hasOwn(found, column));
  assert.deepEqual(both, ["site_id", "device_key", "serial_number"]);
  assert.deepEqual([listed.name, listed.peak_power_dc_kwp], ["Inverter 1", 8.2]);
  assert.deepEqual([found.category, found.cpu_version], ["inverter", "4.18.5"]);
});

Deno.test("an inventory with an inverter alone is whole", async () => {
  const { table } = await ask("inventory", {
    Inventory: { meters: [], sensors: null, inverters: [{ name: "Inverter 1", SN: "7F-1" }] },
  });
  assert.equal(table("inventory").length, 1);
  assert.deepEqual(table("meters"), []);
});

Deno.test("a category that nobody knows is listed under its own name", async () => {
  const { table } = await ask("inventory", {
    Inventory: { evChargers: [{ name: "Charger 1", SN: "EV-1", type: "AC" }] },
  });
  assert.deepEqual(
    table("inventory").map((one) => [one.category, one.device_key, one.type, one.extra]),
    [["evChargers", "EV-1", "", '{"type":"AC"}']],
  );
  assert.deepEqual(table("equipment").map((one) => one.category), ["evChargers"]);
});

Deno.test("batteries, meters and sensors of the inventory have their own rows", async () => {
  const { table } = await ask("inventory", bodies.inventory);
  assert.deepEqual(table("batteries").map((one) => [one.device_key, one.nameplate_capacity_wh]), [
    ["BT000001", 9650],
  ]);
  assert.deepEqual(
    table("meters").map((
      one,
    ) => [one.device_key, one.meter_type, one.form, one.serial_number ?? null]),
    [
      ["60400001", "FeedIn", "physical", "60400001"],
      ["60400001", "Purchased", "physical", "60400001"],
      ["meter:Self Consumption", "SelfConsumption", "virtual", null],
    ],
  );
  const [sensor] = (await ask("sensors", bodies.sensors)).table("sensors");
  assert.equal(table("sensors")[0]!.device_key, sensor!.device_key);
  assert.equal(table("sensors")[0]!.category, sensor!.category);
});

Deno.test("the equipment list is read with and without its wrapping", async () => {
  const list = [{ name: "Inverter 1", serialNumber: "7F-1", kWpDC: null }];
  for (const body of [{ reporters: { count: 1, list } }, { count: 1, list }]) {
    const { table, notes } = await ask("equipment", body);
    assert.deepEqual(table("equipment").map((one) => one.device_key), ["7F-1"]);
    assert.deepEqual(notes, []);
  }
});

Deno.test("a listed device without serial number is reported, not dropped silently", async () => {
  const { rows, notes } = await ask("equipment", { reporters: { list: [{ name: "Ghost" }] } });
  assert.deepEqual(rows, []);
  assert.match(notes[0]!.text, /Ghost/);
});

Deno.test("a change log with one entry may be a bare object", async () => {
  const { table, request } = await ask("changes", {
    ChangeLog: { count: 1, list: { serialNumber: "7F-0", partNumber: null, date: "2024-03-07" } },
  });
  assert.deepEqual(table("equipment_changes"), [{
    site_id: 1,
    device_key: "7F000001-11",
    change_date: "2024-03-07",
    serial_number: "7F-0",
    part_number: null,
    extra: null,
  }]);
  assert.equal(request.path, "/equipment/1/7F000001-11/changeLog");
});

Deno.test("a site without sensors says so, and that is no error", async () => {
  const { absent } = await ask("sensors", { SiteSensors: { total: 0, list: [] } });
  assert.match(absent[0]!.reason, /no sensor/);
});

Deno.test("savings in pounds are stored in kilograms", async () => {
  const { table, request } = await ask("environmental", {
    envBenefits: { gasEmissionSaved: { units: "LB", co2: 100, so2: null }, treesPlanted: 2.25 },
  });
  const [row] = table("environmental_benefits");
  assert.deepEqual([row!.co2_saved_kg, row!.so2_saved_kg, row!.trees_planted], [
    45.359237,
    null,
    2.25,
  ]);
  assert.deepEqual(request.parameters, { systemUnits: "Metrics" });
});

Deno.test("alerts are read in any shape; one without number keeps the same key from day to day", async () => {
  const alert = { type: "NO_DATA", severity: "HIGH", since: "yesterday" };
  const keys = new Set<unknown>();
  for (
    const body of [{ alerts: { count: 1, alert } }, { alerts: [alert] }, {
      alerts: { list: [alert] },
    }, [alert]]
  ) {
    const { table } = await ask("alerts", body);
    const [row] = table("alerts");
    assert.deepEqual([row!.alert_type, row!.extra], ["NO_DATA", '{"since":"yesterday"}']);
    keys.add(row!.alert_id);
  }
  assert.equal(keys.size, 1);
  assert.deepEqual((await ask("alerts", { alerts: { count: 0 } })).rows, []);
});
