import type { TableName } from "../../model/table.ts";
import type { ImportDevice } from "../event.ts";
import { meterOf, meterTypes, severalNamed, type SiteOfFile } from "./meters.ts";
import type { Meaning, PortalColumn } from "./words.ts";

/** Where a column of a file goes. */
export interface Place {
  readonly table: TableName;
  readonly column: string;
  /** For tables of devices. */
  readonly deviceKey: string | null;
  /** For the table of meters. */
  readonly meterType: string | null;
  /** What a number is multiplied by; -1 turns its sign. */
  readonly factor: number;
  /** A magnitude, whatever sign the file gives it. */
  readonly isMagnitude: boolean;
}

/** The place of each column, or in words why it has none. Of two with the same place the first has it. */
export function placeColumns(
  columns: readonly PortalColumn[],
  shape: Shape,
  site: SiteOfFile,
): (Place | string)[] {
  const taken = new Map<string, string>();
  return placesOf(columns, shape, site).map((place, at) => {
    if (typeof place === "string") return place;
    const key = JSON.stringify([place.table, place.column, place.deviceKey, place.meterType]);
    const other = taken.get(key);
    if (other !== undefined) return `column ${JSON.stringify(other)} has the same place`;
    taken.set(key, columns[at].header);
    return place;
  });
}

interface Shape {
  readonly isDays: boolean;
  readonly isDashboard: boolean;
}

function placesOf(
  columns: readonly PortalColumn[],
  shape: Shape,
  site: SiteOfFile,
): (Place | string)[] {
  return columns.map((one): Place | string => {
    const { meaning, quantity, factor } = one;
    if (meaning === null || quantity === "other") return "nothing that seh stores";
    const put = (
      table: TableName,
      column: string,
      deviceKey: string | null = null,
      sign = 1,
      meterType: string | null = null,
    ) => ({
      table,
      column,
      deviceKey,
      meterType,
      factor: factor * sign,
      isMagnitude: meaning === "to-grid" || meaning === "from-grid",
    });
    if (shape.isDays) {
      if (quantity !== "energy") return "a value of whole days that is no energy";
      const column = (shape.isDashboard ? dashboardDays : classicDays)[meaning];
      return column === undefined
        ? "nothing that seh stores of days"
        : put("energy_readings", column);
    }
    if (meaning === "battery-power" || meaning === "state-of-charge") {
      const batteries = site.devices.filter((device) => device.category === "battery");
      if (batteries.length !== 1) {
        return `the site has ${
          batteries.length === 0 ? "no known battery" : "several batteries"
        }, ` +
          "so it is not known which one is meant";
      }
      const [{ deviceKey }] = batteries;
      return meaning === "battery-power"
        ? put("battery_telemetry", "power_w", deviceKey, -1)
        : put("battery_telemetry", "state_of_charge_pct", deviceKey);
    }
    if (meaning === "device-output" || isInverter(one, site)) {
      const device = deviceOf(one, columns, site);
      if (typeof device === "string") return device;
      const column = quantity === "power" ? "total_active_power_w" : "ac_energy_wh";
      return put("inverter_telemetry", column, device.deviceKey);
    }
    const meter = meterOf(one, columns, site);
    if (typeof meter === "string") return meter;
    if (meter !== null) {
      const column = quantity === "power" ? "power_w" : "energy_wh";
      return put("meter_readings", column, meter.deviceKey, 1, meterTypes[meaning]!);
    }
    const base = quarterHours[meaning];
    if (base === undefined) return "nothing that seh stores of quarter-hours";
    return quantity === "power"
      ? put("power_details", `${base}_w`)
      : put("energy_details", `${base}_wh`);
  });
}

function isInverter({ of }: PortalColumn, { devices }: SiteOfFile): boolean {
  return of !== null && devices.some((one) => one.category === "inverter" && one.name === of);
}

function deviceOf(
  { of, meaning }: PortalColumn,
  columns: readonly PortalColumn[],
  { devices, serial }: SiteOfFile,
): ImportDevice | string {
  if (serial !== null) {
    if (columns.some((one) => one.meaning === meaning && one.of !== of)) return severalNamed;
    return devices.find((one) => one.deviceKey === serial) ??
      { siteId: 0, deviceKey: serial, name: null, category: "inverter" };
  }
  const found = devices.filter((one) => one.name === of && one.category !== "battery");
  return found.length === 1
    ? found[0]
    : `no inverter of the site is known by the name ${JSON.stringify(of)}; name it with --serial`;
}

const quarterHours: Partial<Record<Meaning, string>> = {
  production: "production",
  consumption: "consumption",
  "self-consumption": "self_consumption",
  "to-grid": "feed_in",
  "from-grid": "purchased",
};

/** On the classic page production is what the inverters gave. */
const classicDays: Partial<Record<Meaning, string>> = {
  production: "energy_wh",
  consumption: "consumption_wh",
  "to-grid": "to_grid_wh",
  "from-grid": "from_grid_wh",
  "from-modules": "from_pv_wh",
  "from-battery": "from_storage_wh",
  "to-battery": "to_storage_wh",
};

/** On the new dashboard it is what the modules gave. */
const dashboardDays: Partial<Record<Meaning, string>> = {
  ...classicDays,
  production: "production_wh",
  "to-home": "to_self_consumption_wh",
};
