/** The pictures that a terminal can show. */
export const chartNames = ["day", "days", "months", "heatmap"] as const;
export type ChartName = (typeof chartNames)[number];
