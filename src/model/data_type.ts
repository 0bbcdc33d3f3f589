/** The types of data a user can name with `--only` and `--skip`, in the order in which they are fetched. */
export const dataTypes = [
  "sites",
  "equipment",
  "energy",
  "power",
  "power-flow",
  "power-details",
  "energy-details",
  "storage",
  "meters",
  "environmental",
  "alerts",
  "inventory",
  "changes",
  "telemetry",
  "optimizers",
  "sensors",
] as const;

export type DataType = typeof dataTypes[number];
