import type { Absence, AnsweredRange, Note, ShareFactor } from "../../model/harvest.ts";
import { compareInstants } from "../../model/interval.ts";
import { instantText, localText } from "../../model/site_time.ts";
import type { Value } from "../../model/table.ts";
import {
  absence,
  type Asked,
  isObject,
  type Json,
  kindOf,
  leftOut,
  leftoverNotes,
  objectEnvelope,
  objectsIn,
  onlySite,
  without,
} from "../answer/answer_body.ts";
import { type AskedSite, askedSite } from "../answer/asked_site.ts";
import { nameOf } from "../answer/device_keys.ts";
import { isFilled, type Placed } from "../answer/placed_series.ts";
import { rounded } from "../answer/rounding.ts";
import { type ShareScale, shareScale } from "../answer/share_scale.ts";
import { shown, shownJson } from "../answer/shown.ts";
import { elsewhereNotes, lengthSeconds, type Slot } from "../answer/slot_state.ts";
import { readTimeUnit, type TimeUnit, timeUnits } from "../answer/time_unit.ts";
import { factorOf, isOpenShare, type Quantity } from "../answer/units.ts";
import { wordKey } from "../answer/words.ts";
import { keptSlots, placeBuckets, quarterHourRanges, reportingSite } from "./series.ts";

/** What one kind of device measures: the vendor's name of a metric, and its quantity. */
export interface Metric {
  readonly name: string;
  readonly quantity: Quantity;
  readonly stampedAtEnd?: true;
}

/** One device of an answer; the values of a slot in the order of the metrics. */
export interface MeasuredDevice {
  readonly serialNumber: string;
  /** The names of the metrics that it has. */
  readonly metrics: readonly string[];
  /** Slots of one moment may differ in length: each metric may have a resolution of its own. */
  readonly slots: readonly Slot[];
}

/** An answer for all devices of a kind. */
export interface Telemetry {
  readonly site: AskedSite;
  readonly devices: readonly MeasuredDevice[];
  readonly ranges: readonly AnsweredRange[];
  readonly notes: readonly Note[];
  /** What the values have shown of the shares of this site. */
  readonly shareFactor?: ShareFactor;
}

const requested: TimeUnit = "QUARTER_OF_AN_HOUR";

/**
 * `/sites/{id}/{kind}/telemetry`: the metrics of each device side by side. Metrics that are not known, or have
 * a unit that is not, stand in the rest of each slot. What is covered is given for each device, except for
 * those that do not count beside others: their silence is no hole. An empty map, or null in its place, names no
 * device. Throws SourceError `body`.
 */
export function readTelemetry(
  body: unknown,
  kind: "inverters" | "meters" | "storage",
  metrics: readonly Metric[],
  asked: Asked,
  counts: (device: MeasuredDevice) => boolean = () => true,
): Telemetry {
  const { content, rest } = objectEnvelope(nullAsEmpty(body, kind), [kind], asked);
  const asking = askedSite(onlySite(asked), asked);
  const stated = readTimeUnit(rest.resolution, requested, asked);
  const notes: Note[] = leftoverNotes(
    asking.siteId,
    kind,
    without(rest, ["period", "resolution", "siteId"]),
  );
  const placed = Object.entries(content).flatMap(([serial, device]) => {
    // Without a name it would be taken for the whole site.
    const serialNumber = nameOf(serial.trim()) ?? `${kind}:1`;
    if (!isObject(device)) {
      const what = `${kind}: ${shown(serialNumber, 60)} is ${kindOf(device)}, not an object`;
      if (device !== null) leftOut(asked, `${what}: ${shownJson(device)}`);
      return [];
    }
    const wide = widen(serialNumber, device, { kind, metrics, stated, asked, site: asking });
    notes.push(...wide.notes);
    return [{ serialNumber, ...wide }];
  });
  const shareFactor = placed.find((one) => one.shareFactor !== undefined)?.shareFactor;
  const buckets = (unit: TimeUnit) => placed.flatMap((one) => one.byUnit.get(unit) ?? []);
  const units = new Set(placed.flatMap((one) => [...one.byUnit.keys()]));
  const main = units.size === 0 || units.has(requested) ? requested : [...units][0]!;
  const site = reportingSite(onlySite(asked), asked, main, buckets(main));
  const devices = placed.map(({ serialNumber, byUnit, metrics }): MeasuredDevice => ({
    serialNumber,
    metrics,
    slots: [...byUnit].flatMap(([unit, all]) => keptSlots(all, { stated: unit, requested }, site)),
  }));
  const remembered = devices.some(counts) ? devices.filter(counts) : devices;
  const outside = devices.flatMap((one) => stated === requested ? [] : one.slots);
  return {
    site,
    devices,
    ...shareFactor === undefined ? {} : { shareFactor },
    ranges: devices.length === 0
      ? quarterHourRanges(site, "", [])
      : remembered.flatMap((one) => quarterHourRanges(site, one.serialNumber, one.slots)),
    notes: [
      ...notes,
      ...elsewhereNotes(site, kind, outside, { stated, requested }, `buckets of ${stated}`),
    ],
  };
}

/** Site, device, time and length of a slot, as the tables of device readings begin. */
export const slotColumns = ["site_id", "device_key", "timestamp", "local_time", "interval_s"];

/** The values of `slotColumns`. */
export function slotKey(site: AskedSite, serialNumber: string, slot: Slot): Value[] {
  return [
    site.siteId,
    serialNumber,
    instantText(slot.instant),
    localText(slot.local),
    lengthSeconds(slot),
  ];
}

interface Widening {
  readonly kind: string;
  readonly metrics: readonly Metric[];
  readonly stated: TimeUnit;
  readonly asked: Asked;
  readonly site: AskedSite;
}

type Bucket = Placed & { values: Value[]; rest: Json };

/** The metrics of one device side by side, in buckets of each resolution that any of them has. */
function widen(serialNumber: string, device: Json, facts: Widening) {
  const { kind, metrics, stated, asked, site } = facts;
  const byUnit = new Map<TimeUnit, Map<number, Bucket>>();
  const notes: Note[] = [];
  const present: string[] = [];
  const openShares: { column: number; subject: string }[] = [];
  for (const [name, series] of Object.entries(device)) {
    const subject = shown(`${kind} ${serialNumber} ${name}`, 120);
    if (series === null) continue;
    const hasValues = isObject(series) &&
      (Array.isArray(series.values) || (series.values === null && Object.hasOwn(series, "unit")));
    if (!hasValues) {
      const isKnown = metrics.some((one) => wordKey(one.name) === wordKey(name));
      if (isKnown) leftOut(asked, `${subject}: it has no list of values: ${shownJson(series)}`);
      else notes.push(...leftoverNotes(site.siteId, `${kind} ${serialNumber}`, { [name]: series }));
      continue;
    }
    const column = metrics.findIndex((one) => wordKey(one.name) === wordKey(name));
    const metric = metrics[column];
    const factor = metric ? factorOf(series.unit, metric.quantity) : null;
    const unit = unitOf(series.resolution, stated, asked, subject);
    if (unit === null) continue;
    if (metric) present.push(metric.name);
    const read = placeBuckets(objectsOf(series.values, asked, subject), site, {
      unit,
      factor: factor ?? 1,
      ...factor === null ? {} : { quantity: metric!.quantity },
      stampedAtEnd: metric?.stampedAtEnd,
      subject,
    });
    notes.push(
      ...read.notes,
      ...leftoverNotes(site.siteId, subject, without(series, ["unit", "values", "resolution"])),
    );
    const isFull = read.buckets.some((one) => isFilled(one.values));
    if (metric && factor === null && isFull) {
      const what = `unit ${shownJson(series.unit)} is no unit of ${metric.quantity}`;
      leftOut(asked, `${subject}: ${what}: its values are kept aside`);
    }
    if (factor !== null && isFull && metric?.quantity === "share" && isOpenShare(series.unit)) {
      openShares.push({ column, subject });
    }
    const buckets = byUnit.get(unit) ?? new Map<number, Bucket>();
    byUnit.set(unit, buckets);
    for (const { values: [value], rest, ...moment } of read.buckets) {
      const key = moment.instant.epochMilliseconds;
      const bucket = buckets.get(key) ?? { ...moment, values: metrics.map(() => null), rest: {} };
      buckets.set(key, bucket);
      if (factor !== null) bucket.values[column] = value!;
      else if (value !== null) bucket.rest[name] = { value, unit: series.unit };
      if (Object.keys(rest).length > 0) bucket.rest[`${name} more`] = rest;
    }
  }
  let shareFactor: ShareFactor | undefined;
  const { shareFactor: known } = onlySite(asked);
  for (const { column, subject } of openShares) {
    const scale = scaleShares(byUnit, column, metrics, known);
    if (scale.isShown) shareFactor = scale.factor;
    if (scale.reason !== null) {
      notes.push({ siteId: site.siteId, level: "info", text: `${subject}: ${scale.reason}` });
    }
  }
  return {
    byUnit: new Map([...byUnit].map(([unit, buckets]) => [unit, [...buckets.values()]])),
    metrics: present,
    shareFactor,
    notes,
  };
}

/** Shares that are found to end at 1 become percentages; `known`: what earlier answers have shown. */
function scaleShares(
  byUnit: ReadonlyMap<TimeUnit, ReadonlyMap<number, Bucket>>,
  column: number,
  metrics: readonly Metric[],
  known: ShareFactor | undefined,
): ShareScale {
  const remaining = metrics.findIndex((one) => one.name === "remainingEnergy");
  const filled = [...byUnit].flatMap(([unit, buckets]) =>
    [...buckets.values()].filter((one) => typeof one.values[column] === "number")
      .map((bucket) => ({ bucket, seconds: Number(timeUnits[unit]) || 86_400 }))
  );
  const number = (value: Value | undefined) => typeof value === "number" ? value : null;
  const scale = shareScale({
    known,
    shares: filled.map((one) => number(one.bucket.values[column])),
    energiesWh: filled.map((one) => number(one.bucket.values[remaining])),
    seconds: filled.reduce((sum, one) => sum + one.seconds, 0),
  });
  for (const { bucket } of filled) {
    if (scale.factor !== 1) {
      bucket.values[column] = rounded(Number(bucket.values[column]) * scale.factor);
    }
  }
  return scale;
}

/** The resolution of a metric; null, with a note, where nobody knows it: the metric is lost. */
function unitOf(own: unknown, stated: TimeUnit, asked: Asked, subject: string): TimeUnit | null {
  try {
    return readTimeUnit(own, stated, asked);
  } catch {
    leftOut(asked, `${subject}: left out, for its resolution ${shownJson(own)} is not known`);
    return null;
  }
}

/** The entries of a metric; a metric whose entries cannot be read is lost alone. */
function objectsOf(values: unknown, asked: Asked, subject: string): Json[] {
  try {
    return objectsIn(values, "values", asked);
  } catch {
    leftOut(asked, `${subject}: left out, for its values are no list of objects`);
    return [];
  }
}

/** A server that has nothing may write null for its map. */
function nullAsEmpty(body: unknown, kind: string): unknown {
  return isObject(body) && Object.hasOwn(body, kind) && body[kind] === null
    ? { ...body, [kind]: {} }
    : body;
}

/** An empty answer about the past may only mean that the device came later. */
const past = Temporal.Duration.from({ hours: 48 });

/** That the site has no such device: what an empty answer about the present says. */
export function absentHere(asked: Asked, reason: string): Absence[] {
  const { window } = asked.request;
  const isPast = !!window && compareInstants(window.end.add(past), asked.now) < 0;
  return isPast ? [] : [absence(asked, reason)];
}
