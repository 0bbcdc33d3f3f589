import type { Absence, Note } from "../../model/harvest.ts";
import { instantText, localText } from "../../model/site_time.ts";
import type { Value } from "../../model/table.ts";
import {
  answer,
  type Asked,
  bodyError,
  isObject,
  type Json,
  kindOf,
  leftoverNotes,
  objectsIn,
  onlySite,
  type Parser,
  rowsOf,
  unlisted,
  without,
} from "../answer/answer_body.ts";
import { extraText } from "../answer/answer_fields.ts";
import { askedSite } from "../answer/asked_site.ts";
import { isFilled, type Placed, requireTimes } from "../answer/placed_series.ts";
import { shownJson } from "../answer/shown.ts";
import { elsewhereNotes, lengthSeconds, withBeside } from "../answer/slot_state.ts";
import { readTimeUnit, type TimeUnit } from "../answer/time_unit.ts";
import { factorOf, type Quantity } from "../answer/units.ts";
import { detailsFrom } from "./details.ts";
import { keptSlots, placeBuckets, quarterHourRanges, reportingSite, valueOf } from "./series.ts";

const requested = "QUARTER_OF_AN_HOUR";

/** A series of the whole site: one value for each bucket. */
export interface SiteSeries {
  readonly buckets: readonly Placed[];
  readonly stated: TimeUnit;
  /** That it lists no entry, where it does not. */
  readonly absent: readonly Absence[];
  readonly notes: readonly Note[];
}

/**
 * The envelope of a series: its buckets in the unit of storage. Values of another unit stand in the rest of
 * their buckets, and so does, with the first value, what the answer says beside its series. Throws
 * SourceError `body`.
 */
export function readSiteSeries(
  body: unknown,
  asked: Asked,
  { subject, quantity, unit }: { subject: string; quantity: Quantity; unit: TimeUnit },
): SiteSeries {
  const content = objectBody(body, asked);
  const site = askedSite(onlySite(asked), asked);
  const stated = readTimeUnit(content.resolution, unit, asked);
  const factor = factorOf(content.unit, quantity);
  const listed = objectsIn(content.values, "values", asked);
  const absent = unlisted(site.siteId, listed);
  const placed = placeBuckets(listed, site, {
    unit: stated,
    factor: factor ?? 1,
    ...factor === null ? {} : { quantity },
    subject,
  });
  requireTimes(placed, asked);
  // The period repeats what was asked for.
  const rest = without(content, ["period", "resolution", "unit", "values", "siteId"]);
  const { buckets, left } = withBeside(placed.buckets, rest);
  const notes = [...placed.notes, ...leftoverNotes(site.siteId, subject, left)];
  if (factor !== null || !buckets.some((one) => isFilled(one.values))) {
    return { buckets, stated, absent, notes };
  }
  const what = `unit ${
    shownJson(content.unit)
  } is no unit of ${quantity}: its values are kept aside`;
  return {
    buckets: buckets.map((one) => ({
      ...one,
      values: [null],
      rest: { ...one.rest, value: one.values[0], unit: content.unit },
    })),
    stated,
    absent,
    notes: [...notes, { siteId: site.siteId, level: "loss", text: `${subject}: ${what}` }],
  };
}

/** The body of an answer without envelope. Throws SourceError `body` for anything but an object. */
export function objectBody(body: unknown, asked: Asked): Json {
  if (isObject(body)) return body;
  throw bodyError(asked, `the answer is ${kindOf(body)}, not an object`);
}

/**
 * `/sites/{id}/power` → `power_readings`: what the modules give, as SolarEdge computes it (battery charge
 * added, discharge subtracted). Open quarter-hours are not kept.
 */
export const parsePower: Parser = (body, asked) => {
  const { buckets, stated, absent, notes } = readSiteSeries(body, asked, {
    subject: "power",
    quantity: "power",
    unit: requested,
  });
  const site = reportingSite(onlySite(asked), asked, stated, buckets);
  const slots = keptSlots(buckets, { stated, requested }, site);
  const rows = slots.map((one): Value[] => [
    site.siteId,
    instantText(one.instant),
    localText(one.local),
    lengthSeconds(one),
    valueOf(one),
    extraText(one.rest),
  ]);
  const kept = `${stated} of power_readings`;
  return answer({
    rows: rowsOf(
      "power_readings",
      ["site_id", "timestamp", "local_time", "interval_s", "power_w", "extra"],
      rows,
    ),
    ranges: quarterHourRanges(site, "", slots.filter((one) => one.isRequested)),
    absent,
    notes: [...notes, ...elsewhereNotes(site, "power", slots, { stated, requested }, kept)],
    derive: detailsFrom(site, slots, { ofSite: true }),
  });
};
