import { column, type Table, wholeShare } from "../table.ts";
import { intervalColumn, readingColumns, siteId, stampColumns } from "./standard_columns.ts";

/** v1 and v2 mean two things by power, which differ where there is a battery. */
const powerMeaning =
  "mean power in the bucket; v1: AC output of the inverters, v2: what the modules give (battery charge " +
  "added, discharge subtracted)";

/** The five types of meters: the answer of v1; derived where a source gives each device by itself. */
const five = (unit: "W" | "Wh", suffix: string, from: string) => [
  column(
    `production_${suffix}`,
    "real",
    "AC output of the inverters, battery discharge included",
    {
      unit,
      from: `${from} Production; v2 derived: production meters added up, else inverters; ` +
        "where the site, without a battery, gave more: that",
    },
  ),
  column(`consumption_${suffix}`, "real", "consumption of the site", {
    unit,
    from: `${from} Consumption; v2 derived: consumption meters, else self-consumption + purchased`,
  }),
  column(`self_consumption_${suffix}`, "real", "production that the site used itself", {
    unit,
    from: `${from} SelfConsumption; v2 derived: production − feed-in`,
  }),
  column(`feed_in_${suffix}`, "real", "exported to the grid", {
    unit,
    from: `${from} FeedIn; v2 derived: feed-in meters added up`,
  }),
  column(`purchased_${suffix}`, "real", "imported from the grid", {
    unit,
    from: `${from} Purchased; v2 derived: purchase meters added up`,
  }),
];

/** v1 and v2 have the same answer; v2 gives it where the tier of the account allows. */
const flow = (field: string) => `v1 siteCurrentPowerFlow.${field}; v2 power-flow, the same`;

/** Measurements of whole sites: one row per site and time. */
export const siteReadingTables: readonly Table[] = [
  {
    name: "energy_readings",
    kind: "readings",
    key: ["site_id", "time_unit", "reading_date"],
    doc: "energy produced per day, month and year; the balance of each day (v2)",
    columns: [
      siteId,
      column("time_unit", "text", "DAY, WEEK, MONTH or YEAR", {
        required: true,
        from: "v1 energy.timeUnit; v2 resolution asked of energy",
      }),
      column("reading_date", "date", "first local day of the bucket", {
        required: true,
        from: "v1 energy.values[].date; v2 energy.values[].timestamp",
      }),
      column("energy_wh", "real", "energy produced", {
        unit: "Wh",
        from: "v1 energy.values[].value; v2 energy.values[].value",
      }),
      column("measured_by", "text", "INVERTER or METER", { from: "v1 energy.measuredBy" }),
      column("is_complete", "flag", "1 when the bucket had ended by the site's last update", {
        required: true,
      }),
      ...readingColumns,
      column("production_wh", "real", "what the modules gave: energy, what batteries took added", {
        unit: "Wh",
        from: "v2 derived: energy + to storage − from storage",
      }),
      column("to_self_consumption_wh", "real", "production that the site used at once", {
        unit: "Wh",
        from: "v2 derived: the same as from_pv_wh",
      }),
      column("to_storage_wh", "real", "production that charged batteries", {
        unit: "Wh",
        from: "v2 storage.*.chargeEnergy of the day, else 0 where there is none",
      }),
      column("to_grid_wh", "real", "production exported to the grid", {
        unit: "Wh",
        from: "v2 meters.*.exportEnergy of the day",
      }),
      column("consumption_wh", "real", "consumption of the site", {
        unit: "Wh",
        from: "v2 derived: metered, else energy − to grid + from grid",
      }),
      column("from_pv_wh", "real", "consumption that the modules gave", {
        unit: "Wh",
        from: "v2 derived: consumption − from grid − from storage",
      }),
      column("from_storage_wh", "real", "consumption that batteries gave", {
        unit: "Wh",
        from: "v2 storage.*.dischargeEnergy of the day, else 0 where there is none",
      }),
      column("from_grid_wh", "real", "consumption imported from the grid", {
        unit: "Wh",
        from: "v2 meters.*.importEnergy of the day",
      }),
      column("specific_yield_kwh_per_kwp", "real", "energy per installed power", {
        unit: "kWh/kWp",
        from: "overview of a day, which is not asked for any more",
      }),
      column("performance_ratio", "real", "yield as a part of the possible one", {
        from: "overview of a day, which is not asked for any more",
      }),
      column("metered_production_wh", "real", "AC output that production meters counted", {
        unit: "Wh",
        from: "v2 meters.*.productionEnergy of the day",
      }),
      column("metered_consumption_wh", "real", "consumption that consumption meters counted", {
        unit: "Wh",
        from: "v2 meters.*.consumptionEnergy of the day",
      }),
    ],
  },
  {
    name: "power_readings",
    kind: "readings",
    key: ["site_id", "timestamp", "interval_s"],
    doc: "mean power produced per quarter-hour",
    columns: [
      siteId,
      ...stampColumns,
      intervalColumn,
      column("power_w", "real", powerMeaning, {
        unit: "W",
        from: "v1 power.values[].value; v2 power.values[].value",
      }),
      column("measured_by", "text", "INVERTER or METER", { from: "v1 power.measuredBy" }),
      ...readingColumns,
    ],
  },
  {
    name: "power_details",
    kind: "readings",
    key: ["site_id", "timestamp", "interval_s"],
    doc: "mean power per quarter-hour, by meter type",
    columns: [
      siteId,
      ...stampColumns,
      intervalColumn,
      ...five("W", "w", "v1 powerDetails.meters[]"),
      ...readingColumns,
    ],
  },
  {
    name: "energy_details",
    kind: "readings",
    key: ["site_id", "timestamp", "interval_s"],
    doc: "energy per quarter-hour, by meter type",
    columns: [
      siteId,
      ...stampColumns,
      intervalColumn,
      ...five("Wh", "wh", "v1 energyDetails.meters[]"),
      ...readingColumns,
    ],
  },
  {
    name: "power_flows",
    kind: "readings",
    key: ["site_id", "timestamp"],
    doc:
      "snapshots of the power flow; net columns: import and discharge positive, pv + grid + storage = load",
    columns: [
      siteId,
      ...stampColumns,
      column("pv_power_w", "real", "solar production", {
        unit: "W",
        from: flow("PV.currentPower"),
      }),
      column("grid_power_w", "real", "net: import positive, export negative", {
        unit: "W",
        from: flow("GRID.currentPower, signed by connections"),
      }),
      column("load_power_w", "real", "consumption", {
        unit: "W",
        from: flow("LOAD.currentPower"),
      }),
      column("storage_power_w", "real", "net: discharge positive, charge negative", {
        unit: "W",
        from: flow("STORAGE.currentPower, signed by connections"),
      }),
      column("pv_status", "text", "Active, Idle …", { from: flow("PV.status") }),
      column("grid_status", "text", "Active, Idle …", {
        from: flow("GRID.status"),
      }),
      column("load_status", "text", "Active, Idle …", {
        from: flow("LOAD.status"),
      }),
      column("storage_status", "text", "Charging, Discharging, Idle …", {
        from: flow("STORAGE.status"),
      }),
      column("state_of_charge_pct", "real", "state of charge", {
        within: wholeShare,
        unit: "%",
        from: flow("STORAGE.chargeLevel"),
      }),
      column("storage_critical", "flag", "1 below the critical charge", {
        from: flow("STORAGE.critical"),
      }),
      column("storage_time_left", "text", "time left in backup", {
        from: flow("STORAGE.timeLeft"),
      }),
      column("update_refresh_rate_s", "real", "seconds between updates of the server", {
        unit: "s",
        from: flow("updateRefreshRate"),
      }),
      column("connections", "json", "the flows as the server names them", {
        from: flow("connections"),
      }),
      ...readingColumns,
    ],
  },
];
