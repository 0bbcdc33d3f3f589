import { instantText } from "../../model/site_time.ts";
import type { TableName, Value } from "../../model/table.ts";
import type { Answer } from "../source.ts";
import {
  absence,
  answer,
  type Asked,
  isObject,
  type Json,
  leftoverNotes,
  objectsIn,
  onlySite,
  spokenRows,
  without,
} from "../answer/answer_body.ts";
import {
  type Converter,
  extraText,
  fieldReader,
  flag,
  integer,
  real,
  text,
} from "../answer/answer_fields.ts";
import { deviceKeys, listedOnce, nameOf } from "../answer/device_keys.ts";
import { misfitNotes } from "../answer/misfits.ts";
import { byWordKey, meterTypesOf, wordKey } from "../answer/words.ts";
import { connection, type Neighbours, neighbours } from "./device_connection.ts";
import { readSiteTime } from "../answer/times.ts";

/** The words of v1 and v2 for a kind of device; others in lower case with hyphens. */
const categories = byWordKey({
  BUI: "backup-interface",
  INVERTER: "inverter",
  BATTERY: "battery",
  BATTERY_MODULE: "battery-module",
  OPTIMIZER: "optimizer",
  METER: "meter",
  EV_CHARGER: "ev-charger",
  GATEWAY: "gateway",
});

const lowerCase: Converter<string> = (raw) => text(raw)?.toLowerCase();

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
  form: ["form", lowerCase],
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

/** A device as it is listed; of a column that it does not speak of, it has nothing to say. */
interface Entry {
  readonly values: Readonly<Record<string, Value>>;
  readonly spoken: ReadonlySet<string>;
}

/**
 * `/sites/{id}/devices` → `inventory` (everything), `equipment` (what has a serial number), `batteries` and
 * `meters`. Fields without a column stand in the `extra` of `inventory`. An empty list, or null in its place,
 * names no device: devices that are known keep their rows.
 */
export function parseDevices(body: unknown, asked: Asked): Answer {
  const { siteId, timeZone } = onlySite(asked);
  const wrapped: Json = isObject(body) ? body : { devices: body };
  const listed = objectsIn(wrapped.devices, "devices", asked);
  const known = neighbours(listed);
  const read = listed.flatMap((one, index) => readDevice(one, index + 1, known, timeZone));
  const entries = withOwnKeys(listedOnce(read, ({ values }) => values));

  const rows = spokenRows(
    "inventory",
    ["site_id", "category", "device_key", "type", "extra"],
    inventoryColumns,
    entries.map(({ values, spoken }) => ({
      always: [siteId, values.category!, values.device_key!, values.type!, values.extra!],
      values: inventoryColumns.map((column) => values[column]!),
      spoken: inventoryColumns.map((column) => spoken.has(column)),
    })),
  );
  // One meter may be listed for each direction: its device takes the first name, as in v1.
  const inOrder = entries.toSorted(byName);
  rows.push(
    ...share(
      siteId,
      "equipment",
      machine,
      inOrder.filter((one) => nameOf(one.values.serial_number)),
    ),
  );
  for (const [category, { table, columns: own }] of Object.entries(ownTables)) {
    // A meter that does not say what it counts is known by its readings.
    const mine = inOrder.filter(({ values }) =>
      values.category === category && (table !== "meters" || values.type !== "")
    );
    rows.push(...share(siteId, table, own, mine));
  }
  return answer({
    rows,
    absent: listed.length > 0 ? [] : [absence(asked, "the site lists no device")],
    notes: [
      ...leftoverNotes(siteId, "devices", without(wrapped, ["devices", "count"])),
      ...misfitNotes(listed.map(misfitOf), siteId, "devices", "warning"),
    ],
  });
}

const inventoryColumns = [
  ...device.columns,
  "cpu_version",
  "connected_to",
  "connected_to_serial",
  "nameplate_capacity_wh",
  "created_at",
];

/** A device as one entry, a meter that counts both ways as one for each direction. */
function readDevice(
  one: Json,
  position: number,
  known: Neighbours,
  timeZone: string | null,
): Entry[] {
  const { type, meterType, nameplate, connectedTo, connectedToName, createdAt, ...attributes } =
    one;
  const category = categories.get(wordKey(type)) ??
    (text(type) ?? "unknown").slice(0, 64).toLowerCase().replaceAll("_", "-");
  const { values: read, rest } = device.read(attributes);
  const capacity = category === "battery" ? real(nameplate) : undefined;
  const created = readSiteTime(createdAt, timeZone);
  const directions = meterTypesOf(meterType);
  const extra = extraText({
    ...rest,
    ...present({
      nameplate: capacity === undefined ? nameplate : null,
      createdAt: created ? null : createdAt,
      meterType: directions ? null : meterType,
    }),
  });
  const own = Object.fromEntries(device.columns.map((column, at) => [column, read[at]!]));
  const spoken = new Set(device.columns.filter((_, at) => device.spoken(attributes)[at]));
  // What an inverter runs is its CPU's firmware, which v1 calls by that name.
  const isInverter = category === "inverter";
  const firmware: Entry["values"] = isInverter
    ? { cpu_version: own.firmware_version!, firmware_version: null }
    : { cpu_version: null };
  if (isInverter && spoken.delete("firmware_version")) spoken.add("cpu_version");
  if (Object.hasOwn(one, "connectedTo") || Object.hasOwn(one, "connectedToName")) {
    spoken.add("connected_to").add("connected_to_serial");
  }
  // The server writes 0 where it knows none, which takes no known capacity away.
  if (category === "battery" && (nameplate === null || capacity)) {
    spoken.add("nameplate_capacity_wh");
  }
  if (created) spoken.add("created_at");
  return (directions ?? [""]).map((direction): Entry => ({
    values: {
      ...own,
      ...firmware,
      ...connection(connectedTo ?? connectedToName, known),
      category,
      device_key: nameOf(own.serial_number) ?? `${category}:${nameOf(own.name) ?? position}`,
      type: category === "meter" ? direction : "",
      nameplate_capacity_wh: capacity ?? null,
      created_at: created && instantText(created.instant),
      extra,
    },
    spoken: new Set([...spoken, "serial_number", "category"]),
  }));
}

/** The first value of a device that is none of its kind; undefined: there is none. */
function misfitOf(one: Json): unknown {
  const { type, nameplate, ...attributes } = one;
  const isBattery = categories.get(wordKey(type)) === "battery";
  return device.misfit(device.read(attributes).rest) ??
    (isBattery && (nameplate ?? null) !== null && real(nameplate) === undefined
      ? nameplate
      : undefined);
}

function present(fields: Json): Json {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => (value ?? null) !== null));
}

/** Two entries are two devices, also where they have one name, or one serial number and one direction. */
function withOwnKeys(listed: readonly Entry[]): Entry[] {
  const keys = deviceKeys(listed.map(({ values }) => ({
    key: String(values.device_key),
    beside: `${values.category}\n${values.type}`,
    marks: [
      values.created_at,
      values.connected_to_serial,
      values.connected_to,
      values.name,
      values.part_number,
      values.model,
      values,
    ],
  })));
  return listed.map(({ values, spoken }, index) => ({
    values: { ...values, device_key: keys[index]! },
    spoken,
  }));
}

/** The first entry of each device, or of each direction of a meter. */
function share(
  siteId: number,
  table: TableName,
  columns: readonly string[],
  entries: readonly Entry[],
) {
  const byKey = new Map<string, Entry>();
  for (const entry of entries) {
    const { device_key, type } = entry.values;
    const key = JSON.stringify([device_key, table === "meters" ? type : null]);
    if (!byKey.has(key)) byKey.set(key, entry);
  }
  const typed = table === "meters" ? ["meter_type"] : [];
  return spokenRows(
    table,
    ["site_id", "device_key", ...typed],
    columns,
    [...byKey.values()].map(({ values, spoken }) => ({
      always: [siteId, values.device_key!, ...typed.map(() => values.type!)],
      values: columns.map((column) => values[column]!),
      spoken: columns.map((column) => spoken.has(column)),
    })),
  );
}

function byName({ values: one }: Entry, { values: other }: Entry): number {
  const a = `${one.name}\n${one.type}\n${one.device_key}`;
  const b = `${other.name}\n${other.type}\n${other.device_key}`;
  return a < b ? -1 : a > b ? 1 : 0;
}
