import assert from "node:assert/strict";
import { ask } from "./ask.ts";

const now = "2026-05-31T12:10:30.6";

function flow(content: object) {
  return { siteCurrentPowerFlow: content };
}

async function row(content: object) {
  const { table } = await ask("power-flow", flow(content), { now });
  return table("power_flows")[0]!;
}

Deno.test("export is negative, charging is negative, and pv + grid + storage is the load", async () => {
  const { grid_power_w, load_power_w, pv_power_w, storage_power_w, ...rest } = await row({
    updateRefreshRate: 3,
    unit: "kW",
    connections: [
      { from: "PV", to: "Load" },
      { from: "PV", to: "Storage" },
      { from: "LOAD", to: "Grid" },
    ],
    GRID: { status: "Active", currentPower: 1.6 },
    LOAD: { status: "Active", currentPower: 0.9 },
    PV: { status: "Active", currentPower: 3.7 },
    STORAGE: { status: "Charging", currentPower: 1.2, chargeLevel: 62, critical: false },
  });
  assert.deepEqual([pv_power_w, grid_power_w, storage_power_w, load_power_w], [
    3700,
    -1600,
    -1200,
    900,
  ]);
  assert.equal(Number(pv_power_w) + Number(grid_power_w) + Number(storage_power_w), load_power_w);
  assert.deepEqual(
    [
      rest.state_of_charge_pct,
      rest.storage_critical,
      rest.storage_status,
      rest.update_refresh_rate_s,
    ],
    [62, 0, "Charging", 3],
  );
});

Deno.test("import is positive, discharging is positive, whatever the case of the names", async () => {
  const { grid_power_w, storage_power_w } = await row({
    unit: "W",
    connections: [{ from: "Grid", to: "LOAD" }, { from: "STORAGE", to: "load" }],
    Grid: { status: "Active", currentPower: 120.25 },
    LOAD: { status: "Active", currentPower: 620.25 },
    Storage: { status: "Discharging", currentPower: "500" },
  });
  assert.deepEqual([grid_power_w, storage_power_w], [120.25, 500]);
});

Deno.test("an idle element has power 0, not minus 0", async () => {
  const { storage_power_w, pv_power_w } = await row({
    unit: "kW",
    connections: [{ from: "GRID", to: "Load" }, { from: "PV", to: "Storage" }],
    GRID: { currentPower: 1 },
    STORAGE: { status: "Idle", currentPower: 0 },
  });
  assert.ok(Object.is(storage_power_w, 0));
  assert.equal(pv_power_w, null);
});

Deno.test("where nothing says the direction, the power is kept beside the row and not guessed", async () => {
  const { grid_power_w, extra } = await row({
    unit: "kW",
    connections: [{ from: "PV", to: "Load" }],
    GRID: { currentPower: 0.25 },
  });
  assert.equal(grid_power_w, null);
  assert.equal(extra, '{"grid_power_w_without_direction":250}');
});

Deno.test("the snapshot is stamped with the second of the answer", async () => {
  const { timestamp, local_time } = await row({
    unit: "kW",
    connections: [],
    LOAD: { currentPower: 1 },
  });
  assert.equal(timestamp, "2026-05-31T10:10:30Z");
  assert.equal(local_time, "2026-05-31T12:10:30");
});

Deno.test("a site without meter has no power flow, and that is no error", async () => {
  for (const content of [{}, { unit: "kW" }, { connections: [] }]) {
    const { rows, absent } = await ask("power-flow", flow(content), { now });
    assert.deepEqual(rows, []);
    assert.match(absent[0]!.reason, /no meter/);
  }
});

Deno.test("a flow without unit is refused, not guessed", async () => {
  await assert.rejects(
    ask("power-flow", flow({ connections: [], GRID: { currentPower: 1 } }), { now }),
    /"unit" is missing/,
  );
});
