import type { FetchedStretch, SeriesKey } from "../../model/coverage.ts";
import { instantText } from "../../model/site_time.ts";
import type { Table, Value } from "../../model/table.ts";
import { table as factsOf } from "../../model/tables.ts";
import type { SaveStore } from "../save.ts";
import { partsSql } from "../derived/derive.ts";
import { allRecords, allRows, type Connection } from "./driver.ts";
import { upsertOn } from "./upsert.ts";

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

    timeZone(siteId) {
      const found = rows("select time_zone from sites where site_id = ?", siteId);
      return (found[0]?.[0] ?? null) as string | null;
    },

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

    readingsOf(table, siteId) {
      const names = seriesColumns(table);
      return rows(
        `select distinct ${names.join(", ")} from ${table.name} where site_id = ?`,
        siteId,
      );
    },

    stamps(table, readings) {
      return rows(
        `select timestamp, local_time from ${table.name}
         where ${equals(seriesColumns(table))} order by timestamp`,
        ...readings,
      ).map(([timestamp, localTime]) =>
        ({ timestamp, localTime }) as {
          timestamp: string;
          localTime: string;
        }
      );
    },

    moveReadings(table, readings, moves) {
      const { database } = connection;
      // Through a copy, because a new instant may still be the old one of another row.
      database.exec("create temp table move (from_at text primary key, to_at text) without rowid");
      const add = database.prepare("insert into temp.move (from_at, to_at) values (?, ?)");
      for (const { from, to } of moves) if (to !== null) add.run(from, to);

      const mine = equals(seriesColumns(table));
      const columns = table.columns.map((one) => one.name);
      database.exec(`create temp table moving as select * from ${table.name} where false`);
      database.prepare(`insert into temp.moving select * from ${table.name} where ${mine}`)
        .run(...readings);
      database.prepare(`delete from ${table.name} where ${mine}`).run(...readings);
      database.exec(`
        insert into ${table.name} (${columns.join(", ")})
        select ${columns.map((name) => name === "timestamp" ? "to_at" : name).join(", ")}
        from temp.moving join temp.move on from_at = timestamp
        order by to_at;
        drop table temp.moving;
        drop table temp.move;
      `);
    },

    allStretches(siteId) {
      const found = rows(
        `select start_at, end_at, state, fetched_at, series, device_key from coverage
         where site_id = ? order by series, device_key, start_at`,
        siteId,
      );
      const bySeries = Map.groupBy(found, (row) => JSON.stringify(row.slice(4)));
      return [...bySeries.values()].map((group) => ({
        of: { siteId, series: group[0][4] as string, deviceKey: group[0][5] as string },
        stretches: group.map(stretchOf),
      }));
    },

    reckonLastUpdate(siteId, instantOf) {
      const [found] = rows("select last_update_local from sites where site_id = ?", siteId);
      if (typeof found?.[0] !== "string") return;
      run("update sites set last_update_at = ? where site_id = ?", instantOf(found[0]), siteId);
    },

    moveMarks(siteId, move) {
      for (const name of ["newest_data_at", "wanted_from"]) {
        const found = rows(
          `select series, device_key, ${name} from sync_metadata
           where site_id = ? and ${name} is not null`,
          siteId,
        );
        for (const [series, deviceKey, instant] of found) {
          run(
            `update sync_metadata set ${name} = ? where ${ofSeries}`,
            move(instant as string),
            siteId,
            series,
            deviceKey,
          );
        }
      }
    },
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

/** The key of a table of readings without the instant: what tells one series from another. */
function seriesColumns(table: Table): string[] {
  return table.key.filter((name) => name !== "timestamp");
}

function equals(names: readonly string[]): string {
  return names.map((name) => `${name} = ?`).join(" and ");
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
