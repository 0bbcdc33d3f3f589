import type { Note } from "../../model/harvest.ts";
import { compareInstants } from "../../model/interval.ts";
import type { Value } from "../../model/table.ts";
import { instantText, localText } from "../../model/site_time.ts";
import type { Answer } from "../source.ts";
import {
  answer,
  type Asked,
  type Json,
  leftoverNotes,
  objectEnvelope,
  objectsIn,
  onlySite,
  type Parser,
  rowsOf,
  unlisted,
  without,
} from "../answer/answer_body.ts";
import { extraText, real } from "../answer/answer_fields.ts";
import { type AskedSite, askedSite, bucketRanges } from "../answer/asked_site.ts";
import { measuredIn } from "../answer/measured.ts";
import { type Placed, seriesReader } from "../answer/placed_series.ts";
import {
  elsewhereNotes,
  endsOfValues,
  isKept,
  lengthSeconds,
  type Slot,
  slotsOf,
  withBeside,
} from "../answer/slot_state.ts";
import { readTimeUnit, type TimeUnit, timeUnits, unitOfTimes } from "../answer/time_unit.ts";
import { wordKey } from "../answer/words.ts";

const meterTypes = ["production", "consumption", "selfconsumption", "feedin", "purchased"];
const requested = "QUARTER_OF_AN_HOUR";
const series = seriesReader("date", { value: ["value", real] });

/** An answer that lists the five types of meters side by side. */
interface Kind {
  readonly name: "powerDetails" | "energyDetails";
  readonly table: "power_details" | "energy_details";
  readonly unit: "W" | "Wh";
}

/** `/site/{id}/powerDetails` → `power_details`, one row for the five types of a quarter-hour. */
export const parsePowerDetails = parser({
  name: "powerDetails",
  table: "power_details",
  unit: "W",
});

/** `/site/{id}/energyDetails` → `energy_details`, one row for the five types of a quarter-hour. */
export const parseEnergyDetails = parser({
  name: "energyDetails",
  table: "energy_details",
  unit: "Wh",
});

function parser(kind: Kind): Parser {
  const suffix = kind.unit.toLowerCase();
  const columns = [
    "site_id",
    "timestamp",
    "local_time",
    "interval_s",
    ...["production", "consumption", "self_consumption", "feed_in", "purchased"]
      .map((type) => `${type}_${suffix}`),
    "extra",
  ];

  return (body: unknown, asked: Asked): Answer => {
    const { content, rest } = objectEnvelope(body, [kind.name], asked);
    const site = askedSite(onlySite(asked), asked);
    const meters = objectsIn(content.meters, "meters", asked, "may be absent");
    const [meter] = meters;
    const times = Array.isArray(meter?.values) ? meter.values.map((one) => one?.date) : [];
    const stated = unitOfTimes(
      readTimeUnit(content.timeUnit, requested, asked),
      requested,
      times,
      { asked, subject: kind.name },
    );
    const { unit } = content;
    const wide = widen(meters, { kind, stated, unit, site, asked });
    const { buckets, left } = withBeside(wide.buckets, {
      ...rest,
      ...without(content, ["timeUnit", "unit", "meters"]),
    });
    const slots = slotsOf(buckets, { stated, requested }, site);
    const asleep = endsOfSleep(slots);
    const ends = meterTypes.map((_, column) => {
      const own = endsOfValues(slots, column);
      return sleeping.includes(column) && own.length > 0 ? [...own, ...asleep] : own;
    });
    return answer({
      rows: rowsOf(
        kind.table,
        columns,
        slots.filter(isKept).map((one): Value[] => [
          site.siteId,
          instantText(one.instant),
          localText(one.local),
          lengthSeconds(one),
          ...one.values,
          extraText(one.rest),
        ]),
      ),
      // A meter that lags behind the others is not covered; one that says nothing is not there.
      ranges: bucketRanges(site, timeUnits[requested], ends),
      absent: unlisted(site.siteId, meters),
      notes: [
        ...wide.notes,
        ...elsewhereNotes(
          site,
          kind.name,
          slots,
          { stated, requested },
          `${stated} of ${kind.table}`,
        ),
        ...leftoverNotes(site.siteId, kind.name, left),
      ],
    });
  };
}

/** Production and self-consumption: their devices sleep while the others measure the night. */
const [production, consumption, , feedIn, purchased] = [0, 1, 2, 3, 4];
const sleeping = [production, 2];

/**
 * The ends of the buckets in which the production slept: it has none, but some later, while a meter measures the
 * house and nothing goes to the grid, at no time around noon. A battery that gives power by night wakes it, and once
 * it is empty all sleep until the sun is up.
 */
function endsOfSleep(slots: readonly Slot[]): Temporal.Instant[] {
  const found: Temporal.Instant[] = [];
  let run: Slot[] = [];
  const byTime = [...slots].sort((a, b) => compareInstants(a.instant, b.instant));
  for (const slot of byTime) {
    if (slot.values[production] !== null) {
      if (run.every(isNight)) found.push(...run.map((one) => one.end));
      run = [];
    } else run.push(slot);
  }
  return found;
}

function isNight({ values, local, isRequested }: Slot): boolean {
  const isMeasured = values[consumption] !== null || values[purchased] !== null;
  return isRequested && isMeasured && Number(values[feedIn] ?? 0) === 0 &&
    (local.hour < 10 || local.hour >= 14);
}

interface Widening {
  readonly kind: Kind;
  readonly stated: TimeUnit;
  readonly unit: unknown;
  readonly site: AskedSite;
  readonly asked: Asked;
}

/** The series of the meter types side by side. A type that has no column stands in each bucket's rest. */
function widen(meters: readonly Json[], { kind, stated, unit, site, asked }: Widening) {
  const buckets = new Map<number, Placed & { values: Value[]; rest: Json }>();
  const notes: Note[] = [];
  const taken = new Set<number>();
  meters.forEach((meter, index) => {
    const { type, values, ...beside } = meter;
    const name = typeof type === "string" ? type : `meter ${index + 1}`;
    const column = meterTypes.indexOf(wordKey(name));
    const hasColumn = column >= 0 && !taken.has(column);
    taken.add(column);
    const subject = `${kind.name} ${name}`;
    const placed = series.buckets(objectsIn(values, "values", asked), stated, site, subject);
    notes.push(...placed.notes, ...leftoverNotes(site.siteId, subject, beside));

    const quantity = kind.unit === "W" ? "power" : "energy";
    const measured = measuredIn(placed.entries, { unit, quantity }, subject, asked);
    for (const { values: [value = null], rest, ...moment } of measured) {
      const key = moment.instant.epochMilliseconds;
      const bucket = buckets.get(key) ??
        { ...moment, values: [null, null, null, null, null], rest: {} };
      buckets.set(key, bucket);
      if (hasColumn) bucket.values[column] = value;
      else if (value !== null) bucket.rest[`${name} ${index + 1}`] = value;
      if (Object.keys(rest).length > 0) bucket.rest[name] = rest;
    }
  });
  return { buckets: [...buckets.values()], notes };
}
