import type { CheckQuestion } from "../database/rare_questions.ts";
import type { TableName, Value } from "../model/table.ts";
import type { Finding, Level, RuleName } from "./finding.ts";
import type { CheckedSite } from "./site.ts";

/** A row of the answer to a question. */
export type Row = Readonly<Record<string, Value>>;

/** What a rule makes of a row; what every finding has is added from the rule. */
export type Found = Omit<Finding, "level" | "siteId">;

/** A question that the database answers, and what of its rows is a finding. */
export interface Rule {
  /** The rules whose findings it makes. */
  readonly names: readonly RuleName[];
  readonly question: CheckQuestion;
  /** The tolerances, as parameters of the question; null: the rule says nothing about this site. */
  parameters(site: CheckedSite): Readonly<Record<string, number>> | null;
  judge(rows: readonly Row[], site: CheckedSite): readonly Found[];
}

/** What people read about a rule. */
export interface RuleFacts {
  readonly level: Level;
  /** What it asks. */
  readonly question: string;
  /** What it lets pass. */
  readonly tolerance: string;
}

/** A table by the name of its data, for sentences. */
export const dataNames: Readonly<Partial<Record<TableName, string>>> = {
  energy_readings: "energy",
  power_readings: "power",
  power_details: "power details",
  energy_details: "energy details",
  power_flows: "power flow",
  inverter_telemetry: "inverter data",
  battery_telemetry: "battery data",
  meter_readings: "meter readings",
  sensor_readings: "sensor readings",
};

/** `12,345 Wh`, `12.3 kWh` from 10 kWh on. */
export function energyText(wattHours: number): string {
  return Math.abs(wattHours) >= 10_000
    ? `${(wattHours / 1000).toLocaleString("en-US", { maximumFractionDigits: 1 })} kWh`
    : `${Math.round(wattHours).toLocaleString("en-US")} Wh`;
}

/** `12,345 W`, `12.3 kW` from 10 kW on. */
export function powerText(watts: number): string {
  return energyText(watts).replace(/h$/, "");
}
