import type { DatasetName } from "../export/datasets.ts";
import type { FormatName } from "../export/formats.ts";
import type { DayWord } from "./day_words.ts";

/** The units of time of which energy can be asked for; `all` mixes them, for a copy of everything. */
export const energyUnits = ["day", "month", "year", "all"] as const;
export type EnergyUnit = typeof energyUnits[number];

/** What the user asked `seh export` for. */
export interface ExportOptions {
  readonly datasets: DatasetName | "all";
  readonly format: FormatName;
  readonly output: string | null;
  readonly siteIds: readonly number[] | null;
  /** Local days of each row's site, both included. */
  readonly start: DayWord | null;
  readonly end: DayWord | null;
  readonly serial: string | null;
  /** Null: days. */
  readonly unit: EnergyUnit | null;
  /** A file for each site and month. */
  readonly isPartitioned: boolean;
  /** CSV without formulas. */
  readonly isSafe: boolean;
  /** The program that CSV is for; null: any. */
  readonly csvFor: "excel" | null;
  /** Null: that of this machine. */
  readonly decimalSign: "." | "," | null;
}
