import type { Database, Delivery } from "../database/database.ts";
import type { Rank } from "../database/rewrites.ts";
import { instantOf, lengthOf, type Range, without } from "../model/coverage.ts";
import type { TableRows } from "../model/harvest.ts";
import { instantText } from "../model/site_time.ts";
import type { ImportedSource } from "../model/sources.ts";
import type { TableName, Value } from "../model/table.ts";
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

/** Who writes: rows that name their own source, or rows of the source that is read. */
interface Writing {
  readonly report: ReportBuilder;
  readonly namesSource: boolean;
}

/** The portal rounds its means. */
const portalTolerance = 0.01;

/** Writes what readers hand over, each event in a transaction of its own, and counts. */
export class ImportWriter implements AsyncDisposable {
  #preview: Preview | null = null;
  readonly #attributes: ImportedAttributes;
  /** By table and site whose rows alone are there; null: those of several. */
  readonly #writers = new Map<string, Writing | null>();
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
      : await this.#takeReadings(rows, rank, source, report);
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

  async #takeReadings(
    rows: TableRows,
    rank: Rank,
    source: ImportedSource,
    report: ReportBuilder,
  ) {
    const { now } = this.options;
    const isAlone = await this.#isAlone(rows, report);
    const database = await this.#target(isAlone ? null : rows);
    const single = firstOfEachKey(rows);
    const given = { ...rows, rows: single };
    // Where every stored row is of this source, there is no other's value to find, and looking would take
    // time.
    const stored = isAlone ? new Map() : await storedRowsOf(database, given);
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

  /** Whether all that is stored of these sites in this table has come from this source, by now. */
  async #isAlone({ table, columns, rows }: TableRows, report: ReportBuilder): Promise<boolean> {
    const at = columns.indexOf("site_id");
    // A file that seh and the Python tool share has rows of both.
    const namesSource = columns.includes("source");
    let isAlone = true;
    let last: Value = null;
    for (const row of rows) {
      if (row[at] === last) continue;
      last = row[at];
      const key = `${table} ${last}`;
      const before = this.#writers.get(key);
      const isFree = before === undefined && !await this.#hasRows(table, Number(last));
      if (isFree) this.#writers.set(key, { report, namesSource });
      else if (before?.report !== report || before.namesSource !== namesSource) {
        this.#writers.set(key, null);
        isAlone = false;
      }
    }
    return isAlone;
  }

  async #hasRows(table: TableName, siteId: number): Promise<boolean> {
    if (this.options.database === null) return false;
    for await (const page of this.options.database.read({ table, siteIds: [siteId] })) {
      return page.length > 0;
    }
    return false;
  }

  /** The harvest, or where nothing is to be stored a throw-away copy of what it holds of these rows. */
  async #target(rows: TableRows | null): Promise<Database> {
    const { database, isDryRun } = this.options;
    if (database !== null && !isDryRun) return database;
    this.#preview ??= await Preview.open(database);
    if (rows !== null) await this.#preview.bring(rows);
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
