import { type FetchedRange, secondOf, type SeriesKey, textOfSecond } from "../../model/coverage.ts";
import type { Column, Value } from "../../model/table.ts";
import { table as factsOf } from "../../model/tables.ts";
import { removal, selection } from "../chosen_rows.ts";
import { wholeRows } from "../row_batch.ts";
import type { SaveStore } from "../save.ts";
import { binaryArray } from "./binary_array.ts";
import { sqlTypes } from "./column_types.ts";
import { kept, type Session } from "./driver.ts";
import { partsQueries } from "./queries.ts";
import { upsert } from "./upsert.ts";
import { writeRows } from "./write.ts";

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

    async ranges(of, around) {
      const found = await session.rows(
        `select start_at, end_at, state, fetched_at, reported_at, tries from coverage
         where ${ofSeries} and start_at <= $4 and end_at >= $5 order by start_at`,
        [...keyOf(of), textOfSecond(around.end), textOfSecond(around.start)],
        kept,
      );
      return found.map(rangeOf);
    },

    async replaceRanges(of, old, now) {
      if (old.length > 0) {
        await session.run(
          `delete from coverage
           where ${ofSeries} and start_at = any ($4::timestamptz[])`,
          [...keyOf(of), binaryArray("instant", old.map((one) => textOfSecond(one.start)))],
          kept,
        );
      }
      if (now.length > 0) {
        await session.run(
          `insert into coverage
             (site_id, series, device_key, start_at, end_at, state, fetched_at, reported_at, tries)
           select
             $1::bigint, $2::text, $3::text, start_at, end_at, state, fetched_at, reported_at, tries
           from unnest(
             $4::timestamptz[], $5::timestamptz[], $6::text[],
             $7::timestamptz[], $8::timestamptz[], $9::bigint[]
           ) as fetched (start_at, end_at, state, fetched_at, reported_at, tries)`,
          [
            ...keyOf(of),
            binaryArray("instant", now.map((one) => textOfSecond(one.start))),
            binaryArray("instant", now.map((one) => textOfSecond(one.end))),
            binaryArray("text", now.map((one) => one.state)),
            binaryArray("instant", now.map((one) => textOfSecond(one.fetchedAt))),
            binaryArray(
              "instant",
              now.map(({ reportedAt }) => reportedAt === null ? null : textOfSecond(reportedAt)),
            ),
            binaryArray("integer", now.map(({ tries }) => tries === 0 ? null : tries)),
          ],
          kept,
        );
      }
    },

    async devicesOf(siteId, series) {
      const found = await session.rows(
        "select distinct device_key from coverage where site_id = $1 and series = $2",
        [siteId, series],
        kept,
      );
      return found.map(([deviceKey]) => deviceKey as string);
    },

    async putSpent(spent, forgetBefore) {
      await session.run(
        "delete from spending where hour_at < $1",
        [textOfSecond(forgetBefore)],
        kept,
      );
      for (const { bucket, hour, purpose, requests } of spent) {
        await session.run(
          `insert into spending (bucket, hour_at, purpose, requests) values ($1, $2, $3, $4)
           on conflict (bucket, hour_at, purpose) do update set
             requests = spending.requests + excluded.requests`,
          [bucket, textOfSecond(hour), purpose, requests],
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

    select(table, names, chosen) {
      const { sql, parameters } = selection(table, names, chosen, placeholder);
      return session.rows(sql, parameters.map((one) => one.value));
    },

    async remove(table, chosen) {
      const { sql, parameters } = removal(table, chosen, placeholder);
      await session.run(sql, parameters.map((one) => one.value));
    },

    write: (given) => writeRows(session, wholeRows(given)),
  };
}

function placeholder(number: number, { type }: Column): string {
  return `$${number}::${sqlTypes[type]}`;
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
