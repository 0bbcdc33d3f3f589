import { type Column, column } from "../table.ts";

/** The columns that every table of attributes ends with. */
export const attributeColumns: readonly Column[] = [
  column("extra", "json", "fields of the answer that have no column of their own"),
  column(
    "last_seen",
    "instant",
    "when the server last listed it; a thing that vanished keeps its row",
    {
      required: true,
    },
  ),
  column("updated_at", "instant", "when a value of the row last really changed", {
    required: true,
  }),
];

/** The columns that every table of readings ends with. */
export const readingColumns: readonly Column[] = [
  column("source", "text", "the source whose value this is", { required: true }),
  column("extra", "json", "fields of the answer that have no column of their own"),
  column("updated_at", "instant", "when a value of the row last really changed", {
    required: true,
  }),
];

export const siteId: Column = column("site_id", "integer", "SolarEdge's number of the site", {
  required: true,
});

export const deviceKey: Column = column(
  "device_key",
  "text",
  "the serial number, else `category:name` (sensors: `connectedTo/id`)",
  { required: true },
);

/** The instant and the wall clock of one sample or bucket. */
export const stampColumns: readonly Column[] = [
  column("timestamp", "instant", "the moment of the sample or the start of the bucket, UTC", {
    required: true,
  }),
  column("local_time", "local", "the wall clock that the API gave", { required: true }),
];

export const intervalColumn: Column = column(
  "interval_s",
  "integer",
  "0: a sample at that moment; else the length of the bucket that begins there",
  { unit: "s", required: true },
);
