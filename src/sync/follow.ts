import type { AskedRange, Delivery } from "../database/database.ts";
import { common, epochOf, instantOf, type Range, unionOf, without } from "../model/coverage.ts";
import type { Compared, Derivation, SiteFacts } from "../model/harvest.ts";
import type { Query } from "../source/source.ts";
import { brings, type Knowledge } from "./knowledge.ts";
import type { Wanted } from "./wanted.ts";

/**
 * Ask once, compare, remember: what another answer already determines is not asked for. Where the rows of one
 * query (the follower) follow from those of another (its leader), both are asked for until they have been held
 * against each other. Where they agree, the leader's answers bring the rows of both for a month; then they are
 * compared again. Times in epoch seconds.
 */

const day = 86_400;
/** What was found holds so long: a roof gets a second inverter of another make, or a meter. */
const holdsFor = 30 * day;
/** So much must have been compared: some hours of daylight. */
const proof = 16;
/** A leader that fails so often in a row brings nothing: the follower is asked for by itself. */
const failsFor = 3;
/** Roofs wake one after another, within this: who still sleeps has no hole. */
const dawn = 90 * 60;

/** What decides whether a query is asked for by itself. */
export interface FollowContext {
  readonly knowledge: Knowledge;
  readonly queries: readonly Query[];
  readonly wanted: Pick<Wanted, "dataTypes">;
  readonly now: number;
}

/** Under which name it is remembered what the comparison of a site found. */
export function followSeries({ series, follows }: Query): string {
  return `${series} from ${follows!.series}`;
}

/** Queries whose rows may follow from the answers of this one. */
export function followersOf(leader: Query, queries: readonly Query[]): Query[] {
  return queries.filter((one) => one.follows?.series === leader.series);
}

/** Whether it was found, not long ago, that the rows of a site follow. */
export function isProven(
  query: Query,
  siteId: number,
  { knowledge, now }: Pick<FollowContext, "knowledge" | "now">,
): boolean {
  if (!mayFollow(query, siteId, knowledge)) return false;
  const mark = knowledge.mark(siteId, followSeries(query));
  return !!mark?.lastSuccess && mark.unavailableSince === null && isLately(mark.lastSuccess, now);
}

/** Whether the rows of a query and site come with another query that is asked for, so that it is not. */
export function isFollowing(query: Query, siteId: number, context: FollowContext): boolean {
  return !!query.follows && isProven(query, siteId, context) &&
    leaderOf(query, siteId, context) !== null;
}

/** The query from whose answers the rows of this one may follow; null: it is not asked for, or brings nothing. */
export function leaderOf(query: Query, siteId: number, context: FollowContext): Query | null {
  const { knowledge, queries, wanted } = context;
  const leader = queries.find((one) => one.series === query.follows?.series);
  if (!leader || !brings(leader, wanted.dataTypes)) return null;
  const mark = knowledge.mark(siteId, leader.series);
  const brokenOff = mark && (mark.unavailableSince || mark.doubts > 0 || mark.failures >= failsFor);
  return brokenOff ? null : leader;
}

/** Whether it is worth comparing: nothing was found yet, or too long ago. */
export function isCompared(query: Query, siteId: number, context: FollowContext): boolean {
  const { knowledge, now } = context;
  if (!mayFollow(query, siteId, knowledge)) return false;
  const last = knowledge.mark(siteId, followSeries(query))?.lastSuccess;
  return !last || !isLately(last, now);
}

function mayFollow(query: Query, siteId: number, knowledge: Knowledge): boolean {
  const { unless } = query.follows!;
  const devices = knowledge.devices(siteId);
  return devices.length > 0 &&
    !devices.some((one) => one.category !== null && unless.includes(one.category));
}

function isLately(at: Temporal.Instant, now: number): boolean {
  // A run plans with the moment at which it began; what lies further ahead was found by a clock astray.
  const age = now - epochOf(at);
  return age > -3600 && age < holdsFor;
}

/** What comparisons come to: `null` as long as too little was compared to know. */
export function verdictOf(all: readonly Compared[]): "follows" | "differs" | null {
  if (all.some((one) => one.different > 0)) return "differs";
  return all.reduce((sum, one) => sum + one.lit, 0) >= proof ? "follows" : null;
}

/**
 * What the site has of a follower for the time that the leader's answer speaks of. Where some devices sent
 * values and others did not, nothing is known: that is asked for by itself.
 */
export function followedRanges(siteId: number, asked: readonly AskedRange[]): AskedRange[] {
  const own = asked.filter((one) => one.siteId === siteId);
  const ofDevices = own.filter((one) => one.deviceKey !== "");
  const named = ofDevices.length > 0 ? ofDevices : own;
  const devices = [...Map.groupBy(named, (one) => one.deviceKey).values()];
  const coveredBy = devices.map((some) => some.filter((one) => one.state === "covered"));
  const some = unionOf(coveredBy.flat());
  const all = coveredBy.reduce<Range[]>((rest, one) => common(rest, one), some);
  const silent = without(named, some);
  const awaking = without(some, all).filter((one) =>
    one.end - one.start <= dawn &&
    silent.some((night) => night.end === one.start || night.start === one.end)
  );
  const of = (ranges: readonly Range[], state: "covered" | "empty") =>
    ranges.map(({ start, end }): AskedRange => ({
      siteId,
      deviceKey: "",
      start,
      end,
      state,
      reportedAt: own[0]?.reportedAt,
    }));
  return [
    ...of(unionOf([...all, ...awaking]), "covered"),
    ...of(silent, "empty"),
  ];
}

/** What of an answer is known of a follower of its query: coverage, and until when it was asked. */
export function followed(
  follower: Query,
  siteId: number,
  { ranges, marks }: Pick<Delivery, "ranges" | "marks">,
): NonNullable<Delivery["also"]>[number] {
  const own = followedRanges(siteId, ranges);
  const ends = own.filter((one) => one.state === "covered").map((one) => one.end);
  const newestData = ends.length > 0 ? instantOf(Math.max(...ends)) : undefined;
  return {
    series: follower.series,
    dataType: follower.dataType,
    ranges: own,
    marks: marks.filter((one) => one.siteId === siteId && one.deviceKey === "")
      .map((one) => ({ ...one, newestData })),
  };
}

/** How the rows of a follower are worked out for these ranges, or held against what is stored. */
export function derivations(
  { follows }: Query,
  siteId: number,
  ranges: readonly Range[],
  { compared }: { readonly compared: boolean },
): Derivation[] {
  return unionOf(ranges).map(({ start, end }) => ({
    kind: follows!.kind,
    siteId,
    interval: { start: instantOf(start), end: instantOf(end) },
    ...(compared ? { compared: true as const } : {}),
  }));
}

/** Time of which the leader was answered for and the follower knows nothing: what it must ask for itself. */
export function leftOver(query: Query, { siteId }: SiteFacts, knowledge: Knowledge): Range[] {
  const all = [...knowledge.coverage(siteId, query.follows!.series).values()].flat();
  const open = all.filter((one) => one.state === "stale" || one.state === "failed");
  return without(unionOf(all), open);
}
