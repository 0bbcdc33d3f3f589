import { familySum, type Readings } from "../../model/family_sum.ts";
import type { AnsweredRange, Derivation, Note } from "../../model/harvest.ts";
import type { Value } from "../../model/table.ts";
import {
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
import { type AskedSite, askedSite, bucketRanges } from "../answer/asked_site.ts";
import { type Slot, slotsOf } from "../answer/slot_state.ts";
import { readTimeUnit } from "../answer/time_unit.ts";
import { placeBuckets } from "./series.ts";
import { wordKey } from "../answer/words.ts";
import { unitFactor } from "./units.ts";

/** Sums over all devices of a kind for each whole day that has any. */
export interface DaySums {
  readonly siteId: number;
  /** How many devices the answer names. */
  readonly devices: number;
  readonly days: readonly { readonly date: Temporal.PlainDate; readonly sums: readonly Value[] }[];
  readonly ranges: readonly AnsweredRange[];
  readonly notes: readonly Note[];
}

/** What is a mean has no place in a day, and stands in the quarter-hours. */
const isMean = /power$|^state_?of_?energy$|^remaining_?energy$/i;

/**
 * `/sites/{id}/{kind}/telemetry` by day: the sums of these energies over all devices, in the order of their
 * names. Days that have not ended are left out: their parts would be of different hours.
 * Throws SourceError `body`.
 */
export function readDaySums(
  body: unknown,
  kind: "meters" | "storage",
  names: readonly string[],
  asked: Asked,
): DaySums {
  const { content, rest } = objectEnvelope(body, [kind], asked);
  const site = askedSite(onlySite(asked), asked);
  const stated = readTimeUnit(rest.resolution, "DAY", asked);
  if (stated !== "DAY") throw bodyError(asked, `the answer is in ${stated}, asked for was DAY`);
  const notes = leftoverNotes(site.siteId, kind, without(rest, ["period", "resolution", "siteId"]));
  const families = names.map((): Readings[] => []);
  const ended = new Map<number, Slot>();
  for (const [serialNumber, device] of Object.entries(content)) {
    if (!isObject(device)) throw bodyError(asked, `"${serialNumber}" of ${kind} is not an object`);
    for (const [name, series] of Object.entries(device)) {
      const subject = `${kind} ${serialNumber} ${name} by day`;
      const place = names.findIndex((one) => wordKey(one) === wordKey(name));
      if (series === null || (place < 0 && isMean.test(name))) continue;
      if (place < 0 || !isObject(series)) {
        notes.push(...leftoverNotes(site.siteId, subject, { [name]: series }));
        continue;
      }
      const read = readSeries(series, subject, site, asked);
      notes.push(...read.notes);
      families[place]!.push(
        new Map(read.slots.map((one) => [one.instant.epochMilliseconds, Number(one.values[0])])),
      );
      for (const slot of read.slots) ended.set(slot.instant.epochMilliseconds, slot);
    }
  }
  const sums = families.map(familySum);
  const days = [...ended].map(([at, slot]) => ({ slot, sums: sums.map((one) => one(at)) }))
    .filter((one) => one.sums.some((sum) => sum !== null));
  return {
    siteId: site.siteId,
    devices: Object.keys(content).length,
    days: days.map((one) => ({ date: one.slot.local.toPlainDate(), sums: one.sums })),
    ranges: bucketRanges(site, "day", [
      days.filter((one) => one.slot.isRequested).map((one) => one.slot.end),
    ]),
    notes,
  };
}

/** The ended days of one metric that have a value. */
function readSeries(
  series: Json,
  subject: string,
  site: AskedSite,
  asked: Asked,
): { slots: Slot[]; notes: Note[] } {
  const read = placeBuckets(objectsIn(series.values, "values", asked), site, {
    unit: "DAY",
    factor: unitFactor(series.unit, "energy", asked),
    quantity: "energy",
    subject,
  });
  const slots = slotsOf(read.buckets, { stated: "DAY", requested: "DAY" }, site);
  return {
    slots: slots.filter((one) => one.state === "complete" && one.values[0] !== null),
    notes: [
      ...read.notes,
      ...leftoverNotes(
        site.siteId,
        subject,
        without(series, ["unit", "values", "resolution", "period"]),
      ),
      ...read.buckets.flatMap(({ rest }) => leftoverNotes(site.siteId, subject, rest)),
    ],
  };
}

/** That the balance of these days follows from their parts. */
export function balanceFrom(siteId: number, days: readonly Temporal.PlainDate[]): Derivation[] {
  const inOrder = days.toSorted(Temporal.PlainDate.compare);
  const [first, last] = [inOrder.at(0), inOrder.at(-1)];
  return first && last ? [{ kind: "day-balance", siteId, first, last }] : [];
}
