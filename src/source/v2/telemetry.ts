import type { Absence, Note, Stretch } from "../../model/harvest.ts";
import { instantText, localText } from "../../model/site_time.ts";
import type { Value } from "../../model/table.ts";
import {
  absence,
  type Asked,
  bodyError,
  isObject,
  type Json,
  leftoverNotes,
  objectEnvelope,
  objectsIn,
  onlySite,
  without,
} from "../answer/answer_body.ts";
import { type AskedSite, askedSite } from "../answer/asked_site.ts";
import type { Placed } from "../answer/placed_series.ts";
import { elsewhereNotes, lengthSeconds, type Slot } from "../answer/slot_standing.ts";
import type { TimeUnit } from "../answer/time_unit.ts";
import { readResolution } from "./resolution.ts";
import {
  endsOfFilled,
  keptSlots,
  placeBuckets,
  quarterHourStretches,
  reportingSite,
} from "./series.ts";
import { type Quantity, unitFactor } from "./units.ts";

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
  readonly slots: readonly Slot[];
}

/** An answer for all devices of a kind. */
export interface Telemetry {
  readonly site: AskedSite;
  readonly devices: readonly MeasuredDevice[];
  readonly stretches: readonly Stretch[];
  readonly notes: readonly Note[];
}

const wanted: TimeUnit = "QUARTER_OF_AN_HOUR";

/**
 * `/sites/{id}/{kind}/telemetry`: the metrics of each device side by side. Metrics that are not known stand
 * in the rest of each slot. What is covered is told for each device, but for those that do not count beside
 * others: whose silence is no hole.
 * Throws SourceError `body`.
 */
export function readTelemetry(
  body: unknown,
  kind: "inverters" | "meters" | "storage",
  metrics: readonly Metric[],
  asked: Asked,
  counts: (device: MeasuredDevice) => boolean = () => true,
): Telemetry {
  const { content, rest } = objectEnvelope(body, [kind], asked);
  const asking = askedSite(onlySite(asked), asked);
  const stated = readResolution(rest.resolution, wanted, asked);
  const notes: Note[] = leftoverNotes(
    asking.siteId,
    kind,
    without(rest, ["period", "resolution", "siteId"]),
  );
  const placed = Object.entries(content).map(([serialNumber, device]) => {
    if (!isObject(device)) throw bodyError(asked, `"${serialNumber}" of ${kind} is not an object`);
    const wide = widen(serialNumber, device, { kind, metrics, stated, asked, site: asking });
    notes.push(...wide.notes);
    return { serialNumber, ...wide };
  });
  const site = reportingSite(
    onlySite(asked),
    asked,
    stated,
    placed.flatMap((one) => one.buckets),
  );
  const devices = placed.map(({ serialNumber, buckets, metrics }): MeasuredDevice => {
    const slots = keptSlots(buckets, { stated, wanted }, site);
    return { serialNumber, metrics, slots };
  });
  const remembered = devices.some(counts) ? devices.filter(counts) : devices;
  const outside = devices.flatMap((one) => stated === wanted ? [] : one.slots);
  return {
    site,
    devices,
    stretches: devices.length === 0
      ? quarterHourStretches(site, "", [])
      : remembered.flatMap((one) =>
        quarterHourStretches(site, one.serialNumber, endsOfFilled(one.slots))
      ),
    notes: [
      ...notes,
      ...elsewhereNotes(site, kind, outside, { stated, wanted }, `buckets of ${stated}`),
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

function widen(serialNumber: string, device: Json, facts: Widening) {
  const { kind, metrics, stated, asked, site } = facts;
  const buckets = new Map<number, Placed & { values: Value[]; rest: Json }>();
  const notes: Note[] = [];
  const present: string[] = [];
  for (const [name, series] of Object.entries(device)) {
    const subject = `${kind} ${serialNumber} ${name}`;
    if (series === null) continue;
    if (!isObject(series) || !Array.isArray(series.values)) {
      notes.push(...leftoverNotes(site.siteId, `${kind} ${serialNumber}`, { [name]: series }));
      continue;
    }
    const column = metrics.findIndex((one) => one.name === name);
    const metric = metrics[column];
    if (metric) present.push(name);
    const read = placeBuckets(objectsIn(series.values, "values", asked), site, {
      unit: stated,
      factor: metric ? unitFactor(series.unit, metric.quantity, asked) : 1,
      stampedAtEnd: metric?.stampedAtEnd,
      subject,
    });
    notes.push(
      ...read.notes,
      ...leftoverNotes(site.siteId, subject, without(series, ["unit", "values"])),
    );
    for (const { values: [value], rest, ...moment } of read.buckets) {
      const key = moment.instant.epochMilliseconds;
      const bucket = buckets.get(key) ?? { ...moment, values: metrics.map(() => null), rest: {} };
      buckets.set(key, bucket);
      if (metric) bucket.values[column] = value!;
      else if (value !== null) bucket.rest[name] = { value, unit: series.unit };
      if (Object.keys(rest).length > 0) bucket.rest[`${name} more`] = rest;
    }
  }
  return { buckets: [...buckets.values()], metrics: present, notes };
}

/** An empty answer about the past may only mean that the device came later. */
const past = Temporal.Duration.from({ hours: 48 });

/** That the site has no such device: what an empty answer about the present says. */
export function absentHere(asked: Asked, reason: string): Absence[] {
  const { window } = asked.request;
  const isPast = !!window && Temporal.Instant.compare(window.end.add(past), asked.now) < 0;
  return isPast ? [] : [absence(asked, reason)];
}
