import type { Note } from "../../model/harvest.ts";
import type { TableName, Value } from "../../model/table.ts";
import type { Answer } from "../source.ts";
import {
  absence,
  answer,
  type Asked,
  isObject,
  type Json,
  leftoverNotes,
  objectEnvelope,
  objectsIn,
  onlySite,
  spokenRows,
} from "../answer/answer_body.ts";
import { deviceKeys, listedOnce, nameOf } from "../answer/device_keys.ts";
import { extraText, fieldReader, integer, real, text } from "../answer/answer_fields.ts";
import { misfitNotes } from "../answer/misfits.ts";
import { byWordKey, meterTypesOf, wordKey } from "../answer/words.ts";

const categories = byWordKey({
  inverters: "inverter",
  thirdPartyInverters: "third-party-inverter",
  meters: "meter",
  sensors: "sensor",
  gateways: "gateway",
  batteries: "battery",
  optimizers: "optimizer",
});

const device = fieldReader({
  SN: ["serial_number", text],
  serialNumber: ["serial_number", text],
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

/** The equipment list has name, maker and model of inverters; two answers must not take turns. */
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

/** A device as it is listed; of a column that it does not speak of, it has nothing to say. */
interface Entry {
  readonly values: Readonly<Record<string, Value>>;
  readonly spoken: ReadonlySet<string>;
}

/**
 * `/site/{id}/inventory` → `inventory` (everything), `equipment` (what has a serial number), `batteries`,
 * `meters` and `sensors`. Fields without a column stand in the `extra` of `inventory`.
 */
export function parseInventory(body: unknown, asked: Asked): Answer {
  const { content, rest } = objectEnvelope(body, ["Inventory"], asked);
  const { siteId } = onlySite(asked);
  const notes: Note[] = leftoverNotes(siteId, "inventory", rest);
  const listed: Entry[] = [];
  const misfits: unknown[] = [];
  for (const [list, value] of Object.entries(content)) {
    const category = categories.get(wordKey(list));
    if (!category && !Array.isArray(value) && !isObject(value)) {
      notes.push(...leftoverNotes(siteId, "inventory", { [list]: value }));
      continue;
    }
    objectsIn(value, list, asked).forEach((one, index) => {
      listed.push(readEntry(one, category ?? list, index + 1));
      misfits.push(device.misfit(device.read(one).rest));
    });
  }
  const entries = withOwnKeys(listedOnce(listed, ({ values }) => values));

  const names = device.columns.filter((one) => one !== "type");
  const rows = spokenRows(
    "inventory",
    ["site_id", "category", "device_key", "type", "extra"],
    names,
    entries.map(({ values, spoken }) => ({
      always: [siteId, values.category!, values.device_key!, values.type!, values.extra!],
      values: names.map((name) => values[name]!),
      spoken: names.map((name) => spoken.has(name)),
    })),
  );
  const shared = entries.toSorted(byName).flatMap((entry) => {
    const { category, serial_number } = entry.values;
    const own = ownTables[String(category)];
    const machine = category === "inverter" ? inverterShare : deviceShare;
    return [...(nameOf(serial_number) ? [machine] : []), ...(own ? [own] : [])]
      .map((share) => ({ share, entry }));
  });
  for (const share of new Set(shared.map((one) => one.share))) {
    rows.push(...shareRows(siteId, share, shared.filter((one) => one.share === share)));
  }
  return answer({
    rows,
    absent: entries.length > 0 ? [] : [absence(asked, "the site lists no device")],
    notes: [...notes, ...misfitNotes(misfits, siteId, "inventory", "warning")],
  });
}

function readEntry(one: Json, category: string, position: number): Entry {
  const { values: read, rest } = device.read(one);
  const values: Record<string, Value> = Object.fromEntries(
    device.columns.map((column, index) => [column, read[index]!]),
  );
  const { serial_number, name, type, sensor_id, connected_to } = values;
  const device_key = category === "sensor"
    ? `${connected_to ?? ""}/${sensor_id ?? position}`
    : nameOf(serial_number) ?? `${category}:${nameOf(name) ?? position}`;
  const spoken = device.spoken(one);
  // The type is a part of the key where several entries share a device; elsewhere it is a mere field.
  const typed = category === "meter" || category === "sensor";
  const extra = extraText(typed || type === null ? rest : { ...rest, type });
  const word = category === "meter" ? meterTypesOf(type)?.[0] ?? type : type;
  return {
    values: { ...values, category, device_key, type: typed ? word ?? "" : "", extra },
    spoken: new Set(["category", "type", ...device.columns.filter((_, at) => spoken[at])]),
  };
}

/** Two entries are two devices, also where they have one name. */
function withOwnKeys(listed: readonly Entry[]): Entry[] {
  const keys = deviceKeys(listed.map(({ values }) => ({
    key: String(values.device_key),
    beside: `${values.category}\n${values.type}`,
    marks: [
      values.connected_to_serial,
      values.connected_to,
      values.name,
      values.model,
      values.manufacturer,
      values.firmware_version,
      values,
    ],
  })));
  return listed.map(({ values, spoken }, index) => ({
    values: { ...values, device_key: keys[index]! },
    spoken,
  }));
}

/** One physical meter may be listed once for each direction: its device takes the first name. */
function shareRows(siteId: number, share: Share, parts: readonly { entry: Entry }[]) {
  const names = Object.keys(share.columns);
  const sources = Object.values(share.columns);
  // A part of the key of its table.
  const isKey = (name: string) => share.table === "meters" && name === "meter_type";
  const byKey = new Map<string, Entry>();
  for (const { entry } of parts) {
    const { device_key, type } = entry.values;
    const key = JSON.stringify([device_key, share.table === "meters" ? type : null]);
    if (!byKey.has(key)) byKey.set(key, entry);
  }
  return spokenRows(
    share.table,
    ["site_id", "device_key"],
    names,
    [...byKey.values()].map(({ values, spoken }) => ({
      always: [siteId, values.device_key!],
      values: sources.map((source) => values[source]!),
      spoken: sources.map((source, at) => isKey(names[at]!) || spoken.has(source)),
    })),
  );
}

/** The order of the lists is not fixed; ours is, so that equal answers give equal rows. */
function byName({ values: one }: Entry, { values: other }: Entry): number {
  const a = `${one.name}\n${one.type}\n${one.device_key}`;
  const b = `${other.name}\n${other.type}\n${other.device_key}`;
  return a < b ? -1 : a > b ? 1 : 0;
}
