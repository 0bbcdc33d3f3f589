import assert from "node:assert/strict";
import { ask } from "./ask.ts";
import { bodies } from "./bodies.ts";

const { site: [barn] } = (bodies.sites as { sites: { site: Record<string, unknown>[] } }).sites;

Deno.test("the site list comes in its envelope or, as in earlier days, bare", async () => {
  const wrapped = await ask("sites", bodies.sites);
  const bare = await ask("sites", [barn]);
  assert.deepEqual(bare.rows, wrapped.rows);
  const [row] = wrapped.table("sites");
  assert.equal(row!.status, "Active");
  assert.equal(row!.installation_date, "2021-04-12");
  assert.equal(row!.time_zone, "Europe/Berlin");
  assert.deepEqual(wrapped.request.parameters, { page: "1", "sites-in-page": "1000" });
});

Deno.test("a full page has another one behind it, until a page brings no new site", async () => {
  const site = Array.from({ length: 1000 }, (_, n) => ({ siteId: n + 1, name: `Site ${n + 1}` }));
  const first = await ask("sites", { sites: { site } });
  assert.equal(first.table("sites").length, 1000);
  const second = await ask("sites", { sites: { site } }, { page: first.next!.page });
  assert.equal(second.request.parameters.page, "2");
  assert.deepEqual(second.rows, []);
  assert.equal(second.next, undefined);
});

Deno.test("a server that gives smaller pages than were asked for is read to its count", async () => {
  const page = (from: number) => ({
    sites: { count: 120, site: Array.from({ length: 50 }, (_, n) => ({ siteId: from + n })) },
  });
  const first = await ask("sites", page(1));
  const second = await ask("sites", page(51), { page: first.next!.page });
  assert.deepEqual([first.next !== undefined, second.request.parameters.page], [true, "2"]);
  const third = await ask("sites", page(101), { page: second.next!.page });
  assert.equal(third.next, undefined);
  // A count that is wrong costs one request more, and no more.
  const wrong = await ask("sites", { sites: { count: 9, site: [{ siteId: 1 }] } });
  const again = await ask("sites", { sites: { count: 9, site: [{ siteId: 1 }] } }, {
    page: wrong.next!.page,
  });
  assert.equal(again.next, undefined);
});

Deno.test("an entry whose number no site can have is reported and left out", async () => {
  for (const siteId of [0, -5, 1.5, 2 ** 60, "abc", null, undefined, [7]]) {
    const { table, notes } = await ask("sites", { sites: { site: [{ siteId }, { siteId: "8" }] } });
    assert.deepEqual(table("sites").map((one) => one.site_id), [8], String(siteId));
    assert.deepEqual(notes.map((one) => one.level), ["loss"], String(siteId));
  }
});

Deno.test("a list that is silent about something does not erase it", async () => {
  const { rows } = await ask("sites", [{ siteId: 1, name: "Barn" }]);
  assert.deepEqual(rows, [{ table: "sites", columns: ["site_id", "name"], rows: [[1, "Barn"]] }]);
});

Deno.test("a zone that nobody knows is kept as the server wrote it, and costs nothing else", async () => {
  const zones = ["(GMT+01:00) Amsterdam", "AEST", null];
  for (const [at, timezone] of zones.entries()) {
    const { table, notes } = await ask("details", {
      siteId: 1,
      location: { city: "Beispielstadt", timezone },
      lastUpdateTime: "2026-05-31T12:07:31+02:00",
    });
    const [row] = table("sites");
    assert.equal(row!.time_zone, ["Europe/Amsterdam", undefined, undefined][at]);
    assert.equal(row!.extra ?? null, [null, '{"location":{"timezone":"AEST"}}', null][at]);
    assert.equal(row!.city, "Beispielstadt");
    assert.equal(row!.last_update_at, "2026-05-31T10:07:31Z");
    assert.deepEqual(
      notes.map((one) => one.text),
      timezone !== "AEST" ? [] : [
        'the time zone "AEST" is not known; if it is not yet in SEH_SITE_TIME_ZONES, name it there: ' +
        "SEH_SITE_TIME_ZONES=1=Europe/Berlin",
      ],
    );
  }
});

Deno.test("the details have the site's last update, exactly and as its clock showed", async () => {
  const { table } = await ask("details", bodies.details);
  const [row] = table("sites");
  assert.equal(row!.last_update_at, "2026-05-31T10:07:31Z");
  assert.equal(row!.last_update_local, "2026-05-31T12:07:31");
  assert.equal(row!.account_id, 77);
});

Deno.test("a home's grants are the list of its sites, which costs nothing", async () => {
  const list = await ask("sites", null, { granted: [11, 12] });
  assert.equal(list.request, undefined);
  assert.deepEqual(list.table("sites"), [{ site_id: 11 }, { site_id: 12 }]);
  const details = await ask("details", { siteId: 1, name: "Barn" }, { granted: [1] });
  assert.equal(details.request.path, "/sites/1");
  assert.deepEqual(details.table("sites"), [{ site_id: 1, name: "Barn" }]);
});

Deno.test("without a grant nothing is sent", async () => {
  await assert.rejects(ask("sites", {}, { granted: [] }), /you are not logged in/);
});

Deno.test("devices keep the words of the first generation, and know whom they hang on", async () => {
  const { table, request } = await ask("devices", bodies.devices);
  assert.ok((request.parameters.types as string[]).includes("OPTIMIZER"));
  assert.deepEqual(
    table("equipment").map((one) => [
      one.device_key,
      one.category,
      one.connected_to ?? null,
      one.connected_to_serial ?? null,
      one.is_active,
    ]).sort(),
    [
      ["7E1234AB-5F", "inverter", null, null, 1],
      ["BAT0001", "battery", "Inverter 1", "7E1234AB-5F", 1],
      ["BUI0001", "backup-interface", null, null, 0],
      ["MTR0001", "meter", "Inverter 1", "7E1234AB-5F", 1],
    ],
  );
  assert.deepEqual(table("batteries").map((one) => one.nameplate_capacity_wh), [9700]);
  assert.deepEqual(table("meters").map((one) => [one.meter_type, one.form]), [
    ["FeedIn", "physical"],
    ["Purchased", "physical"],
  ]);
  assert.deepEqual(table("inventory").map((one) => [one.device_key, one.type]), [
    ["7E1234AB-5F", ""],
    ["BAT0001", ""],
    ["MTR0001", "FeedIn"],
    ["MTR0001", "Purchased"],
    ["BUI0001", ""],
    ["ev-charger:Wallbox", ""],
  ]);
  assert.equal(table("inventory")[0]!.created_at, "2022-08-15T11:20:57Z");
});

Deno.test("alerts have their numbers, times and components; a full page has another behind it", async () => {
  const { table, request } = await ask("alerts", bodies.alerts);
  assert.deepEqual(request.parameters, {
    "only-open": "false",
    "alerts-in-page": "100",
    page: "1",
  });
  const [row] = table("alerts");
  assert.equal(row!.alert_id, "112900001");
  assert.equal(row!.last_trigger_at, "2026-05-29T23:07:18Z");
  assert.equal(row!.component_serial, "7E1234AB-5F");
  assert.equal(row!.extra, null);
  const many = Array.from({ length: 100 }, (_, n) => ({ alertId: n }));
  assert.ok((await ask("alerts", { alerts: many })).next);
  assert.deepEqual((await ask("alerts", [])).rows, []);
});

Deno.test("a power flow is read with and without its envelope", async () => {
  const { siteCurrentPowerFlow } = bodies["power-flow"] as Record<string, unknown>;
  const wrapped = await ask("power-flow", bodies["power-flow"]);
  const bare = await ask("power-flow", siteCurrentPowerFlow);
  assert.deepEqual(bare.rows, wrapped.rows);
  assert.equal(wrapped.table("power_flows")[0]!.storage_power_w, -2000);
});

Deno.test("benefits with units of their own are stored in kilograms and miles", async () => {
  const { table } = await ask("environmental", {
    co2Emissions: { value: 1.5, unit: "t" },
    evMiles: { value: 1.609344, unit: "km" },
  });
  const [row] = table("environmental_benefits");
  assert.deepEqual([row!.co2_saved_kg, row!.ev_miles], [1500, 1]);
});
