import type { TableName } from "../model/table.ts";

// Names only: the command line needs them at every start, the facts about the tables only for an export.

/** What can be exported, by the name the user gives it, in the order of `all`. */
export const datasets = {
  sites: "sites",
  equipment: "equipment",
  energy: "energy_readings",
  power: "power_readings",
  "power-details": "power_details",
  "energy-details": "energy_details",
  "power-flow": "power_flows",
  batteries: "batteries",
  storage: "battery_telemetry",
  meters: "meters",
  "meter-readings": "meter_readings",
  telemetry: "inverter_telemetry",
  optimizers: "optimizer_telemetry",
  inventory: "inventory",
  environmental: "environmental_benefits",
  alerts: "alerts",
  changes: "equipment_changes",
  sensors: "sensors",
  "sensor-readings": "sensor_readings",
} as const satisfies Record<string, TableName>;

export type DatasetName = keyof typeof datasets;

export const datasetNames = Object.keys(datasets) as DatasetName[];

export const formatNames = ["csv", "json", "ndjson"] as const;
export type FormatName = typeof formatNames[number];
