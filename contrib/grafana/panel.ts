import type { Dialect } from "./dialects.ts";

/** One panel. `lines` are curves over time, `bars` stand over a day, a month or a name as text. */
export interface Panel {
  readonly title: string;
  readonly kind: "figures" | "lines" | "bars" | "table";
  /** Grafana's name of the unit of all values: `watt`, `watth`, `percent`; none: as the columns say. */
  readonly unit?: "watt" | "watth" | "percent";
  /** Bars upon each other, where they are parts of one thing. */
  readonly stacked?: boolean;
  /** Of 24 columns; half by default. */
  readonly width?: number;
  readonly sql: (on: Dialect) => string;
}

/** One dashboard: its address is made of its name. */
export interface Dashboard {
  readonly name: string;
  readonly title: string;
  /** Where the range begins that is shown first. */
  readonly from: string;
  readonly panels: readonly Panel[];
}
