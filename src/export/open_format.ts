import type { CreateFormat } from "./format.ts";
import type { FormatName } from "./format_names.ts";
import { type TextFormat, writeText } from "./text_format.ts";
import type { FormatOptions } from "./format.ts";

/** What begins a file of each format; its libraries load only when it is asked for. */
const writers: Readonly<Record<FormatName, () => Promise<CreateFormat>>> = {
  csv: async () => {
    const { csvFormat } = await import("./csv.ts");
    return text(({ csv }) => csvFormat(csv));
  },
  json: async () => {
    const { jsonFormat } = await import("./json.ts");
    return text(({ several }) => jsonFormat(several));
  },
  ndjson: async () => {
    const { ndjsonFormat } = await import("./ndjson.ts");
    return text(({ several }) => ndjsonFormat(several));
  },
  xlsx: async () => (await import("./xlsx.ts")).xlsxFormat,
  parquet: async () => (await import("./parquet.ts")).parquetFormat,
};

/** Loads the writer of a format. */
export function openFormat(name: FormatName): Promise<CreateFormat> {
  return writers[name]();
}

function text(format: (options: FormatOptions) => TextFormat): CreateFormat {
  return (sink, options) => writeText(format(options), sink);
}
