import type { CreateFormat, FormatOptions } from "./format.ts";
import type { TextFormat } from "./text_format.ts";

/** A format of the rows of datasets. */
interface FormatFacts {
  /** Whether one file takes several datasets; else `all` needs a folder. */
  readonly takesSeveral: boolean;
  /** Bytes that a terminal cannot show. */
  readonly isBinary: boolean;
  /** Loads what begins a file: the help of `seh export` needs the facts alone. */
  open(): Promise<CreateFormat>;
}

/** Every format of an export by its name, which is also the ending of its files. */
export const formats = {
  csv: {
    takesSeveral: false,
    isBinary: false,
    async open() {
      const { csvFormat } = await import("./csv.ts");
      return await text(({ csv }) => csvFormat(csv));
    },
  },
  json: {
    takesSeveral: true,
    isBinary: false,
    async open() {
      const { jsonFormat } = await import("./json.ts");
      return await text(({ several }) => jsonFormat(several));
    },
  },
  ndjson: {
    takesSeveral: true,
    isBinary: false,
    async open() {
      const { ndjsonFormat } = await import("./ndjson.ts");
      return await text(({ several }) => ndjsonFormat(several));
    },
  },
  xlsx: {
    takesSeveral: true,
    isBinary: true,
    open: async () => (await import("./xlsx.ts")).xlsxFormat,
  },
  parquet: {
    takesSeveral: false,
    isBinary: true,
    open: async () => (await import("./parquet.ts")).parquetFormat,
  },
} as const satisfies Readonly<Record<string, FormatFacts>>;

async function text(format: (options: FormatOptions) => TextFormat): Promise<CreateFormat> {
  const { writeText } = await import("./text_format.ts");
  return (sink, options) => writeText(format(options), sink);
}

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
