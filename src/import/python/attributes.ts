import { readTimeZone } from "../../model/time_zone.ts";
import type { Value } from "../../model/table.ts";
import type { ImportEvent } from "../event.ts";
import type { Columns, PythonRow } from "./database.ts";
import { given, lastSyncText, type PythonSet, rowsOf } from "./set.ts";

const plain = (...names: string[]): Columns =>
  Object.fromEntries(names.map((name) => [name, "plain" as const]));

const date = (value: Value): string | null => typeof value === "string" ? value.slice(0, 10) : null;
const number = (value: Value): number => Number(value);

/** The sites of the tool, as ours. */
export async function* readSites(set: PythonSet): AsyncGenerator<ImportEvent> {
  const columns: Columns = {
    ...plain("name", "account_id", "status", "currency", "notes", "site_type", "country", "state"),
    ...plain("city", "address", "address2", "zip_code", "timezone", "public_name"),
    ...plain("primary_module_manufacturer", "primary_module_model"),
    peak_power: "number",
    primary_module_power: "number",
    last_update_time: "wall",
    installation_date: "wall",
    is_public: "flag",
  };
  for await (const page of rowsOf(set, "sites", columns)) {
    yield* given(
      set,
      "sites",
      page.map((row) => ({ ...siteOf(row), last_seen: lastSyncText(set, number(row.id), "site") })),
    );
  }
}

/** A row of the tool's sites, from a database or an export; what it lacks is NULL. */
export function siteOf(row: PythonRow): Record<string, Value> {
  const of = (name: string): Value => row[name] ?? null;
  const zone = of("timezone");
  return {
    site_id: number(row.id),
    name: of("name"),
    account_id: of("account_id"),
    status: of("status"),
    peak_power_kwp: of("peak_power"),
    last_update_date: date(of("last_update_time")),
    currency: of("currency"),
    installation_date: date(of("installation_date")),
    notes: of("notes"),
    site_type: of("site_type"),
    country: of("country"),
    state: of("state"),
    city: of("city"),
    address: of("address"),
    address2: of("address2"),
    zip: of("zip_code"),
    time_zone: typeof zone === "string" ? readTimeZone(zone) : null,
    module_manufacturer: of("primary_module_manufacturer"),
    module_model: of("primary_module_model"),
    module_maximum_power_w: of("primary_module_power"),
    public_name: of("public_name"),
    is_public: of("is_public"),
  };
}

/** Inverters, and what the inventory adds; meters stand there by name only, and become equipment. */
export async function* readDevices(set: PythonSet): AsyncGenerator<ImportEvent> {
  const equipment: Columns = {
    ...plain("site_id", "serial_number", "name", "manufacturer", "model", "equipment_type"),
    ...plain("communication_method", "cpu_version", "connected_optimizers"),
    ...plain("dsp1_version", "dsp2_version"),
  };
  for await (const page of rowsOf(set, "equipment", equipment)) {
    const rows = page.map((row) => ({
      ...equipmentOf(row),
      last_seen: lastSyncText(set, number(row.site_id), "equipment"),
    }));
    for (const one of rows) learn(set, one);
    yield* given(set, "equipment", rows);
  }
  const newest = new Map<string, PythonRow>();
  const inventory = plain(
    ...["site_id", "name", "manufacturer", "model", "serial_number", "category"],
    ...["firmware_version", "cpu_version", "connected_optimizers"],
  );
  let read = 0;
  for await (const page of rowsOf(set, "inventory", inventory)) {
    read += page.length;
    for (const row of page) {
      newest.set(JSON.stringify([row.site_id, row.name, row.serial_number || null]), row);
    }
  }
  if (read > newest.size) {
    yield {
      kind: "dropped",
      what: "inventory",
      count: read - newest.size,
      why: "the tool stored the same thing again at each sync; the newest row is taken",
    };
  }
  yield* readInventory(
    set,
    [...newest.values()],
    (siteId) => lastSyncText(set, siteId, "inventory"),
  );
  yield* readEnvironment(set);
}

function learn({ context }: Pick<PythonSet, "context">, row: Readonly<Record<string, Value>>) {
  context.learnDevice({
    siteId: number(row.site_id),
    deviceKey: String(row.device_key),
    name: row.name === null ? null : String(row.name),
    category: row.category === null ? null : String(row.category),
  });
}

/** A row of the tool's equipment, from a database or an export. */
export function equipmentOf(row: PythonRow): Record<string, Value> {
  const of = (name: string): Value => row[name] ?? null;
  return {
    site_id: number(row.site_id),
    device_key: of("serial_number"),
    serial_number: of("serial_number"),
    category: typeof row.equipment_type === "string" ? row.equipment_type.toLowerCase() : null,
    name: of("name"),
    manufacturer: of("manufacturer"),
    model: of("model"),
    communication_method: of("communication_method"),
    cpu_version: of("cpu_version"),
    dsp1_version: of("dsp1_version"),
    dsp2_version: of("dsp2_version"),
    connected_optimizers: of("connected_optimizers"),
  };
}

const categories: Readonly<Record<string, string>> = {
  inverters: "inverter",
  thirdPartyInverters: "third-party-inverter",
  meters: "meter",
  gateways: "gateway",
  batteries: "battery",
  sensors: "sensor",
};

/** The tool's inventory, from a database or an export. */
export function* readInventory(
  set: Pick<PythonSet, "rank" | "context">,
  rows: readonly PythonRow[],
  seen: (siteId: number) => string,
): Generator<ImportEvent> {
  const equipment = new Map<string, Record<string, Value>>();
  const listed: Record<string, Value>[] = [];
  const batteries: Record<string, Value>[] = [];
  let nameless = 0;
  for (const row of rows) {
    const of = (name: string): Value => row[name] || null;
    const category = categories[String(row.category)] ?? String(row.category);
    const serial = of("serial_number");
    const base = { site_id: number(row.site_id), last_seen: seen(number(row.site_id)) };
    const versions = {
      firmware_version: of("firmware_version"),
      cpu_version: of("cpu_version"),
      connected_optimizers: row.connected_optimizers ?? null,
    };
    const things = {
      serial_number: serial,
      name: of("name"),
      manufacturer: of("manufacturer"),
      model: of("model"),
    };
    const key = JSON.stringify([row.site_id, serial]);
    if (serial !== null && !equipment.has(key)) {
      const one = { ...base, device_key: serial, category, ...things, ...versions };
      equipment.set(key, one);
      learn(set, one);
    }
    if (category === "meter") {
      if (serial === null) nameless++;
      continue;
    }
    const deviceKey = serial ?? `${category}:${row.name}`;
    listed.push({ ...base, category, device_key: deviceKey, type: "", ...things, ...versions });
    if (category === "battery" && serial !== null) {
      const { firmware_version } = versions;
      batteries.push({ ...base, device_key: serial, ...things, firmware_version });
    }
  }
  yield* given(set, "equipment", [...equipment.values()]);
  yield* given(set, "inventory", listed);
  yield* given(set, "batteries", batteries);
  if (nameless > 0) {
    yield {
      kind: "dropped",
      what: "inventory",
      count: nameless,
      why: "meters without a serial number; what they count is not stored there",
    };
  }
}

async function* readEnvironment(set: PythonSet): AsyncGenerator<ImportEvent> {
  const columns: Columns = {
    ...plain("site_id", "co2_units"),
    co2_saved: "number",
    so2_saved: "number",
    nox_saved: "number",
    trees_planted: "number",
    light_bulbs: "number",
  };
  for await (const page of rowsOf(set, "environmental_benefits", columns)) {
    yield* given(
      set,
      "environmental_benefits",
      page.map((row) => ({
        ...benefitsOf(row),
        last_seen: lastSyncText(set, number(row.site_id), "environmental"),
      })),
    );
  }
}

const kilogramsPerPound = 0.45359237;

/** What a site has saved, from a database or an export; always metric. */
export function benefitsOf(row: PythonRow): Record<string, Value> {
  const isPounds = /^lbs?$/i.test(String(row.co2_units));
  const mass = (value: Value): Value =>
    value === null ? null : isPounds ? Number(value) * kilogramsPerPound : value;
  return {
    site_id: number(row.site_id),
    co2_saved_kg: mass(row.co2_saved),
    so2_saved_kg: mass(row.so2_saved),
    nox_saved_kg: mass(row.nox_saved),
    trees_planted: row.trees_planted,
    light_bulbs: row.light_bulbs,
  };
}

/** Batteries, and the last sample of each, which is all that the tool kept. */
export async function* readBatteries(set: PythonSet): AsyncGenerator<ImportEvent> {
  const columns: Columns = {
    ...plain("site_id", "serial_number", "name", "manufacturer", "model", "firmware_version"),
    ...plain("connected_inverter_sn", "last_status"),
    capacity: "number",
    nameplate_capacity: "number",
    last_state_of_charge: "number",
    last_power: "number",
    last_telemetry_time: "wall",
    lifetime_energy_charged: "number",
    lifetime_energy_discharged: "number",
  };
  for await (const page of rowsOf(set, "batteries", columns)) {
    yield* given(
      set,
      "batteries",
      page.map((row) => ({
        site_id: number(row.site_id),
        device_key: row.serial_number,
        serial_number: row.serial_number,
        name: row.name,
        manufacturer: row.manufacturer,
        model_number: row.model,
        firmware_version: row.firmware_version,
        connected_to_serial: row.connected_inverter_sn,
        nameplate_wh: row.nameplate_capacity,
        last_seen: lastSyncText(set, number(row.site_id), "storage"),
      })),
    );
    for (const row of page) yield* given(set, "battery_telemetry", lastSample(set, row));
  }
}

function lastSample(set: PythonSet, row: PythonRow): Record<string, Value>[] {
  const label = row.last_telemetry_time;
  if (typeof label !== "string") return [];
  const moment = set.clocks.place(number(row.site_id))?.moments(label)[0];
  if (moment === undefined) return [];
  const status = row.last_status === null ? "" : String(row.last_status);
  const isCode = /^\d+$/.test(status);
  return [{
    site_id: number(row.site_id),
    device_key: row.serial_number,
    timestamp: new Date(moment * 1000).toISOString().replace(".000Z", "Z"),
    local_time: label,
    interval_s: 0,
    power_w: row.last_power === null ? null : 0 - Number(row.last_power),
    state_of_charge_pct: row.last_state_of_charge,
    battery_state: isCode ? Number(status) : null,
    lifetime_energy_charged_wh: row.lifetime_energy_charged,
    lifetime_energy_discharged_wh: row.lifetime_energy_discharged,
    full_pack_energy_wh: row.capacity,
    extra: isCode || status === "" ? null : JSON.stringify({ status }),
  }];
}
