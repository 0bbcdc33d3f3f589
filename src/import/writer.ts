import type { Database, Delivery } from "../database/database.ts";
import type { Rank } from "../database/rewrites.ts";
import { instantOf, lengthOf, type Range, without } from "../model/coverage.ts";
import type { TableRows } from "../model/harvest.ts";
import { instantText } from "../model/site_time.ts";
import type { ImportedSource } from "../model/sources.ts";
import { table as factsOf } from "../model/tables.ts";
import { ImportedAttributes } from "./attributes.ts";
import type { Covered, ImportEvent } from "./event.ts";
import type { ReportBuilder } from "./report.ts";
import { firstOfEachKey, fittingRows } from "./fitting.ts";
import { Preview } from "./preview.ts";
import { sortedBySharing } from "./sharing.ts";
import { countDiffering, storedRowsOf } from "./stored.ts";

/** How an import writes. */
export interface WriterOptions {
  /** Null: there is none yet, and nothing is to be written. */
  readonly database: Database | null;
  readonly isDryRun: boolean;
  /** Nothing counts as fetched. */
  readonly distrust: boolean;
  readonly now: Temporal.Instant;
}

/** The portal rounds its means. */
const portalTolerance = 0.01;

/** Writes what readers hand over, each event in a transaction of its own, and counts. */
export class ImportWriter implements AsyncDisposable {
  #preview: Preview | null = null;
  readonly #attributes: ImportedAttributes;
  readonly #covered = new Map<number, Map<string, Range[]>>();

  constructor(readonly options: WriterOptions) {
    const { database, isDryRun, now } = options;
    this.#attributes = new ImportedAttributes(database, isDryRun, now);
  }

  /** Throws DatabaseError. */
  async take(event: ImportEvent, source: ImportedSource, report: ReportBuilder): Promise<void> {
    switch (event.kind) {
      case "rows":
        return await this.#takeRows(
          source === "python-tool"
            ? fittingRows(event.rows, (why) => report.bad(null, why))
            : event.rows,
          event.rank,
          source,
          report,
        );
      case "covered":
        return await this.#takeCovered(event, source, report);
      case "note":
        return report.note(event.text);
      case "dropped":
        return report.drop(event.what, event.count, event.why, event.isTrouble ?? false);
      case "bad":
        return report.bad(event.line, event.text);
    }
  }

  async #takeRows(
    rows: TableRows,
    rank: Rank,
    source: ImportedSource,
    report: ReportBuilder,
  ): Promise<void> {
    if (rows.rows.length === 0) return;
    const counts = report.table(rows.table);
    const { kind } = factsOf(rows.table);
    const taken = kind === "attributes"
      ? await this.#attributes.take(rows)
      : await this.#takeReadings(rows, rank, source);
    counts.rows += rows.rows.length;
    counts.inserted += taken.inserted;
    counts.changed += taken.changed;
    counts.unchanged += taken.unchanged;
    counts.differing += taken.differing;
    const time = Math.max(
      rows.columns.indexOf("timestamp"),
      rows.columns.indexOf("reading_date"),
    );
    if (time < 0) return;
    for (const row of rows.rows) {
      const text = row[time] as string;
      if (counts.first === null || text < counts.first) counts.first = text;
      if (counts.last === null || text > counts.last) counts.last = text;
    }
  }

  async #takeReadings(rows: TableRows, rank: Rank, source: ImportedSource) {
    const { now } = this.options;
    const database = await this.#target(rows);
    const single = firstOfEachKey(rows);
    const given = { ...rows, rows: single };
    const stored = await storedRowsOf(database, given);
    const { plain, shared, sent } = sortedBySharing(given, stored, source, instantText(now));
    const delivery = (rank: Rank, source: string, harvest: TableRows): Delivery => ({
      ...{ source, series: "import", dataType: "power", harvest: { rows: [harvest] } },
      ...{ ranges: [], marks: [], fetchedAt: now, rank },
    });
    let { inserted, changed } = await database.save(
      delivery(rank, source, { ...rows, rows: plain }),
    );
    if (shared.length > 0) changed += await database.write({ table: rows.table, rows: shared });
    for (const [api, some] of sent) {
      changed += (await database.save(delivery("answer", api, some))).changed;
    }
    const tolerance = source === "portal-csv" ? portalTolerance : 0;
    const differing = inserted === rows.rows.length
      ? 0
      : await countDiffering(database, rows, tolerance);
    return { inserted, changed, unchanged: rows.rows.length - inserted - changed, differing };
  }

  /** The harvest, or where nothing is to be stored a throw-away copy of what it holds of these rows. */
  async #target(rows: TableRows): Promise<Database> {
    const { database, isDryRun } = this.options;
    if (database !== null && !isDryRun) return database;
    this.#preview ??= await Preview.open(database);
    await this.#preview.bring(rows);
    return this.#preview.database;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#preview?.[Symbol.asyncDispose]();
  }

  /** What is already known to be fetched stays as it is. */
  async #takeCovered(one: Covered, source: ImportedSource, report: ReportBuilder): Promise<void> {
    const { database, isDryRun, distrust } = this.options;
    if (distrust) return;
    const known = await this.#knownOf(one);
    const fresh = without(one.ranges, known);
    report.coveredSeconds += lengthOf(fresh);
    if (fresh.length === 0) return;
    known.push(...fresh);
    if (isDryRun || database === null) return;
    await database.save({
      source,
      series: one.series,
      dataType: one.dataType,
      harvest: { rows: [] },
      ranges: fresh.map((range) => ({
        ...range,
        siteId: one.siteId,
        deviceKey: one.deviceKey,
        state: "covered",
      })),
      marks: [],
      fetchedAt: instantOf(one.fetchedAt),
    });
  }

  async #knownOf({ siteId, series, deviceKey }: Covered): Promise<Range[]> {
    const { database } = this.options;
    const key = (series: string, deviceKey: string) => JSON.stringify([series, deviceKey]);
    let bySeries = this.#covered.get(siteId);
    if (!bySeries) {
      bySeries = new Map();
      this.#covered.set(siteId, bySeries);
      const { coverage } = database === null ? { coverage: [] } : await database.known([siteId]);
      for (const one of coverage) {
        if (one.state !== "covered") continue;
        const name = key(one.series, one.deviceKey);
        if (!bySeries.has(name)) bySeries.set(name, []);
        bySeries.get(name)!.push({ start: one.start, end: one.end });
      }
    }
    const name = key(series, deviceKey);
    let known = bySeries.get(name);
    if (!known) bySeries.set(name, known = []);
    return known;
  }
}
