import type { Rank } from "../../database/rewrites.ts";
import type { PythonPrefix, PythonTable } from "../../model/python_tool.ts";
import { readTimeZone } from "../../model/time_zone.ts";
import type { TableName, Value } from "../../model/table.ts";
import { epochOf } from "../../model/coverage.ts";
import { textOfSecond } from "../../model/site_time.ts";
import type { ImportContext, ImportEvent } from "../event.ts";
import { TimeLimits } from "../cells.ts";
import { SiteClock, wallOf } from "../site_clock.ts";
import { misfitOf, type Misfits } from "./misfits.ts";
import type { Columns, PythonDatabase, PythonRow } from "./database.ts";

/** One set of the tool's tables while it is read. */
export interface PythonSet {
  readonly database: PythonDatabase;
  readonly prefix: PythonPrefix;
  readonly rank: Rank;
  readonly context: ImportContext;
  readonly clocks: SiteClocks;
  readonly computer: ComputerClock;
  /** The last successful sync of each site and data type, by the clock of the computer. */
  readonly lastSyncs: ReadonlyMap<string, string>;
  /** Rows that hold what they cannot. */
  readonly misfits: Misfits;
}

/**
 * Rows of one table of the set; those that hold what they cannot are left out, and reported where `misfits` are
 * kept.
 */
export async function* rowsOf(
  set: Pick<PythonSet, "database" | "prefix" | "context"> & { readonly misfits?: Misfits },
  table: PythonTable,
  columns: Columns,
): AsyncGenerator<PythonRow[]> {
  const limits = new TimeLimits(set.context.now);
  for await (const page of set.database.rows(set.prefix, table, columns)) {
    yield page.filter((row) => {
      const why = misfitOf(row, table, columns, limits);
      if (why !== null) set.misfits?.add(`${set.prefix}${table}`, Number(row.id), why);
      return why === null;
    });
  }
}

/** Rows of ours as an event; the columns are those of the first. None for no rows. */
export function* given(
  { rank }: Pick<PythonSet, "rank">,
  table: TableName,
  objects: readonly Readonly<Record<string, Value>>[],
): Generator<ImportEvent> {
  if (objects.length === 0) return;
  const columns = Object.keys(objects[0]);
  const rows = objects.map((one) => columns.map((name) => one[name]));
  yield { kind: "rows", rows: { table, columns, rows }, rank };
}

/**
 * When data of a type were last fetched for a site, in epoch seconds; the time of the import where the tool
 * does not say.
 */
export function lastSync(set: PythonSet, siteId: number, dataType: string): number {
  const wall = set.lastSyncs.get(`${siteId} ${dataType}`);
  const clock = set.clocks.of(siteId);
  return wall === undefined ? epochOf(set.context.now) : set.computer.instant(wall, clock);
}

/** The same as text. */
export function lastSyncText(set: PythonSet, siteId: number, dataType: string): string {
  return textOfSecond(lastSync(set, siteId, dataType));
}

/** The wall clocks of the sites, and what could not be placed for want of a zone. */
export class SiteClocks {
  readonly #clocks = new Map<number, SiteClock | null>();
  readonly unplaced = new Map<number, number>();

  constructor(readonly context: ImportContext) {}

  of(siteId: number): SiteClock | null {
    let clock = this.#clocks.get(siteId);
    if (clock === undefined) {
      const zone = this.context.zoneOf(siteId);
      clock = zone === null ? null : new SiteClock(zone);
      this.#clocks.set(siteId, clock);
    }
    return clock;
  }

  /** The clock of a site; null counts a row that has no place in time. */
  place(siteId: number): SiteClock | null {
    const clock = this.of(siteId);
    if (clock === null) this.unplaced.set(siteId, (this.unplaced.get(siteId) ?? 0) + 1);
    return clock;
  }
}

/** Learns the zones of the sites from the tool's own table. */
export async function learnZones(
  set: Pick<PythonSet, "database" | "prefix" | "context">,
): Promise<void> {
  for await (const page of rowsOf(set, "sites", { timezone: "plain" })) {
    for (const { id, timezone } of page) {
      const zone = typeof timezone === "string" ? readTimeZone(timezone) : null;
      if (zone !== null) set.context.learnZone(Number(id), zone);
    }
  }
}

/** The clock of the computer that ran the tool, as far as its rows show it. Times in epoch seconds. */
export class ComputerClock {
  readonly #offsets: { readonly wall: number; readonly offset: number }[] = [];

  /** At this wall clock the computer was so many seconds ahead of UTC. */
  learn(wall: number, offset: number): void {
    this.#offsets.push({ wall, offset });
  }

  /**
   * The moment of a wall clock of the computer; where the rows show nothing of its zone, that of the site is
   * taken.
   */
  instant(label: string, site: SiteClock | null): number {
    const wall = wallOf(label);
    let nearest: { readonly wall: number; readonly offset: number } | null = null;
    for (const one of this.#offsets) {
      if (nearest === null || Math.abs(one.wall - wall) < Math.abs(nearest.wall - wall)) {
        nearest = one;
      }
    }
    if (nearest !== null) return wall - nearest.offset;
    return site?.moments(label)[0] ?? wall;
  }
}
