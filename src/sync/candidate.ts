import type { Range } from "../model/coverage.ts";
import type { DeviceFacts, SiteFacts } from "../model/harvest.ts";
import type { Interval } from "../model/interval.ts";
import type { Reason } from "../source/reason.ts";
import type { Necessity, Query } from "../source/source.ts";
import type { Knowledge } from "./knowledge.ts";
import type { Pace } from "./pacing.ts";
import type { Progress } from "./progress.ts";
import type { Wanted } from "./wanted.ts";

/** Everything that decides what is worth asking. */
export interface Context {
  readonly knowledge: Knowledge;
  readonly queries: readonly Query[];
  readonly wanted: Wanted;
  /** Epoch seconds. */
  readonly now: number;
  readonly progress: Progress;
  readonly pace: Pace;
  /** Width of a request of a query now, in seconds. */
  readonly widthOf: (query: Query) => number;
  /** Of the history of one series only so many requests are spelled out. */
  readonly atOnce: number;
  /** Takes the history that is left out for that reason. */
  readonly countOlder: (older: OlderHistory) => void;
}

/** About how many requests one series of a site needs beside those that are planned. */
export interface OlderHistory {
  readonly query: Query;
  readonly site: SiteFacts;
  readonly count: number;
}

/** A request for one site, before requests of one window are joined into bulk requests. */
export interface Candidate {
  readonly site: SiteFacts;
  readonly device?: DeviceFacts;
  readonly window?: Interval;
  /** What of the window is needed: where it turns out too wide, only that is asked for. */
  readonly needed: readonly Range[];
  readonly reason: Reason;
  readonly necessity: Necessity;
  /** It reaches up to now. */
  readonly isNewest: boolean;
  readonly wantedFrom?: Temporal.Instant;
}
