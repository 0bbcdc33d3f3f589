import { type FetchedRange, secondOf, type SeriesKey, textOfSecond } from "../../model/coverage.ts";
import type { Column, TableName, Value } from "../../model/table.ts";
import { table as factsOf } from "../../model/tables.ts";
import { columnsOf, removal, selection } from "../chosen_rows.ts";
import { wholeRows } from "../row_batch.ts";
import type { SaveStore } from "../save.ts";
import type { Session } from "./driver.ts";
import { exact, insertRows, stored } from "./insert.ts";
import { partsQueries } from "./queries.ts";
import { told, upsert } from "./upsert.ts";
import { writeRows } from "./write.ts";

/** What saving needs of MariaDB; each function runs inside the transaction of the caller. */
export function saveStore(session: Session, { careful = false } = {}): SaveStore {
  const ofSeries = "site_id = ? and series = ? and device_key = ?";
  const keyOf = ({ siteId, series, deviceKey }: SeriesKey) => [BigInt(siteId), series, deviceKey];

  return {
    upsert: (batch, options) => upsert(session, batch, options, careful),

    async parts(name, { siteId, from, to }) {
      const { sql, parameters } = partsQueries[name];
      const given: Record<string, Value> = {
        site_id: BigInt(siteId),
        from_at: from.slice(0, 19),
        to_at: to.slice(0, 19),
      };
      const found = await session.records(sql, parameters.map((one) => given[one]!));
      return found.map((row) =>
        "timestamp" in row ? { ...row, timestamp: `${row.timestamp}Z` } : row
      );
    },

    async ranges(of, around) {
      const found = await session.rows(
        `select start_at, end_at, state, fetched_at, reported_at, tries from coverage
         where ${ofSeries} and start_at <= ? and end_at >= ? order by start_at`,
        [...keyOf(of), utc(around.end), utc(around.start)],
      );
      return found.map(rangeOf);
    },

    async replaceRanges(of, old, now) {
      for (const { start } of old) {
        await session.run(
          `delete from coverage where ${ofSeries} and start_at = ?`,
          [...keyOf(of), utc(start)],
        );
      }
      await writeRows(
        session,
        wholeRows({
          table: "coverage",
          rows: now.map(({ start, end, state, fetchedAt, reportedAt, tries }) => [
            of.siteId,
            of.series,
            of.deviceKey,
            textOfSecond(start),
            textOfSecond(end),
            state,
            textOfSecond(fetchedAt),
            reportedAt === null ? null : textOfSecond(reportedAt),
            tries === 0 ? null : tries,
          ]),
        }),
      );
    },

    async devicesOf(siteId, series) {
      const found = await session.rows(
        "select distinct device_key from coverage where site_id = ? and series = ?",
        [BigInt(siteId), series],
      );
      return found.map(([deviceKey]) => deviceKey as string);
    },

    async putSpent(spent, forgetBefore) {
      await session.run("delete from spending where hour_at < ?", [utc(forgetBefore)]);
      for (const { bucket, hour, purpose, requests } of spent) {
        await session.run(
          `insert into spending (bucket, hour_at, purpose, requests) values (?, ?, ?, ?)
           on duplicate key update requests = requests + values(requests)`,
          [bucket, utc(hour), purpose, requests],
        );
      }
    },

    async mark(of) {
      const { columns } = factsOf("sync_metadata");
      const [found] = await session.rows(
        `select ${columns.map((one) => one.name).join(", ")} from sync_metadata where ${ofSeries}`,
        keyOf(of),
      );
      if (!found) return null;
      return Object.fromEntries(
        columns.map((column, at) => [column.name, told(column, found[at])]),
      );
    },

    putMark: (of, row) =>
      putRow(session, "sync_metadata", {
        ...row,
        site_id: of.siteId,
        series: of.series,
        device_key: of.deviceKey,
      }),

    async putRevisions(revisions, revisedAt) {
      const batch = wholeRows({
        table: "revisions",
        rows: revisions.map(({ table, key, old }) => [
          table,
          jsonText(key),
          revisedAt,
          key[0],
          jsonText(old),
        ]),
      });
      // Of two revisions within a second the first holds the value that stood for longer.
      await insertRows(session, batch, [], "site_id = revisions.site_id");
    },

    async select(table, names, chosen) {
      const { sql, parameters } = selection(table, names, chosen);
      const columns = columnsOf(table, names);
      const found = await session.rows(sql, parameters.map(parameterOf));
      return found.map((row) => row.map((value, at) => told(columns[at], value)));
    },

    async remove(table, chosen) {
      const { sql, parameters } = removal(table, chosen);
      await session.run(sql, parameters.map(parameterOf));
    },

    write: (given) => writeRows(session, wholeRows(given)),
  };
}

function parameterOf({ column, value }: { column: Column; value: Value }): Value {
  return column.type === "integer" ? exact(value) : stored(column, value);
}

/** Puts a whole row; columns that it does not name become NULL. */
export async function putRow(
  session: Session,
  table: TableName,
  row: Readonly<Record<string, Value>>,
): Promise<void> {
  const values = factsOf(table).columns.map((one) => row[one.name] ?? null);
  await writeRows(session, wholeRows({ table, rows: [values] }));
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
  return secondOf(`${value}Z`);
}

function utc(second: number): string {
  return textOfSecond(second).slice(0, 19);
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
