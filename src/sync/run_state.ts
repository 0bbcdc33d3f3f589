import type { Database, MarkChange, Piece, Rezoned, Saved } from "../database/database.ts";
import type { Clock } from "../model/clock.ts";
import type { PlannedRequest, Source } from "../source/source.ts";
import type { Step } from "./plan.ts";
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

/** What changes while a run goes on. */
export class RunState {
  readonly attempted = new Set<string>();
  readonly reported = new Set<number>();
  readonly refused = new Set<number>();
  readonly assumeChanged = false;
  readonly failures: Failure[] = [];
  readonly unavailable: { siteId: number; dataType: Failure["dataType"]; reason: string }[] = [];
  readonly notes = new Set<string>();
  readonly counts = { inserted: 0, changed: 0, unchanged: 0 };
  /** Sites (0: the account) for which something due was not sent. */
  readonly leftDue: number[] = [];
  quotaFreesAt: Temporal.Instant | null = null;
  quotaMessage: string | null = null;
  spentByOthers = false;
  /** Buckets whose quota is no longer spare in this run, each with what it is not spare for. */
  readonly #stopped = new Set<string>();
  /** Requests a day that a complete harvest needs at the least. */
  needPerDay = 0;
  /** Requests that make everything fresher once. */
  refreshes = 0;
  /** Requests begun, of which some may not have left yet; retries are not among them. */
  started = 0;
  ended: Failure | null = null;
  #saving: Promise<unknown> = Promise.resolve();

  constructor(readonly options: RunOptions, readonly startedAt: Temporal.Instant) {}

  isOver(): boolean {
    return this.ended !== null || this.spentByOthers || this.options.signal.aborted;
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

  /** From now on nothing that is as little urgent is bought from the same buckets. */
  stop(request: PlannedRequest): void {
    for (const one of stopKeys(request)) this.#stopped.add(one);
  }

  isStopped(request: PlannedRequest): boolean {
    return stopKeys(request).some((one) => this.#stopped.has(one));
  }

  fail(failure: Failure): void {
    this.failures.push(failure);
    this.options.onEvent({ kind: "failed", failure });
    if (this.options.strict) this.ended ??= failure;
  }

  tellRezoned({ siteId, from, to, moved, dropped }: Rezoned): void {
    const text = `the time zone is ${to}, no longer ${from}: ${moved} readings moved` +
      (dropped > 0 ? `, ${dropped} at times that ${to} does not have were dropped` : "");
    this.options.onEvent({ kind: "note", siteId, level: "warning", text });
    this.notes.add(`site ${siteId}: ${text}`);
  }

  /** One save after the other: a database has one writer. */
  save(piece: Piece): Promise<Saved> {
    const turn = this.#saving.then(() => this.options.database.save(piece));
    this.#saving = turn.catch(() => {});
    return turn;
  }
}

function stopKeys(request: PlannedRequest): string[] {
  return request.query.charges(request).map(({ bucket }) => `${request.necessity} ${bucket}`);
}

/** Counts a piece as failed and remembers its message; nothing else of what is known moves. */
export async function recordFailure(
  step: Step,
  state: RunState,
  siteIds: readonly number[],
  facts: Pick<Failure, "kind" | "endpoint" | "message" | "remedy">,
): Promise<void> {
  const { request } = step;
  for (const siteId of siteIds.length ? siteIds : [0]) {
    state.fail(failure(request, siteId || null, facts));
    await changeMark(step, state, {
      siteId,
      deviceKey: request.device?.deviceKey ?? "",
      error: { at: state.options.clock.now(), text: facts.message },
    });
  }
}

/** Saves a change of what is known about a series, without any rows. */
export async function changeMark(step: Step, state: RunState, mark: MarkChange): Promise<void> {
  const { query } = step.request;
  await state.save({
    source: state.options.source.name,
    series: query.series,
    dataType: query.dataType,
    harvest: { rows: [] },
    stretches: [],
    marks: [mark],
    fetchedAt: state.options.clock.now(),
  });
}

/** A failure of a request, told with its facts. */
export function failure(
  request: PlannedRequest,
  siteId: number | null,
  facts: Pick<Failure, "kind" | "endpoint" | "message" | "remedy">,
): Failure {
  return {
    siteId,
    dataType: request.query.dataType,
    device: request.device?.deviceKey ?? null,
    ...facts,
  };
}
