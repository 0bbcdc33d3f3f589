import { column, type Table } from "../table.ts";
import { deviceKey, siteId } from "./standard_columns.ts";

const series = column("series", "text", "the series of requests, for example energy or power", {
  required: true,
});

/** What the program itself remembers. `device_key` is empty for what belongs to a whole site. */
export const engineTables: readonly Table[] = [
  {
    name: "coverage",
    kind: "engine",
    key: ["site_id", "series", "device_key", "start_at"],
    doc: "ranges of time that were asked for; those of a key never overlap",
    columns: [
      siteId,
      series,
      deviceKey,
      column("start_at", "instant", "start, inclusive", { required: true }),
      column("end_at", "instant", "end, exclusive", { required: true }),
      column(
        "state",
        "text",
        "covered: values are there; empty: asked, nothing was there; failed: asked, no answer; " +
          "stale: fetched, and the total of its day has changed since",
        { required: true },
      ),
      column("fetched_at", "instant", "when it was last asked", { required: true }),
      column("reported_at", "instant", "what the site had reported by then; NULL: not known"),
      column("tries", "integer", "failures in a row, of a range that failed"),
    ],
  },
  {
    name: "sync_metadata",
    kind: "engine",
    key: ["site_id", "series", "device_key"],
    doc: "what is known of each series: last sync, last error, availability (site 0: the account)",
    columns: [
      siteId,
      series,
      deviceKey,
      column("data_type", "text", "the type of data it belongs to", { required: true }),
      column("source", "text", "the source that answered last"),
      column("last_success_at", "instant", "last request that succeeded"),
      column("last_update_label", "local", "the site's last update as it was known then"),
      column("newest_data_at", "instant", "newest value stored"),
      column("wanted_from", "instant", "how far back the history is wanted"),
      column("unavailable_since", "instant", "when it was found not available, NULL when it is"),
      column("unavailable_reason", "text", "why it is not available"),
      column(
        "span_s",
        "integer",
        "widest request that the server accepts, where it refused the usual one",
        { unit: "s" },
      ),
      column("last_error_at", "instant", "last failure"),
      column(
        "last_error",
        "text",
        "what went wrong, or what an answer held and could not be stored; NULL after a success",
      ),
      column("asked_until", "instant", "up to when the newest request has asked"),
      column("delivered_at", "instant", "last answer with values"),
      column("failures", "integer", "failures in a row"),
      column("failing_since", "instant", "the first of them"),
      column("doubts", "integer", "days on which the server denied that there is such a thing"),
      column("doubted_at", "instant", "the last of them"),
      column(
        "span_doubt_s",
        "integer",
        "width of a request that was refused without a reason",
        { unit: "s" },
      ),
      column("span_at", "instant", "when that, or span_s, was learned"),
    ],
  },
  {
    name: "spending",
    kind: "engine",
    key: ["bucket", "hour_at", "purpose"],
    doc: "requests of the last day by what they were for, an hour each",
    columns: [
      column("bucket", "text", "allowance of the source: credits, account, site:1234567", {
        required: true,
      }),
      column("hour_at", "instant", "hour that begins here", { required: true }),
      column("purpose", "text", "due, fresh, history or repeat", { required: true }),
      column("requests", "integer", "requests", { required: true }),
    ],
  },
  {
    name: "runs",
    kind: "engine",
    key: ["run_id"],
    doc: "one row per sync",
    columns: [
      column("run_id", "text", "start and process, unique", { required: true }),
      column("host", "text", "host that ran it", { required: true }),
      column("pid", "integer", "process that ran it", { required: true }),
      column("started_at", "instant", "start", { required: true }),
      column("finished_at", "instant", "end; NULL while it runs or when it died"),
      column("exit_code", "integer", "exit code"),
      column("requests", "integer", "requests sent"),
      column("rows_inserted", "integer", "rows inserted"),
      column("rows_changed", "integer", "rows changed"),
      column("summary", "json", "the summary that --json prints"),
    ],
  },
  {
    name: "revisions",
    kind: "engine",
    key: ["table_name", "row_key", "revised_at"],
    doc: "values that the server revised after the fact",
    columns: [
      column("table_name", "text", "table", { required: true }),
      column("row_key", "text", "JSON array of the key's values", { required: true }),
      column("revised_at", "instant", "when the new value was stored", { required: true }),
      column("site_id", "integer", "site", { required: true }),
      column("old_values", "json", "the values before, as a JSON object", { required: true }),
    ],
  },
  {
    name: "schema_migrations",
    kind: "engine",
    key: ["version"],
    doc: "migrations that have been applied",
    columns: [
      column("version", "integer", "number of the migration; 0: the views", { required: true }),
      column("name", "text", "its name; of the views a checksum of what makes them", {
        required: true,
      }),
      column("applied_at", "instant", "when it was applied", { required: true }),
    ],
  },
];
