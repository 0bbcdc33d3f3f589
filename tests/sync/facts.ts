import type { FetchedRange } from "../../src/model/coverage.ts";
import type { Known, Mark, SiteFacts } from "../../src/model/harvest.ts";
import type { Query } from "../../src/source/source.ts";

/** A mark of site 1 of which nothing is known but what is given. */
export function markOf(series: string, facts: Partial<Mark> = {}): Mark {
  return {
    siteId: 1,
    series,
    deviceKey: "",
    dataType: "power",
    lastSuccess: null,
    lastUpdateLabel: null,
    wantedFrom: null,
    unavailableSince: null,
    unavailableReason: null,
    spanSeconds: null,
    lastErrorAt: null,
    lastError: null,
    newestData: null,
    askedUntil: null,
    delivered: null,
    failures: 0,
    failingSince: null,
    doubts: 0,
    doubtedAt: null,
    spanDoubtSeconds: null,
    spanAt: null,
    ...facts,
  };
}

/** A site in Berlin with data since the beginning of 2026. */
export function siteOf(siteId: number, facts: Partial<SiteFacts> = {}): SiteFacts {
  return {
    siteId,
    name: `Site ${siteId}`,
    timeZone: "Europe/Berlin",
    lastUpdateLabel: null,
    lastUpdate: null,
    firstDay: Temporal.PlainDate.from("2026-01-01"),
    lastSeen: Temporal.Instant.from("2026-06-15T00:00:00Z"),
    ...facts,
  };
}

/** Nothing is known but what is given. */
export function knownOf(facts: Partial<Known> = {}): Known {
  return { sites: [], devices: [], marks: [], coverage: [], spent: [], ...facts };
}

/** Epoch seconds. */
export function secondAt(text: string): number {
  return Date.parse(text) / 1000;
}

/** A range of coverage, asked when the site had reported `reported` (null: unknown). */
export function rangeAt(
  start: string,
  end: string,
  state: FetchedRange["state"],
  asked: string,
  { reported = null as string | null, tries = 0 } = {},
): FetchedRange {
  return {
    start: secondAt(start),
    end: secondAt(end),
    state,
    fetchedAt: secondAt(asked),
    reportedAt: reported === null ? null : secondAt(reported),
    tries,
  };
}

const charges = () => [{ allowance: "credits", amount: 1 }];

/** A query of quarter-hours of a site, as `changes` say. */
export function queryOf(name: string, changes: Partial<Query> = {}): Query {
  return {
    name,
    series: name,
    dataType: "power",
    fills: [],
    scope: "site",
    maxSites: 1,
    leastDays: 1,
    tier: 3,
    axis: { bucket: 900, ladder: [168, 24, 12, 6], lookback: "power", keeps: "ranges" },
    charges,
    ...changes,
  };
}
