import type { Note } from "../../model/harvest.ts";
import type { TableName, Value } from "../../model/table.ts";
import type { Answer } from "../source.ts";
import {
  answer,
  type Asked,
  isObject,
  type Json,
  leftoverNotes,
  objectEnvelope,
  objectsIn,
  onlySite,
  rowsOf,
} from "../answer/answer_body.ts";
import { extraText, fieldReader, integer, real, text } from "../answer/answer_fields.ts";

const categories: Readonly<Record<string, string>> = {
  inverters: "inverter",
  thirdPartyInverters: "third-party-inverter",
  meters: "meter",
  sensors: "sensor",
  gateways: "gateway",
  batteries: "battery",
  optimizers: "optimizer",
};

const device = fieldReader({
  SN: ["serial_number", text],
  name: ["name", text],
  manufacturer: ["manufacturer", text],
  model: ["model", text],
  firmwareVersion: ["firmware_version", text],
  cpuVersion: ["cpu_version", text],
  dsp1Version: ["dsp1_version", text],
  dsp2Version: ["dsp2_version", text],
  communicationMethod: ["communication_method", text],
  connectedOptimizers: ["connected_optimizers", integer],
  connectedTo: ["connected_to", text],
  connectedSolaredgeDeviceSN: ["connected_to_serial", text],
  connectedInverterSn: ["connected_to_serial", text],
  form: ["form", text],
  nameplateCapacity: ["nameplate_capacity_wh", real],
  id: ["sensor_id", text],
  category: ["sensor_category", text],
  type: ["type", text],
});

/** What a table of devices takes over of each entry of the inventory. */
interface Share {
  readonly table: TableName;
  /** The inventory's column for each column of the table. */
  readonly columns: Readonly<Record<string, string>>;
}

const same = (...columns: string[]) => Object.fromEntries(columns.map((one) => [one, one]));
const machine = same(
  "serial_number",
  "category",
  "communication_method",
  "firmware_version",
  "cpu_version",
  "dsp1_version",
  "dsp2_version",
  "connected_optimizers",
  "connected_to",
  "connected_to_serial",
  "nameplate_capacity_wh",
);

/** The equipment list tells name, maker and model of inverters; two answers must not take turns. */
const inverterShare: Share = { table: "equipment", columns: machine };
const deviceShare: Share = {
  table: "equipment",
  columns: { ...machine, ...same("name", "manufacturer", "model") },
};
const ownTables: Readonly<Record<string, Share>> = {
  battery: {
    table: "batteries",
    columns: same(
      "serial_number",
      "name",
      "manufacturer",
      "model",
      "firmware_version",
      "connected_to",
      "connected_to_serial",
      "nameplate_capacity_wh",
    ),
  },
  meter: {
    table: "meters",
    columns: {
      meter_type: "type",
      ...same(
        "serial_number",
        "name",
        "manufacturer",
        "model",
        "firmware_version",
        "form",
        "connected_to",
        "connected_to_serial",
      ),
    },
  },
  sensor: {
    table: "sensors",
    columns: {
      category: "sensor_category",
      ...same("connected_to", "connected_to_serial", "sensor_id", "type"),
    },
  },
};

type Entry = Readonly<Record<string, Value>>;

/**
 * `/site/{id}/inventory` → `inventory` (everything), `equipment` (what has a serial number), `batteries`,
 * `meters` and `sensors`. Fields without a column stand in the `extra` of `inventory`.
 */
export function parseInventory(body: unknown, asked: Asked): Answer {
  const { content, rest } = objectEnvelope(body, ["Inventory"], asked);
  const { siteId } = onlySite(asked);
  const notes: Note[] = leftoverNotes(siteId, "inventory", rest);
  const entries: Entry[] = [];
  for (const [list, value] of Object.entries(content)) {
    const category = categories[list];
    if (!category && !Array.isArray(value) && !isObject(value)) {
      notes.push(...leftoverNotes(siteId, "inventory", { [list]: value }));
      continue;
    }
    objectsIn(value, list, asked).forEach((one, index) =>
      entries.push(readEntry(one, category ?? list, index + 1))
    );
  }

  const columns = ["category", "device_key", ...device.columns, "extra"];
  const rows = rowsOf(
    "inventory",
    ["site_id", ...columns],
    entries.map((entry) => [siteId, ...columns.map((column) => entry[column]!)]),
  );
  const shared = entries.toSorted(byName).flatMap((entry) => {
    const own = ownTables[String(entry.category)];
    const machine = entry.category === "inverter" ? inverterShare : deviceShare;
    return [...(entry.serial_number ? [machine] : []), ...(own ? [own] : [])]
      .map((share) => ({ share, entry }));
  });
  for (const share of new Set(shared.map((one) => one.share))) {
    rows.push(...shareRows(siteId, share, shared.filter((one) => one.share === share)));
  }
  return answer({ rows, notes });
}

function readEntry(one: Json, category: string, position: number): Entry {
  const { values, rest } = device.read(one);
  const entry: Record<string, Value> = Object.fromEntries(
    device.columns.map((column, index) => [column, values[index]!]),
  );
  const { serial_number, name, type, sensor_id, connected_to } = entry;
  const device_key = category === "sensor"
    ? `${connected_to ?? ""}/${sensor_id ?? position}`
    : serial_number || `${category}:${name ?? position}`;
  // The type is a part of the key where several entries share a device; elsewhere it is a mere field.
  const typed = category === "meter" || category === "sensor";
  const extra = extraText(typed || type === null ? rest : { ...rest, type });
  return { ...entry, category, device_key, type: typed ? type ?? "" : "", extra };
}

/** One physical meter may be listed once for each direction: its device takes the first name. */
function shareRows(siteId: number, share: Share, parts: readonly { entry: Entry }[]) {
  const columns = Object.keys(share.columns);
  const byKey = new Map<string, Value[]>();
  for (const { entry } of parts) {
    const key = JSON.stringify([entry.device_key, share.table === "meters" ? entry.type : null]);
    if (byKey.has(key)) continue;
    byKey.set(key, [
      siteId,
      entry.device_key!,
      ...Object.values(share.columns).map((column) => entry[column]!),
    ]);
  }
  return rowsOf(share.table, ["site_id", "device_key", ...columns], [...byKey.values()]);
}

/** The order of the lists is not fixed; ours is, so that equal answers give equal rows. */
function byName(one: Entry, other: Entry): number {
  const a = `${one.name}\n${one.type}`;
  const b = `${other.name}\n${other.type}`;
  return a < b ? -1 : a > b ? 1 : 0;
}
