import type { FetchedStretch, SeriesKey } from "../../model/coverage.ts";
import { instantText } from "../../model/site_time.ts";
import type { Table, Value } from "../../model/table.ts";
import { table as factsOf } from "../../model/tables.ts";
import type { SaveStore } from "../save.ts";
import { binaryArray } from "./binary_array.ts";
import { sqlTypes } from "./column_types.ts";
import { kept, type Session } from "./driver.ts";
import { partsQueries } from "./queries.ts";
import { upsert } from "./upsert.ts";

/** What saving needs of PostgreSQL; each function runs inside the transaction of the caller. */
export function saveStore(session: Session, { careful = false } = {}): SaveStore {
  const ofSeries = "site_id = $1 and series = $2 and device_key = $3";
  const keyOf = ({ siteId, series, deviceKey }: SeriesKey) => [siteId, series, deviceKey];

  return {
    upsert: (batch, options) => upsert(session, batch, options, careful),

    parts(name, { siteId, from, to }) {
      const { sql, parameters } = partsQueries[name];
      const given: Record<string, Value> = { site_id: siteId, from_at: from, to_at: to };
      return session.records(sql, parameters.map((one) => given[one]!));
    },

    async timeZone(siteId) {
      const [found] = await session.rows(
        "select time_zone from sites where site_id = $1",
        [siteId],
        kept,
      );
      return (found?.[0] ?? null) as string | null;
    },

    async stretches(of, around) {
      const found = await session.rows(
        `select start_at, end_at, state, fetched_at from coverage
         where ${ofSeries} and start_at <= $4 and end_at >= $5 order by start_at`,
        [...keyOf(of), instantText(around.end), instantText(around.start)],
        kept,
      );
      return found.map(stretchOf);
    },

    async replaceStretches(of, old, now) {
      if (old.length > 0) {
        await session.run(
          `delete from coverage
           where ${ofSeries} and start_at = any ($4::timestamptz[])`,
          [...keyOf(of), binaryArray("instant", old.map((one) => instantText(one.interval.start)))],
          kept,
        );
      }
      if (now.length > 0) {
        await session.run(
          `insert into coverage (site_id, series, device_key, start_at, end_at, state, fetched_at)
           select $1::bigint, $2::text, $3::text, start_at, end_at, state, fetched_at
           from unnest(
             $4::timestamptz[], $5::timestamptz[], $6::text[],
             $7::timestamptz[]
           ) as fetched (start_at, end_at, state, fetched_at)`,
          [
            ...keyOf(of),
            binaryArray("instant", now.map((one) => instantText(one.interval.start))),
            binaryArray("instant", now.map((one) => instantText(one.interval.end))),
            binaryArray("text", now.map((one) => one.state)),
            binaryArray("instant", now.map((one) => instantText(one.fetchedAt))),
          ],
          kept,
        );
      }
    },

    async mark(of) {
      const names = factsOf("sync_metadata").columns.map((one) => one.name);
      const [found] = await session.rows(
        `select ${names.join(", ")} from sync_metadata where ${ofSeries}`,
        keyOf(of),
        kept,
      );
      return found ? Object.fromEntries(names.map((name, at) => [name, found[at]])) : null;
    },

    async putMark(of, row) {
      const { columns, key } = factsOf("sync_metadata");
      const data = columns.map((one) => one.name).filter((name) => !key.includes(name));
      const names = [...key, ...data];
      await session.run(
        `insert into sync_metadata (${names.join(", ")})
         values (${names.map((_, at) => `$${at + 1}`).join(", ")})
         on conflict (${key.join(", ")}) do update set
           ${data.map((name) => `${name} = excluded.${name}`).join(", ")}`,
        [...keyOf(of), ...data.map((name) => row[name] ?? null)],
        kept,
      );
    },

    async putRevisions(revisions, revisedAt) {
      // Of two revisions within a second the first holds the value that stood for longer.
      await session.run(
        `insert into revisions (table_name, row_key, revised_at, site_id, old_values)
         select table_name, row_key, $1::timestamptz, site_id, old_values
         from unnest($2::text[], $3::text[], $4::bigint[], $5::text[])
           as revised (table_name, row_key, site_id, old_values)
         on conflict do nothing`,
        [
          revisedAt,
          binaryArray("text", revisions.map((one) => one.table)),
          binaryArray("text", revisions.map((one) => jsonText(one.key))),
          binaryArray("integer", revisions.map((one) => one.key[0])),
          binaryArray("text", revisions.map((one) => jsonText(one.old))),
        ],
      );
    },

    readingsOf(table, siteId) {
      return session.rows(
        `select distinct ${seriesColumns(table).join(", ")} from ${table.name} where site_id = $1`,
        [siteId],
      );
    },

    async stamps(table, readings) {
      const found = await session.rows(
        `select timestamp, local_time from ${table.name}
         where ${equals(table)} order by timestamp`,
        readings,
      );
      return found.map(([timestamp, localTime]) => ({
        timestamp: timestamp as string,
        localTime: localTime as string,
      }));
    },

    async moveReadings(table, readings, moves) {
      const columns = table.columns.map((one) => one.name);
      const staying = moves.filter((one) => one.to !== null);
      // Through a copy, because a new instant may still be the old one of another row.
      // Neither that copy nor the list of moves has a key, unlike all else that is joined in a save.
      await session.script(
        `set local enable_hashjoin = on;
         create temporary table moving on commit drop as select * from ${table.name} where false`,
      );
      await session.run(
        `insert into moving select * from ${table.name} where ${equals(table)}`,
        readings,
      );
      await session.run(`delete from ${table.name} where ${equals(table)}`, readings);
      await session.run(
        `insert into ${table.name} (${columns.join(", ")})
         select ${columns.map((name) => name === "timestamp" ? "to_at" : name).join(", ")}
         from moving
         join unnest($1::timestamptz[], $2::timestamptz[]) as move (from_at, to_at)
           on from_at = timestamp
         order by to_at`,
        [
          binaryArray("instant", staying.map((one) => one.from)),
          binaryArray("instant", staying.map((one) => one.to)),
        ],
      );
      await session.script("drop table moving; set local enable_hashjoin = off");
    },

    async allStretches(siteId) {
      const found = await session.rows(
        `select start_at, end_at, state, fetched_at, series, device_key from coverage
         where site_id = $1 order by series, device_key, start_at`,
        [siteId],
      );
      const bySeries = Map.groupBy(found, (row) => JSON.stringify(row.slice(4)));
      return [...bySeries.values()].map((group) => ({
        of: { siteId, series: group[0][4] as string, deviceKey: group[0][5] as string },
        stretches: group.map(stretchOf),
      }));
    },

    async reckonLastUpdate(siteId, instantOf) {
      const [found] = await session.rows(
        "select last_update_local from sites where site_id = $1",
        [siteId],
      );
      if (typeof found?.[0] !== "string") return;
      await session.run(
        "update sites set last_update_at = $1 where site_id = $2",
        [instantOf(found[0]), siteId],
      );
    },

    async moveMarks(siteId, move) {
      for (const name of ["newest_data_at", "wanted_from"]) {
        const found = await session.rows(
          `select series, device_key, ${name} from sync_metadata
           where site_id = $1 and ${name} is not null`,
          [siteId],
        );
        for (const [series, deviceKey, instant] of found) {
          await session.run(
            `update sync_metadata set ${name} = $4 where ${ofSeries}`,
            [siteId, series, deviceKey, move(instant as string)],
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

function equals(table: Table): string {
  return seriesColumns(table).map((name, at) => {
    const { type } = table.columns.find((one) => one.name === name)!;
    return `${name} = $${at + 1}::${sqlTypes[type]}`;
  }).join(" and ");
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
