import { type FetchedStretch, mergeStretches, type SeriesKey } from "../model/coverage.ts";
import { isEmpty } from "../model/interval.ts";
import { instantText, resolveLabels } from "../model/site_time.ts";
import type { Table, Value } from "../model/table.ts";
import { tables } from "../model/tables.ts";
import type { Awaitable } from "./awaitable.ts";
import type { Rezoned } from "./database.ts";

/** The key of one series of readings: the values of its table's key without the instant. */
export type ReadingsKey = readonly Value[];

/** A reading at its old instant; `to` is null when it has no place in the new zone. */
export interface Move {
  readonly from: string;
  readonly to: string | null;
}

/** What a dialect does when a site's zone is corrected. */
export interface RezoneStore {
  /** The series of readings that a site has in a table. */
  readingsOf(table: Table, siteId: number): Awaitable<readonly ReadingsKey[]>;
  /** Instant and wall clock of each reading of a series, in the order of the instants. */
  stamps(
    table: Table,
    readings: ReadingsKey,
  ): Awaitable<readonly { timestamp: string; localTime: string }[]>;
  /** Gives each reading of a series its new instant; instants of a series may trade places. */
  moveReadings(table: Table, readings: ReadingsKey, moves: readonly Move[]): Awaitable<void>;
  allStretches(
    siteId: number,
  ): Awaitable<readonly { of: SeriesKey; stretches: readonly FetchedStretch[] }[]>;
  replaceStretches(
    of: SeriesKey,
    old: readonly FetchedStretch[],
    now: readonly FetchedStretch[],
  ): Awaitable<void>;
  /** Sets `last_update_at` of the site from `last_update_local`. */
  reckonLastUpdate(siteId: number, instantOf: (localTime: string) => string): Awaitable<void>;
  /** Rewrites the instants of the site's marks that were reckoned from wall clocks. */
  moveMarks(siteId: number, move: (instant: string) => string): Awaitable<void>;
}

/**
 * Rebuilds the instants of a site from the wall clocks that the API gave, after its zone has turned out
 * to be another one: readings, coverage, last update and marks. `updated_at` stays: no value differs.
 */
export async function rezoneSite(
  store: RezoneStore,
  siteId: number,
  from: string,
  to: string,
): Promise<Rezoned> {
  let moved = 0, dropped = 0;
  for (const table of tables.filter(hasWallClock)) {
    for (const readings of await store.readingsOf(table, siteId)) {
      const moves = movesTo(await store.stamps(table, readings), to);
      const changed = moves.filter((one) => one.to !== one.from);
      if (changed.length === 0) continue;
      await store.moveReadings(table, readings, moves);
      dropped += changed.filter((one) => one.to === null).length;
      moved += changed.filter((one) => one.to !== null).length;
    }
  }

  const move = (instant: Temporal.Instant) =>
    instant.toZonedDateTimeISO(from).toPlainDateTime().toZonedDateTime(to).toInstant();
  for (const { of, stretches } of await store.allStretches(siteId)) {
    const there = stretches
      .map((one) => ({
        ...one,
        interval: { start: move(one.interval.start), end: move(one.interval.end) },
      }))
      .filter((one) => !isEmpty(one.interval));
    await store.replaceStretches(of, stretches, mergeStretches([], there));
  }
  await store.reckonLastUpdate(
    siteId,
    (localTime) =>
      instantText(Temporal.PlainDateTime.from(localTime).toZonedDateTime(to).toInstant()),
  );
  await store.moveMarks(siteId, (text) => instantText(move(Temporal.Instant.from(text))));
  return { siteId, from, to, moved, dropped };
}

function hasWallClock(table: Table): boolean {
  // A snapshot's instant is that of its receipt, not reckoned from a wall clock.
  return table.kind === "readings" && table.key.includes("interval_s");
}

function movesTo(
  stamps: readonly { timestamp: string; localTime: string }[],
  timeZone: string,
): Move[] {
  const resolved = resolveLabels(stamps.map((one) => one.localTime), timeZone);
  const taken = new Set<string>();
  return stamps.map(({ timestamp }, at) => {
    const label = resolved[at];
    const to = label.ok ? instantText(label.stamp.instant) : null;
    if (to === null || taken.has(to)) return { from: timestamp, to: null };
    taken.add(to);
    return { from: timestamp, to };
  });
}
