import type { FetchedStretch, SeriesKey } from "../../model/coverage.ts";
import { instantText } from "../../model/site_time.ts";
import type { Value } from "../../model/table.ts";
import { table as factsOf } from "../../model/tables.ts";
import { removal, selection } from "../chosen_rows.ts";
import { wholeRows } from "../row_batch.ts";
import type { SaveStore } from "../save.ts";
import { allRows, type Connection } from "./driver.ts";
import { upsertOn } from "./upsert.ts";
import { writeRows } from "./write.ts";

/** What saving needs of SQLite; each function runs inside the transaction of the caller. */
export function saveStore(connection: Connection): SaveStore {
  const rows = (sql: string, ...parameters: Value[]) =>
    allRows(connection.statement(sql), parameters);
  const run = (sql: string, ...parameters: Value[]) => {
    connection.statement(sql).run(...parameters);
  };
  const ofSeries = "site_id = ? and series = ? and device_key = ?";
  const keyOf = ({ siteId, series, deviceKey }: SeriesKey) => [siteId, series, deviceKey];

  return {
    upsert: upsertOn(connection),

    stretches(of, around) {
      return rows(
        `select start_at, end_at, state, fetched_at from coverage
         where ${ofSeries} and start_at <= ? and end_at >= ? order by start_at`,
        ...keyOf(of),
        instantText(around.end),
        instantText(around.start),
      ).map(stretchOf);
    },

    replaceStretches(of, old, now) {
      for (const { interval } of old) {
        run(
          `delete from coverage where ${ofSeries} and start_at = ?`,
          ...keyOf(of),
          instantText(interval.start),
        );
      }
      for (const { interval, state, fetchedAt } of now) {
        run(
          `insert into coverage
             (site_id, series, device_key, start_at, end_at, state, fetched_at)
           values (?, ?, ?, ?, ?, ?, ?)`,
          ...keyOf(of),
          instantText(interval.start),
          instantText(interval.end),
          state,
          instantText(fetchedAt),
        );
      }
    },

    mark(of) {
      const { columns } = factsOf("sync_metadata");
      const names = columns.map((one) => one.name);
      const [found] = rows(
        `select ${names.join(", ")} from sync_metadata where ${ofSeries}`,
        ...keyOf(of),
      );
      return found ? Object.fromEntries(names.map((name, at) => [name, found[at]])) : null;
    },

    putMark(of, row) {
      const { columns, key } = factsOf("sync_metadata");
      const data = columns.map((one) => one.name).filter((name) => !key.includes(name));
      run(
        `insert or replace into sync_metadata (${[...key, ...data].join(", ")})
         values (${[...key, ...data].map(() => "?").join(", ")})`,
        ...keyOf(of),
        ...data.map((name) => row[name] ?? null),
      );
    },

    putRevisions(revisions, revisedAt) {
      for (const { table, key, old } of revisions) {
        // Of two revisions within a second the first holds the value that stood for longer.
        run(
          `insert into revisions (table_name, row_key, revised_at, site_id, old_values)
           values (?, ?, ?, ?, ?) on conflict do nothing`,
          table,
          jsonText(key),
          revisedAt,
          key[0],
          jsonText(old),
        );
      }
    },

    select(table, names, chosen) {
      const { sql, parameters } = selection(table, names, chosen);
      return rows(sql, ...parameters.map((one) => one.value));
    },

    remove(table, chosen) {
      const { sql, parameters } = removal(table, chosen);
      run(sql, ...parameters.map((one) => one.value));
    },

    write: (given) => writeRows(connection, wholeRows(given)),
  };
}

function stretchOf([start, end, state, fetchedAt]: readonly Value[]): FetchedStretch {
  return {
    interval: {
      start: Temporal.Instant.from(start as string),
      end: Temporal.Instant.from(end as string),
    },
    state: state as FetchedStretch["state"],
    fetchedAt: Temporal.Instant.from(fetchedAt as string),
  };
}

/** JSON with integers exact beyond 2^53. */
function jsonText(value: unknown): string {
  return JSON.stringify(
    value,
    (_, one) =>
      typeof one === "bigint"
        ? (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(String(one))
        : one,
  );
}
