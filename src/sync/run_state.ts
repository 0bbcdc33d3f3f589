import type {
  AskedRange,
  Database,
  Delivery,
  MarkChange,
  Rezoned,
  Saved,
} from "../database/database.ts";
import { epochOf, type Range } from "../model/coverage.ts";
import type { Clock } from "../model/clock.ts";
import type { Compared, Mark, Purpose, Spent } from "../model/harvest.ts";
import type { PlannedRequest, Query, Remaining, Source } from "../source/source.ts";
import type { SourceError } from "../source/source_error.ts";
import { arrange, type Daylight, type Knowledge } from "./knowledge.ts";
import type { Pace } from "./pacing.ts";
import type { Step } from "./plan.ts";
import { seriesKey } from "./progress.ts";
import type { Failure } from "./report.ts";
import type { Wanted } from "./wanted.ts";

/** What a run needs. Nothing is open or pending when it ends. */
export interface RunOptions {
  readonly source: Source;
  readonly database: Database;
  readonly clock: Clock;
  readonly wanted: Wanted;
  /** Requests side by side. */
  readonly concurrency: number;
  /** `strict` ends the run at the first failure. */
  readonly strict: boolean;
  /** At most so many requests; null: as many as the quota allows. */
  readonly maxRequests: number | null;
  /** Requests sent so far by the source's client, retries included. */
  readonly requestsSent: () => number;
  /** True when nothing was left out by choice, so that the harvest can be called complete. */
  readonly wholeHarvest: boolean;
  readonly onEvent: (event: RunEvent) => void;
  readonly signal: AbortSignal;
}

/** What a watcher may want to show or log. */
export type RunEvent =
  /** What is to be asked from here on, as far as it is known and the quota pays for it. */
  | { readonly kind: "planned"; readonly steps: number }
  | { readonly kind: "asking"; readonly request: PlannedRequest; readonly requests: number }
  | { readonly kind: "saved"; readonly request: PlannedRequest; readonly saved: Saved }
  | { readonly kind: "failed"; readonly failure: Failure }
  | { readonly kind: "unavailable"; readonly request: PlannedRequest; readonly reason: string }
  | {
    readonly kind: "note";
    readonly siteId: number;
    readonly level: "warning" | "info";
    readonly text: string;
  };

/** Something that the server said is not there; decided on when it is known what else of the site was there. */
export interface Denied {
  readonly step: Step;
  readonly siteId: number;
  readonly deviceKey: string;
  /** An answer without anything, as against a refusal. */
  readonly isEmpty: boolean;
  readonly reason: string;
  readonly endpoint: string | null;
  /** What is remembered as asked where the denial says nothing. */
  readonly ranges: readonly AskedRange[];
}

/** Sends of one request, beyond which those of requests beside it have been counted in. */
const mostTries = 4;

/** What changes while a run goes on. */
export class RunState {
  readonly attempted = new Set<string>();
  readonly refused = new Set<number>();
  readonly given = new Set<string>();
  readonly widths = new Map<string, number>();
  /** How those widths were found. */
  readonly narrowed = new Map<string, NonNullable<Step["narrowed"]>>();
  /** Widths that were refused without a reason, with how often, by query. */
  readonly refusedWidths = new Map<string, Map<number, number>>();
  /** Queries of which silent hours were asked for alone in this run, and were silent. */
  readonly silentAlone = new Set<string>();
  /** Failures in a row of a series in this run. */
  readonly inARow = new Map<string, number>();
  readonly denied: Denied[] = [];
  /** Time that was answered for in this run, by series and site: what others are compared with. */
  readonly answeredFor = new Map<string, Range[]>();
  /** What comparisons have found in this run, by the series under which it is remembered, and site. */
  readonly compared = new Map<string, Compared[]>();
  /** Sites that the pages of the list have named in this run. */
  readonly listed = new Set<number>();
  /** Sites that delivered anything in this run, and of which series. */
  readonly deliveredBy = new Map<number, Set<string>>();
  readonly failures: Failure[] = [];
  readonly unavailable: { siteId: number; dataType: Failure["dataType"]; reason: string }[] = [];
  readonly notes = new Set<string>();
  /** What the answers held and the database does not, in words. */
  readonly losses = new Set<string>();
  /** The same by series, site and device, for the marks. */
  readonly lossesOf = new Map<string, Set<string>>();
  readonly counts = { inserted: 0, changed: 0, unchanged: 0 };
  /** Requests by reason, and those of them that changed no row. */
  readonly reasons = new Map<string, { requests: number; idle: number }>();
  /** Sites (0: the account) for which something due was not sent. */
  readonly leftDue: number[] = [];
  quotaFreesAt: Temporal.Instant | null = null;
  quotaMessage: string | null = null;
  /** Nothing can be sent any more: spent by others, or nobody answers. */
  isBlocked = false;
  /** Nobody answers: the failure that showed it. */
  unreachable: Failure | null = null;
  /** Whether any useful answer has come in this run, and failures without any in a row since. */
  hasAnswer = false;
  silentInARow = 0;
  /** Runs in a row before this one in which nothing useful came. */
  uselessRuns = 0;
  /** Of the first request after such runs: whether one kind of request is all that is due. */
  isLonelyProbe = false;
  /** What failed as everything may; decided on when something useful has come, or nothing. */
  readonly doubted: { readonly error: SourceError; readonly step: Step }[] = [];
  /** What waits for that, and whether it does no longer. */
  readonly postponed: Step[] = [];
  asksPostponed = false;
  /** Queries of useless answers in a row after a useful one. */
  readonly uselessQueries: string[] = [];
  /** Allowances whose quota is no longer spare in this run, each with what it is not spare for. */
  readonly #stopped = new Set<string>();
  /** Requests begun, of which some may not have left yet; retries are not among them. */
  started = 0;
  ended: Failure | null = null;
  knowledge: Knowledge = arrange({ sites: [], devices: [], marks: [], coverage: [], spent: [] }, 0);
  daylight: ReadonlyMap<number, Daylight> = new Map();
  left: ReadonlyMap<string, Remaining> = new Map();
  cadence = 1;
  #allowed = new Map<string, number>();
  #pace: Pace | null = null;
  #saving: Promise<unknown> = Promise.resolve();

  constructor(readonly options: RunOptions, readonly startedAt: Temporal.Instant) {}

  /** The rule of this stage; what was allowed before and is used since stays used. */
  set pace(pace: Pace) {
    this.#pace = pace;
    this.#allowed = new Map();
  }

  get pace(): Pace {
    return this.#pace!;
  }

  /** It holds on to all that was known when it was made, which is a lot for a thousand sites. */
  forgetPace(): void {
    this.#pace = null;
  }

  isOver(): boolean {
    return this.ended !== null || this.isBlocked || this.options.signal.aborted;
  }

  limitReached(): boolean {
    const { maxRequests, requestsSent } = this.options;
    return maxRequests !== null && Math.max(this.started, requestsSent()) >= maxRequests;
  }

  leave(request: PlannedRequest): void {
    if (request.necessity !== "due") return this.stop(request);
    const sites = request.sites.map((one) => one.siteId);
    this.leftDue.push(...(sites.length > 0 ? sites : [0]));
  }

  /** From now on nothing that is as little urgent is bought from the same allowances. */
  stop(request: PlannedRequest): void {
    for (const one of stopKeys(request)) this.#stopped.add(one);
  }

  isStopped(request: PlannedRequest): boolean {
    return stopKeys(request).some((one) => this.#stopped.has(one));
  }

  /** Takes one request of a purpose from the shares it draws on; false where one of them has none left. */
  takeFromShares(query: Query, siteId: number, purpose: Purpose): boolean {
    if (purpose === "due") return true;
    const shares = this.pace.sharesOf(query, siteId);
    const keys = shares.map((share) => {
      const key = `${share.allowance} ${purpose}`;
      if (!this.#allowed.has(key)) this.#allowed.set(key, this.pace.allowed(share, purpose));
      return key;
    });
    if (keys.some((key) => this.#allowed.get(key)! < 1)) return false;
    for (const key of keys) this.#allowed.set(key, this.#allowed.get(key)! - 1);
    return true;
  }

  /** How many of the steps the quota pays for as things stand; nothing is taken. */
  paidFor(steps: Iterable<Step>): number {
    const kept = new Map(this.#allowed);
    let paid = 0;
    for (const { request: { query, sites }, purpose } of steps) {
      const isPaid = purpose === "due" ||
        sites.some((one) => this.takeFromShares(query, one.siteId, purpose));
      if (isPaid) paid++;
    }
    this.#allowed = kept;
    return paid;
  }

  fail(failure: Failure): void {
    this.failures.push(failure);
    this.options.onEvent({ kind: "failed", failure });
    if (this.options.strict) this.ended ??= failure;
  }

  /** Notes how often a reason led to a request, and whether the answer changed anything. */
  count(request: PlannedRequest, changed: boolean): void {
    const one = this.reasons.get(request.reason) ?? { requests: 0, idle: 0 };
    one.requests++;
    if (!changed) one.idle++;
    this.reasons.set(request.reason, one);
  }

  /** Notes what an answer held and the database does not. */
  lose(query: Query, siteId: number, deviceKey: string, text: string): void {
    this.losses.add(aboutSite(siteId, text));
    const key = seriesKey(query.series, siteId, deviceKey);
    this.lossesOf.set(key, (this.lossesOf.get(key) ?? new Set()).add(text));
  }

  /** What all answers of a series in this run held and could not be stored, for its mark; null: nothing. */
  lostOf(query: Query, siteId: number, deviceKey: string): MarkChange["lost"] | null {
    const texts = this.lossesOf.get(seriesKey(query.series, siteId, deviceKey));
    return texts
      ? { at: this.options.clock.now(), text: [...texts].join("; ").slice(0, 500) }
      : null;
  }

  reportRezoned({ siteId, from, to, moved, dropped }: Rezoned): void {
    const text = `the time zone is ${to}, no longer ${from}: ${moved} readings moved` +
      (dropped > 0 ? `, ${dropped} at times that ${to} does not have were dropped` : "");
    this.options.onEvent({ kind: "note", siteId, level: "warning", text });
    this.notes.add(`site ${siteId}: ${text}`);
  }

  /** One save after the other: a database has one writer. */
  save(delivery: Delivery): Promise<Saved> {
    const turn = this.#saving.then(() => this.options.database.save(delivery));
    this.#saving = turn.catch(() => {});
    return turn;
  }

  /** The mark under which it is remembered how wide a query may ask. */
  learned(query: Query): Mark | undefined {
    return this.knowledge.mark(0, windowSeries(this.options.source, query));
  }

  /** Takes back what some requests were denied. */
  forgetDenials(isMeant: (step: Step) => boolean): void {
    const kept = this.denied.filter((one) => !isMeant(one.step));
    this.denied.splice(0, this.denied.length, ...kept);
  }

  /** Counts what a request spent that failed, its retries included as far as they can be distinguished. */
  async countInVain(step: Step, sentBefore: number): Promise<void> {
    const sent = Math.min(this.options.requestsSent() - sentBefore, mostTries);
    if (sent <= 0) return;
    const spent = this.spentBy(step).map((one) => ({ ...one, requests: one.requests * sent }));
    if (spent.length === 0) return;
    const { query } = step.request;
    await this.save({
      source: this.options.source.name,
      series: query.series,
      dataType: query.dataType,
      harvest: { rows: [] },
      ranges: [],
      marks: [],
      fetchedAt: this.options.clock.now(),
      spent,
    });
  }

  /** What a request spends, to be counted with what comes of it. */
  spentBy({ request, purpose }: Pick<Step, "request" | "purpose">): Spent[] {
    const now = epochOf(this.options.clock.now());
    const hour = now - now % 3600;
    const { quota } = this.options.source;
    return request.query.charges(request)
      .filter(({ allowance }) =>
        quota.some((one) => one.per !== "minute" && allowance.startsWith(one.allowance))
      )
      .map(({ allowance, amount }) => ({ allowance, hour, purpose, requests: amount }));
  }
}

/** What is noted of a site, with its number; of the account (site 0) without. */
export function aboutSite(siteId: number, text: string): string {
  return siteId === 0 ? text : `site ${siteId}: ${text}`;
}

/** Under which name it is remembered how wide a query of a source may ask. */
export function windowSeries(source: Pick<Source, "name">, query: Query): string {
  return `window ${source.name} ${query.name}`;
}

function stopKeys(request: PlannedRequest): string[] {
  return request.query.charges(request).map(({ allowance }) => `${request.necessity} ${allowance}`);
}
