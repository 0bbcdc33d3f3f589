// Facts only: the command line needs them at every start, the writers themselves only for an export.

/** What the command line knows of a format. */
export interface FormatFacts {
  /** Whether one file takes several datasets; else `all` needs a folder. */
  readonly takesSeveral: boolean;
  /** Bytes that a terminal cannot show. */
  readonly isBinary: boolean;
}

/** Every format of an export by its name, which is also the ending of its files. */
export const formats = {
  csv: { takesSeveral: false, isBinary: false },
  json: { takesSeveral: true, isBinary: false },
  ndjson: { takesSeveral: true, isBinary: false },
  xlsx: { takesSeveral: true, isBinary: true },
  parquet: { takesSeveral: false, isBinary: true },
} as const satisfies Readonly<Record<string, FormatFacts>>;

export type FormatName = keyof typeof formats;
const formatNames = Object.keys(formats) as readonly FormatName[];

/** Formats that say something of whole sites instead of the rows of a dataset, and what it is. */
export const siteFormats = {
  prometheus: { holds: "the newest values" },
  "home-assistant": { holds: "the energy of each hour" },
} as const satisfies Readonly<Record<string, { readonly holds: string }>>;

export type SiteFormatName = keyof typeof siteFormats;
const siteFormatNames = Object.keys(siteFormats) as readonly SiteFormatName[];

/** What `seh export` may be asked for. */
export const allFormatNames: readonly (FormatName | SiteFormatName)[] = [
  ...formatNames,
  ...siteFormatNames,
];

/** Whether a format is one of whole sites. */
export function isSiteFormat(name: FormatName | SiteFormatName): name is SiteFormatName {
  return name in siteFormats;
}
