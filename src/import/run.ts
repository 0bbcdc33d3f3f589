import { breathing } from "../database/breathing.ts";
import type { Database } from "../database/database.ts";
import { refusalOf } from "./cannot_read.ts";
import {
  type ImportContext,
  type ImportDevice,
  type ImportEvent,
  type ImportMeter,
  type ImportReader,
  ImportRefusal,
} from "./event.ts";
import { ReportBuilder, type SourceReport } from "./report.ts";
import { ImportWriter, type WriterOptions } from "./writer.ts";

/** A source with the name that the person gave it. */
export interface NamedReader {
  readonly name: string;
  readonly reader: ImportReader;
}

export interface ImportOptions extends WriterOptions {
  /** For sites whose zone neither the harvest nor the source knows. */
  readonly timeZone: string | null;
  /** Zones that a person has set for sites: they stand above all others. */
  readonly siteTimeZones: ReadonlyMap<number, string>;
  readonly signal: AbortSignal;
  readonly onProgress: (name: string, rows: number, expected: number | null) => void;
}

/**
 * Reads the sources one after another and writes what they give; what was written stays when it is interrupted,
 * and reading again changes nothing of it. Where a source cannot be imported, its report says why. Throws
 * DatabaseError and the signal's reason.
 */
export async function runImport(
  sources: readonly NamedReader[],
  options: ImportOptions,
): Promise<SourceReport[]> {
  const { signal, onProgress } = options;
  const context = await contextOf(options.database, options);
  await using writer = new ImportWriter(options);
  const reports: SourceReport[] = [];
  const breathe = breathing();
  for (const { name, reader } of sources.toSorted((a, b) => a.reader.order - b.reader.order)) {
    const report = new ReportBuilder(name, reader.what);
    let rows = 0;
    try {
      for await (const event of orRefused(reader.read(context))) {
        signal.throwIfAborted();
        await writer.take(event, reader.source, report);
        if (event.kind === "rows") rows += event.rows.rows.length;
        onProgress(name, rows, reader.expected);
        await breathe();
      }
    } catch (error) {
      // The others are not to blame.
      if (!(error instanceof ImportRefusal)) throw error;
      report.refusal = error.message;
    }
    reports.push(report.build());
  }
  return reports;
}

/** What the source gives; where it cannot be read, that is said of it, and the others go on. */
async function* orRefused(events: AsyncIterable<ImportEvent>): AsyncGenerator<ImportEvent> {
  try {
    yield* events;
  } catch (error) {
    throw refusalOf(error) ?? error;
  }
}

async function contextOf(
  database: Database | null,
  { now, timeZone, siteTimeZones }: Pick<ImportOptions, "now" | "timeZone" | "siteTimeZones">,
): Promise<ImportContext> {
  const known = database === null ? { sites: [] } : await database.known();
  const zones = new Map(known.sites.map((one) => [one.siteId, one.timeZone]));
  const siteNames = new Map(known.sites.map((one) => [one.siteId, one.name]));
  const devices: ImportDevice[] = database === null ? [] : await devicesOf(database);
  const meters: ImportMeter[] = database === null ? [] : await metersOf(database);
  return {
    now,
    zoneOf: (siteId) => siteTimeZones.get(siteId) ?? zones.get(siteId) ?? timeZone,
    learnZone(siteId, zone) {
      if (!zones.get(siteId)) zones.set(siteId, zone);
      if (!siteNames.has(siteId)) siteNames.set(siteId, null);
    },
    devices,
    meters,
    learnDevice(device) {
      const isKnown = devices.some((one) =>
        one.siteId === device.siteId && one.deviceKey === device.deviceKey
      );
      if (!isKnown) devices.push(device);
    },
    claims: new Map(),
    siteNames,
  };
}

async function devicesOf(database: Database): Promise<ImportDevice[]> {
  const devices: ImportDevice[] = [];
  for await (const page of database.read({ table: "equipment" })) {
    for (const [siteId, deviceKey, , category, name] of page) {
      devices.push({
        siteId: Number(siteId),
        deviceKey: String(deviceKey),
        name: name === null ? null : String(name),
        category: category === null ? null : String(category),
      });
    }
  }
  return devices;
}

async function metersOf(database: Database): Promise<ImportMeter[]> {
  const meters: ImportMeter[] = [];
  for await (const page of database.read({ table: "meters" })) {
    for (const [siteId, deviceKey, meterType] of page) {
      meters.push({
        siteId: Number(siteId),
        deviceKey: String(deviceKey),
        meterType: String(meterType),
      });
    }
  }
  return meters;
}
