import { type FetchedRange, secondOf, type SeriesKey, textOfSecond } from "../../model/coverage.ts";
import type { Value } from "../../model/table.ts";
import { table as factsOf } from "../../model/tables.ts";
import { removal, selection } from "../chosen_rows.ts";
import { wholeRows } from "../row_batch.ts";
import type { SaveStore } from "../save.ts";
import { partsSql } from "../derived/derive.ts";
import { allRecords, allRows, type Connection } from "./driver.ts";
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

    parts: (question, { siteId, from, to }) =>
      allRecords(connection.statement(partsSql[question]), {
        site_id: siteId,
        from_at: from,
        to_at: to,
      }),

    ranges(of, around) {
      return rows(
        `select start_at, end_at, state, fetched_at, reported_at, tries from coverage
         where ${ofSeries} and start_at <= ? and end_at >= ? order by start_at`,
        ...keyOf(of),
        textOfSecond(around.end),
        textOfSecond(around.start),
      ).map(rangeOf);
    },

    replaceRanges(of, old, now) {
      for (const { start } of old) {
        run(
          `delete from coverage where ${ofSeries} and start_at = ?`,
          ...keyOf(of),
          textOfSecond(start),
        );
      }
      for (const { start, end, state, fetchedAt, reportedAt, tries } of now) {
        run(
          `insert into coverage
             (site_id, series, device_key, start_at, end_at, state, fetched_at, reported_at, tries)
           values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          ...keyOf(of),
          textOfSecond(start),
          textOfSecond(end),
          state,
          textOfSecond(fetchedAt),
          reportedAt === null ? null : textOfSecond(reportedAt),
          tries === 0 ? null : tries,
        );
      }
    },

    devicesOf(siteId, series) {
      return rows(
        "select distinct device_key from coverage where site_id = ? and series = ?",
        siteId,
        series,
      ).map(([deviceKey]) => deviceKey as string);
    },

    putSpent(spent, forgetBefore) {
      run("delete from spending where hour_at < ?", textOfSecond(forgetBefore));
      for (const { bucket, hour, purpose, requests } of spent) {
        run(
          `insert into spending (bucket, hour_at, purpose, requests) values (?, ?, ?, ?)
           on conflict (bucket, hour_at, purpose) do update set requests = requests + excluded.requests`,
          bucket,
          textOfSecond(hour),
          purpose,
          requests,
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

function rangeOf(
  [start, end, state, fetchedAt, reportedAt, tries]: readonly Value[],
): FetchedRange {
  return {
    start: second(start),
    end: second(end),
    state: state as FetchedRange["state"],
    fetchedAt: second(fetchedAt),
    reportedAt: reportedAt === null ? null : second(reportedAt),
    tries: Number(tries ?? 0),
  };
}

function second(value: Value): number {
  return secondOf(value as string);
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
