/** What lists of sites can be sorted by. */
export const sortings = [
  "id",
  "name",
  "state",
  "today",
  "yesterday",
  "month",
  "year",
  "lifetime",
  "yield",
] as const;
export type Sorting = typeof sortings[number];
