import type { DataType } from "../model/data_type.ts";
import type { TableName } from "../model/table.ts";

/** How bad a finding is, the mildest first. */
export const levels = ["note", "warning", "error"] as const;
export type Level = typeof levels[number];

/** Something in the database that contradicts something else in it, or what the sun allows. */
export interface Finding {
  /** The name of the rule, for example `day-sum`. */
  readonly rule: RuleName;
  readonly level: Level;
  readonly siteId: number;
  readonly table: TableName;
  /** Null: the site as a whole. */
  readonly deviceKey: string | null;
  /** Local days of the site, both included. */
  readonly from: string;
  readonly to: string;
  /** One sentence for people, without site, device and days. */
  readonly text: string;
  /** The numbers behind the sentence, by name with their unit. */
  readonly values: Readonly<Record<string, number | string | null>>;
  /** What another request could put right; null: nothing. */
  readonly cure: Cure | null;
}

/** Data that may be asked for again. */
export interface Cure {
  readonly dataType: DataType;
  readonly from: string;
  readonly to: string;
  /** Some of it was never fetched: a repair brings it. Else it must be fetched again. */
  readonly isMissing: boolean;
}

/** The rules, in the order of their findings. */
export const ruleNames = [
  "day-sum",
  "month-sum",
  "year-sum",
  "lifetime-sum",
  "production-parts",
  "consumption-parts",
  "day-balance",
  "counter-falls",
  "night-power",
  "above-peak",
  "flat-line",
  "silent-device",
  "double",
  "day-slots",
  "zone-offset",
] as const;
export type RuleName = typeof ruleNames[number];
