import { instantText } from "../../model/site_time.ts";
import type { TableName, Value } from "../../model/table.ts";
import type { Answer } from "../source.ts";
import {
  answer,
  type Asked,
  isObject,
  type Json,
  leftoverNotes,
  objectsIn,
  onlySite,
  rowsOf,
  without,
} from "../answer/answer_body.ts";
import { extraText, fieldReader, flag, integer, real, text } from "../answer/answer_fields.ts";
import { readSiteTime } from "./stamps.ts";

/** All types of devices: without them the server lists inverters alone. */
export const deviceTypes = [
  "INVERTER",
  "BATTERY",
  "BATTERY_MODULE",
  "OPTIMIZER",
  "METER",
  "EV_CHARGER",
  "BUI",
  "GATEWAY",
] as const;

/** The words of both generations for a kind of device; others in lower case with hyphens. */
const categories: Readonly<Record<string, string>> = { BUI: "backup-interface" };

/** What a meter counts, in the words of both generations; a meter at the grid counts both ways. */
const meterTypes: Readonly<Record<string, readonly string[]>> = {
  PRODUCTION: ["Production"],
  CONSUMPTION: ["Consumption"],
  SELF_CONSUMPTION: ["SelfConsumption"],
  FEED_IN: ["FeedIn"],
  EXPORT: ["FeedIn"],
  PURCHASED: ["Purchased"],
  IMPORT: ["Purchased"],
  IMPORT_EXPORT: ["FeedIn", "Purchased"],
  EXPORT_IMPORT: ["FeedIn", "Purchased"],
  FEED_IN_PURCHASED: ["FeedIn", "Purchased"],
};

const device = fieldReader({
  serialNumber: ["serial_number", text],
  name: ["name", text],
  manufacturer: ["manufacturer", text],
  model: ["model", text],
  partNumber: ["part_number", text],
  firmwareVersion: ["firmware_version", text],
  firmware: ["firmware_build", text],
  communicationType: ["communication_method", text],
  connectedOptimizers: ["connected_optimizers", integer],
  form: ["form", text.transform((word) => word.toLowerCase())],
  active: ["is_active", flag],
});

const machine = [
  "serial_number",
  "category",
  "name",
  "manufacturer",
  "model",
  "part_number",
  "communication_method",
  "firmware_version",
  "firmware_build",
  "cpu_version",
  "connected_optimizers",
  "connected_to",
  "connected_to_serial",
  "nameplate_capacity_wh",
  "is_active",
  "created_at",
];
const ownTables: Readonly<Record<string, { table: TableName; columns: readonly string[] }>> = {
  battery: {
    table: "batteries",
    columns: [
      "serial_number",
      "name",
      "manufacturer",
      "model",
      "firmware_version",
      "connected_to",
      "connected_to_serial",
      "nameplate_capacity_wh",
    ],
  },
  meter: {
    table: "meters",
    columns: [
      "meter_type",
      "serial_number",
      "name",
      "manufacturer",
      "model",
      "firmware_version",
      "form",
      "connected_to",
      "connected_to_serial",
    ],
  },
};

type Entry = Readonly<Record<string, Value>>;

/**
 * `/sites/{id}/devices` → `inventory` (everything), `equipment` (what has a serial number), `batteries` and
 * `meters`. Fields without a column stand in the `extra` of `inventory`.
 */
export function parseDevices(body: unknown, asked: Asked): Answer {
  const { siteId, timeZone } = onlySite(asked);
  const wrapped: Json = isObject(body) ? body : { devices: body };
  const listed = objectsIn(wrapped.devices, "devices", asked);
  const entries = listed
    .flatMap((one, index) => readDevice(one, index + 1, neighbours(listed), timeZone));

  const columns = ["category", "device_key", ...inventoryColumns, "extra"];
  const rows = rowsOf(
    "inventory",
    ["site_id", ...columns],
    unique(entries, ["category", "device_key", "type"])
      .map((entry) => [siteId, ...columns.map((column) => entry[column]!)]),
  );
  // One meter may be listed for each direction: its device takes the first name, as in the other generation.
  const withSerial = entries.filter((one) => one.serial_number).toSorted(byName);
  rows.push(...share(siteId, "equipment", machine, withSerial));
  for (const [category, { table, columns: own }] of Object.entries(ownTables)) {
    // A meter that does not say what it counts is known by its readings.
    const mine = entries
      .filter((one) => one.category === category && (table !== "meters" || one.type !== ""))
      .map((one) => ({ ...one, meter_type: one.type }));
    rows.push(...share(siteId, table, own, mine));
  }
  return answer({
    rows,
    notes: leftoverNotes(siteId, "devices", without(wrapped, ["devices", "count"])),
  });
}

const inventoryColumns = [
  ...device.columns,
  "cpu_version",
  "type",
  "connected_to",
  "connected_to_serial",
  "nameplate_capacity_wh",
  "created_at",
];

/** A device as one entry, a meter that counts both ways as one for each direction. */
function readDevice(
  one: Json,
  position: number,
  known: readonly Neighbour[],
  timeZone: string | null,
): Entry[] {
  const { type, meterType, nameplate, connectedTo, createdAt, ...attributes } = one;
  const category = categories[String(type)] ??
    String(type ?? "unknown").toLowerCase().replaceAll("_", "-");
  const { values, rest } = device.read(attributes);
  const capacity = category === "battery" ? real.safeParse(nameplate) : undefined;
  const created = readSiteTime(createdAt, timeZone);
  const directions = typeof meterType === "string"
    ? meterTypes[meterType.toUpperCase()]
    : undefined;
  const extra = extraText({
    ...rest,
    ...present({
      nameplate: capacity?.success ? null : nameplate,
      createdAt: created ? null : createdAt,
      meterType: directions ? null : meterType,
    }),
  });
  const entry = Object.fromEntries(device.columns.map((column, at) => [column, values[at]!]));
  const { serial_number, name, firmware_version } = entry;
  // What an inverter runs is its CPU's firmware, which the other generation calls by that name.
  const firmware: Entry = category === "inverter"
    ? { cpu_version: firmware_version!, firmware_version: null }
    : { cpu_version: null };
  return (directions ?? [""]).map((direction): Entry => ({
    ...entry,
    ...firmware,
    ...connection(connectedTo, known),
    category,
    device_key: serial_number || `${category}:${name ?? position}`,
    type: category === "meter" ? direction : "",
    nameplate_capacity_wh: capacity?.success ? capacity.data : null,
    created_at: created && instantText(created.instant),
    extra,
  }));
}

interface Neighbour {
  readonly name: unknown;
  readonly serialNumber: unknown;
}

function neighbours(listed: readonly Json[]): Neighbour[] {
  return listed.map(({ name, serialNumber }) => ({ name, serialNumber }));
}

/** The server names the other device by serial number or by name; the list tells the one from the other. */
function connection(connectedTo: unknown, known: readonly Neighbour[]) {
  const told = text.safeParse(connectedTo);
  if (!told.success) return { connected_to: null, connected_to_serial: null };
  const bySerial = known.find((one) => one.serialNumber === told.data);
  const other = bySerial ?? known.find((one) => one.name === told.data);
  const asText = (value: unknown) => typeof value === "string" ? value : null;
  return {
    connected_to: bySerial ? asText(bySerial.name) ?? told.data : told.data,
    connected_to_serial: other ? asText(other.serialNumber) : null,
  };
}

function present(fields: Json): Json {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => (value ?? null) !== null));
}

function share(
  siteId: number,
  table: TableName,
  columns: readonly string[],
  entries: readonly Entry[],
) {
  const key = table === "meters" ? ["device_key", "type"] : ["device_key"];
  return rowsOf(
    table,
    ["site_id", "device_key", ...columns],
    unique(entries, key)
      .map((entry) => [siteId, entry.device_key!, ...columns.map((column) => entry[column]!)]),
  );
}

function byName(one: Entry, other: Entry): number {
  const a = `${one.name}\n${one.type}`;
  const b = `${other.name}\n${other.type}`;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The first entry of each key. */
function unique(entries: readonly Entry[], key: readonly string[]): Entry[] {
  const byKey = new Map<string, Entry>();
  for (const entry of entries) {
    const text = JSON.stringify(key.map((column) => entry[column]));
    if (!byKey.has(text)) byKey.set(text, entry);
  }
  return [...byKey.values()];
}
