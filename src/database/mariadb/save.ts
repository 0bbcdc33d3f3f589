import type { FetchedStretch, SeriesKey } from "../../model/coverage.ts";
import { instantText } from "../../model/site_time.ts";
import type { Table, TableName, Value } from "../../model/table.ts";
import { table as factsOf } from "../../model/tables.ts";
import { wholeRows } from "../row_batch.ts";
import type { SaveStore } from "../save.ts";
import type { Session } from "./driver.ts";
import { insertRows } from "./insert.ts";
import { partsQueries } from "./queries.ts";
import { told, upsert } from "./upsert.ts";
import { writeRows } from "./write.ts";

/** Moves of one statement. */
const movesPerStatement = 5000;

/** Years after which the calendar repeats, and more than there will be readings of. */
const outOfTheWay = "interval 4000 year";

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

    async timeZone(siteId) {
      const [found] = await session.rows(
        "select time_zone from sites where site_id = ?",
        [BigInt(siteId)],
      );
      return (found?.[0] ?? null) as string | null;
    },

    async stretches(of, around) {
      const found = await session.rows(
        `select start_at, end_at, state, fetched_at from coverage
         where ${ofSeries} and start_at <= ? and end_at >= ? order by start_at`,
        [...keyOf(of), utc(around.end), utc(around.start)],
      );
      return found.map(stretchOf);
    },

    async replaceStretches(of, old, now) {
      for (const { interval } of old) {
        await session.run(
          `delete from coverage where ${ofSeries} and start_at = ?`,
          [...keyOf(of), utc(interval.start)],
        );
      }
      await writeRows(
        session,
        wholeRows({
          table: "coverage",
          rows: now.map(({ interval, state, fetchedAt }) => [
            of.siteId,
            of.series,
            of.deviceKey,
            instantText(interval.start),
            instantText(interval.end),
            state,
            instantText(fetchedAt),
          ]),
        }),
      );
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

    readingsOf(table, siteId) {
      return session.rows(
        `select distinct ${seriesColumns(table).join(", ")} from ${table.name} where site_id = ?`,
        [BigInt(siteId)],
      );
    },

    async stamps(table, readings) {
      const found = await session.rows(
        `select timestamp, local_time from ${table.name}
         where ${equals(table)} order by timestamp`,
        readings,
      );
      return found.map(([timestamp, localTime]) => ({
        timestamp: `${timestamp}Z`,
        localTime: localTime as string,
      }));
    },

    async moveReadings(table, readings, moves) {
      // First all of them out of the way, because a new instant may still be the old one of another row.
      await session.run(
        `update ${table.name} set timestamp = timestamp + ${outOfTheWay}
         where ${equals(table)} order by timestamp desc`,
        readings,
      );
      const staying = moves.filter((one) => one.to !== null);
      for (let from = 0; from < staying.length; from += movesPerStatement) {
        const some = staying.slice(from, from + movesPerStatement)
          .map((one) => [one.from.slice(0, 19), one.to!.slice(0, 19)]);
        await session.run(
          `update json_table(
             ?, '$[*]' columns (from_at datetime path '$[0]', to_at datetime path '$[1]')
           ) as move
           straight_join ${table.name} on timestamp = move.from_at + ${outOfTheWay}
           set timestamp = move.to_at
           where ${equals(table)}`,
          [JSON.stringify(some), ...readings],
        );
      }
      await session.run(
        `delete from ${table.name} where ${equals(table)} and timestamp >= '5000-01-01'`,
        readings,
      );
    },

    async allStretches(siteId) {
      const found = await session.rows(
        `select start_at, end_at, state, fetched_at, series, device_key from coverage
         where site_id = ? order by series, device_key, start_at`,
        [BigInt(siteId)],
      );
      const bySeries = Map.groupBy(found, (row) => JSON.stringify(row.slice(4)));
      return [...bySeries.values()].map((group) => ({
        of: { siteId, series: group[0][4] as string, deviceKey: group[0][5] as string },
        stretches: group.map(stretchOf),
      }));
    },

    async reckonLastUpdate(siteId, instantOf) {
      const [found] = await session.rows(
        "select last_update_local from sites where site_id = ?",
        [BigInt(siteId)],
      );
      if (typeof found?.[0] !== "string") return;
      await session.run(
        "update sites set last_update_at = ? where site_id = ?",
        [instantOf(found[0]).slice(0, 19), BigInt(siteId)],
      );
    },

    async moveMarks(siteId, move) {
      for (const name of ["newest_data_at", "wanted_from"]) {
        const found = await session.rows(
          `select series, device_key, ${name} from sync_metadata
           where site_id = ? and ${name} is not null`,
          [BigInt(siteId)],
        );
        for (const [series, deviceKey, instant] of found) {
          await session.run(
            `update sync_metadata set ${name} = ? where ${ofSeries}`,
            [move(`${instant}Z`).slice(0, 19), BigInt(siteId), series, deviceKey],
          );
        }
      }
    },
  };
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

function stretchOf([start, end, state, fetchedAt]: readonly Value[]): FetchedStretch {
  return {
    interval: { start: instant(start), end: instant(end) },
    state: state as FetchedStretch["state"],
    fetchedAt: instant(fetchedAt),
  };
}

function instant(value: Value): Temporal.Instant {
  return Temporal.Instant.from(`${value}Z`);
}

function utc(value: Temporal.Instant): string {
  return instantText(value).slice(0, 19);
}

/** The key of a table of readings without the instant: what tells one series from another. */
function seriesColumns(table: Table): string[] {
  return table.key.filter((name) => name !== "timestamp");
}

function equals(table: Table): string {
  return seriesColumns(table).map((name) => `${table.name}.${name} = ?`).join(" and ");
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
