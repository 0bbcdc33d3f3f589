import type { AskedRange } from "../database/database.ts";
import { common, epochOf, type Range, unionOf, without } from "../model/coverage.ts";
import type { AnsweredRange } from "../model/harvest.ts";
import type { Answer } from "../source/source.ts";
import { uploadsTake } from "./missing.ts";
import type { Step } from "./plan.ts";
import type { RunState } from "./run_state.ts";
import { siteDays } from "./site_days.ts";

/** A device of which nothing was stored for so long is no longer expected in an answer. */
const expectedFor = 30 * 86_400;

/**
 * What was asked for and what came of it, with what the site had reported by then. What the answer says nothing
 * of was asked for all the same: it came empty, and no run asks for it again as if nobody had.
 */
export function askedRanges(
  answer: Answer,
  step: Step,
  state: RunState,
  now: Temporal.Instant,
): AskedRange[] {
  const answered = answer.ranges.map(rangeOf);
  const { query, sites } = step.request;
  const more = query.axis?.keeps !== "ranges" ? [] : sites.flatMap(({ siteId, timeZone }) => {
    const own = answered.filter((one) => one.siteId === siteId);
    return [
      ...silentTime(siteId, timeZone, own, step, epochOf(now)),
      ...silentDevices(siteId, own, step, state, epochOf(now)),
      ...wholeSite(siteId, own, step, state),
    ];
  });
  return [...answered, ...more].map((one) => {
    const newest = newestOf(answered, one.siteId);
    const reported = state.knowledge.reported(one.siteId);
    const reportedAt = newest === null ? reported : Math.max(newest, reported ?? -Infinity);
    return { ...one, reportedAt };
  });
}

/** The part of what was asked for that has passed and that the answer says nothing of. */
function silentTime(
  siteId: number,
  timeZone: string | null,
  own: readonly Range[],
  { request: { query, window, device } }: Step,
  now: number,
): AskedRange[] {
  if (!window) return [];
  const { bucket } = query.axis!;
  const passed = Math.min(epochOf(window.end), now - uploadsTake);
  const end = bucket === "samples" ? passed : siteDays(timeZone).bucketStart(passed, bucket);
  const start = epochOf(window.start);
  if (start >= end) return [];
  return without([{ start, end }], own).map((one) => ({
    ...one,
    siteId,
    deviceKey: device?.deviceKey ?? "",
    state: "empty",
  }));
}

/**
 * What was remembered of the site as a whole (a failure, an answer without devices) is settled where an answer
 * speaks of its devices: from then on these count.
 */
function wholeSite(
  siteId: number,
  own: readonly AskedRange[],
  { request: { query, device } }: Step,
  state: RunState,
): AskedRange[] {
  const known = state.knowledge.coverage(siteId, query.series).get("") ?? [];
  const ofDevices = unionOf(own.filter((one) => one.deviceKey !== ""));
  if (device || known.length === 0 || ofDevices.length === 0) return [];
  return common(ofDevices, known).map((one) => ({
    ...one,
    siteId,
    deviceKey: "",
    state: "covered",
  }));
}

/** Devices of which an answer for a whole site says nothing, although they had values lately. */
function silentDevices(
  siteId: number,
  own: readonly (Range & { deviceKey: string })[],
  { request }: Step,
  state: RunState,
  now: number,
): AskedRange[] {
  const named = new Set(own.map((one) => one.deviceKey));
  if (!request.window || own.length === 0 || request.device) return [];
  const start = epochOf(request.window.start);
  const end = Math.max(...own.map((one) => one.end));
  const found: AskedRange[] = [];
  for (const [deviceKey, known] of state.knowledge.coverage(siteId, request.query.series)) {
    if (deviceKey === "" || named.has(deviceKey)) continue;
    const hadValues = known.some((one) =>
      one.state === "covered" && one.end > Math.min(start, now) - expectedFor
    );
    if (hadValues && start < end) found.push({ siteId, deviceKey, start, end, state: "empty" });
  }
  return found;
}

function rangeOf({ siteId, deviceKey, interval, state }: AnsweredRange): AskedRange {
  return { siteId, deviceKey, start: epochOf(interval.start), end: epochOf(interval.end), state };
}

/** Up to where a site's values reach in some ranges, epoch seconds; null: nowhere. */
export function newestOf(ranges: readonly AskedRange[], siteId: number): number | null {
  const ends = ranges.filter((one) => one.siteId === siteId && one.state === "covered").map((one) =>
    one.end
  );
  return ends.length > 0 ? Math.max(...ends) : null;
}
