import { instantText, localText, resolveLabels } from "../../model/site_time.ts";
import {
  type ImportContext,
  type ImportEvent,
  type ImportReader,
  ImportRefusal,
} from "../event.ts";
import { TimeLimits } from "../cells.ts";
import { SiteClock } from "../site_clock.ts";
import { type PortalChoice, type PortalFile, readPortalFile } from "./file.ts";
import { type Place, placeColumns } from "./place.ts";
import { bucketRows, dayRows, type Placed } from "./rows.ts";

/** What a person has said about the files of the portal. */
export interface PortalOptions extends PortalChoice {
  /** None: the only site of the harvest. */
  readonly siteId: number | null;
  readonly serial: string | null;
  readonly now: Temporal.Instant;
}

/** Opens and understands a file of the portal. Throws ImportRefusal. */
export async function portalReader(
  path: string,
  separator: string,
  options: PortalOptions,
): Promise<ImportReader> {
  const file = await readPortalFile(path, separator, options, options.now);
  const last = [...file.times.labels].sort().at(-1)!;
  return {
    what: "a CSV file of SolarEdge's portal",
    source: "portal-csv",
    // Of two files about the same time, the one that reaches further knows it better.
    order: 3 - Date.parse(`${last}Z`) / 1e13,
    expected: file.rows.length,
    read: (context) => read(file, options, context),
    close: () => Promise.resolve(),
  };
}

async function* read(
  file: PortalFile,
  options: PortalOptions,
  context: ImportContext,
): AsyncGenerator<ImportEvent> {
  await Promise.resolve();
  const siteId = siteOf(options, context);
  const { times } = file;
  const site = {
    siteId,
    name: context.siteNames.get(siteId) ?? null,
    devices: context.devices.filter((one) => one.siteId === siteId),
    meters: context.meters.filter((one) => one.siteId === siteId),
    serial: options.serial,
  };
  const shape = { isDays: times.isDays, isDashboard: file.isDashboard };
  const places = placeColumns(file.columns, shape, site);
  for (const name of file.unknown) {
    yield { kind: "note", text: withoutUnit(name) };
  }
  for (const [at, place] of places.entries()) {
    if (typeof place === "string") yield { kind: "note", text: leftOut(file, at, place) };
  }
  if (places.every((one) => typeof one === "string")) {
    const why = [
      ...file.unknown.map(withoutUnit),
      ...file.columns.map((_, at) => leftOut(file, at, places[at])),
    ];
    throw new ImportRefusal(`cannot be imported: ${why.join("; ") || "it has one column only"}.`);
  }
  for (const one of file.bad) yield { kind: "bad", ...one };
  refuseMixedSigns(file, places);
  if (!context.siteNames.has(siteId)) {
    yield {
      kind: "note",
      text: `the database does not know site ${siteId} yet. Its name, zone and devices come with ` +
        "the next sync",
    };
  }
  const limits = new TimeLimits(context.now);
  const early: number[] = [];
  const kept = withoutRepeats(file).filter((at) => {
    const why = limits.refusal(times.labels[at]);
    if (why === null) return true;
    early.push(at);
    return false;
  });
  for (const at of early) {
    if (file.rows[at].every((one) => one === null)) continue;
    yield { kind: "bad", line: file.lines[at], text: limits.refusal(times.labels[at])! };
  }
  yield* times.isDays
    ? dayRows(file, kept, places, siteId, context)
    : buckets(file, kept, places, siteId, context);
}

function withoutUnit(name: string): string {
  return `column ${JSON.stringify(name)} is left out: it has no unit`;
}

function leftOut({ columns }: PortalFile, at: number, why: Place | string): string {
  return `column ${JSON.stringify(columns[at].header)} is left out: ${why}`;
}

function siteOf({ siteId }: PortalOptions, { siteNames }: ImportContext): number {
  if (siteId !== null) return siteId;
  const known = [...siteNames.keys()];
  if (known.length === 1) return known[0];
  throw new ImportRefusal(
    known.length === 0
      ? "names no site, and the database knows none. Say which one it is: --site NUMBER"
      : `names no site, and the database knows ${known.length}. Say which one it is: --site NUMBER`,
  );
}

/** A magnitude that is written with both signs means something that is not known. */
function refuseMixedSigns({ rows, columns }: PortalFile, places: readonly (Place | string)[]) {
  for (const [at, place] of places.entries()) {
    if (typeof place === "string" || !place.isMagnitude) continue;
    const values = rows.map((row) => row[at] ?? 0);
    if (values.some((one) => one < 0) && values.some((one) => one > 0)) {
      throw new ImportRefusal(
        `has numbers above and below zero in ${JSON.stringify(columns[at].header)}; what they ` +
          "mean is not known.",
      );
    }
  }
}

/**
 * The rows without those that repeat a label with the same values. In quarter-hours the same label twice may be
 * the hour that the clock shows twice, which only the zone shows. Throws ImportRefusal for two rows of a day
 * that differ.
 */
function withoutRepeats(file: PortalFile): number[] {
  const { times, rows, lines } = file;
  const first = new Map<string, number>();
  const kept: number[] = [];
  for (const [at, label] of times.labels.entries()) {
    const other = first.get(label);
    if (other !== undefined && times.isDays) {
      if (rows[other].join() === rows[at].join()) continue;
      throw new ImportRefusal(
        `has ${label.slice(0, 10)} twice, with different values, in lines ${lines[other]} and ` +
          `${lines[at]}.`,
      );
    }
    first.set(label, at);
    kept.push(at);
  }
  return kept;
}

function* buckets(
  file: PortalFile,
  kept: readonly number[],
  places: readonly (Place | string)[],
  siteId: number,
  context: ImportContext,
): Generator<ImportEvent> {
  const zone = context.zoneOf(siteId);
  if (zone === null) {
    throw new ImportRefusal(
      `belongs to site ${siteId}, whose time zone is not known. Say it: --time-zone Europe/Berlin`,
    );
  }
  const { labels } = file.times;
  const clock = new SiteClock(zone);
  const order = pairsApart(kept, labels, clock);
  const resolved = resolveLabels(order.map((at) => labels[at]), zone);
  const placed: { at: number; timestamp: string; local: string }[] = [];
  const byLabel = new Map<string, number>();
  for (const [position, at] of order.entries()) {
    const label = resolved[position];
    const isEmpty = file.rows[at].every((one) => one === null);
    if (label.ok) {
      byLabel.set(labels[at], at);
      const { instant, local } = label.stamp;
      placed.push({ at, timestamp: instantText(instant), local: localText(local) });
    } else if (label.problem === "duplicate") {
      const other = byLabel.get(labels[at])!;
      if (file.rows[other].join() === file.rows[at].join()) continue;
      throw new ImportRefusal(
        `has ${labels[at].replace("T", " ")} twice, with different values, in lines ` +
          `${file.lines[other]} and ${file.lines[at]}.`,
      );
    } else if (!isEmpty) {
      yield {
        kind: "bad",
        line: file.lines[at],
        text: `the clock of the site never showed ${labels[at].replace("T", " ")}`,
      };
    }
  }
  yield* doubtful(placed, clock, labels);
  placed.sort((a, b) => a.timestamp < b.timestamp ? -1 : 1);
  // The file of a day that is not over may have rows for the rest of it.
  const now = instantText(context.now);
  const begun = placed.filter(({ timestamp }) => timestamp <= now);
  for (const { at, timestamp } of placed) {
    if (timestamp <= now || file.rows[at].every((one) => one === null)) continue;
    yield { kind: "bad", line: file.lines[at], text: `${labels[at]} lies in the future` };
  }
  yield* bucketRows(file, begun, places, siteId, clock, context);
}

/** Says that an hour which the clock shows twice stands in the file once. */
function* doubtful(
  placed: readonly Placed[],
  clock: SiteClock,
  labels: readonly string[],
): Generator<ImportEvent> {
  const twice = Map.groupBy(
    placed.filter(({ at }) => clock.moments(labels[at]).length > 1),
    ({ local }) => local,
  );
  const once = [...twice.values()].filter((one) => one.length === 1);
  if (once.length === 0) return;
  yield {
    kind: "note",
    text:
      `${once[0][0].local.slice(0, 10)}: the clock showed an hour twice, the file has it once. ` +
      `${once.length} values stand at the first time and count as not fetched.`,
  };
}

/** A file sorted by label has each label of a repeated hour twice in a row: the first ones, then the second ones. */
function pairsApart(
  kept: readonly number[],
  labels: readonly string[],
  clock: SiteClock,
): number[] {
  const result: number[] = [];
  for (let place = 0; place < kept.length;) {
    const isPair = (at: number) =>
      at + 1 < kept.length && labels[kept[at]] === labels[kept[at + 1]] &&
      clock.moments(labels[kept[at]]).length > 1;
    if (!isPair(place)) {
      result.push(kept[place++]);
      continue;
    }
    const [first, second]: [number[], number[]] = [[], []];
    for (; isPair(place); place += 2) {
      first.push(kept[place]);
      second.push(kept[place + 1]);
    }
    result.push(...first, ...second);
  }
  return result;
}
