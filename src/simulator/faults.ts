/**
 * What can go wrong with a request.
 * - `status`: refused with a status and a body, by default HTML
 * - `no-answer`: nothing comes until the client gives up
 * - `reset`: the connection breaks before, or (`reset-midway`) amid the answer
 * - `truncated-json`, `html`, `empty`, `wrong-shape`: status 200 with a body that is no answer
 * - `echo-url`: an error whose body names the whole address of the request, key included
 * - `redirect`: sends the client elsewhere
 * - `endless-count`: a list whose `count` is never reached, and whose every page is the first
 */
export type Failure =
  | {
    readonly kind: "status";
    readonly status: number;
    readonly body?: "html" | "json" | "problem" | "text" | "empty";
    /** Value of the header, seconds or a date. */
    readonly retryAfter?: string;
  }
  | { readonly kind: "no-answer" | "reset" | "reset-midway" | "truncated-json" | "html" | "empty" }
  | { readonly kind: "wrong-shape"; readonly body?: unknown }
  | { readonly kind: "echo-url"; readonly status: number }
  | { readonly kind: "redirect"; readonly to: string }
  | { readonly kind: "endless-count" };

/** Which requests something happens to. */
export interface Target {
  /** A template such as `/site/{id}/energy`, or a pattern of templates; every endpoint by default. */
  readonly endpoint?: string | RegExp;
  /** Only requests that name this site. */
  readonly siteId?: number;
  /** So many matching requests pass first; 0 by default. */
  readonly after?: number;
  /** How many requests it happens to; 1 by default, Infinity for ever. */
  readonly times?: number;
}

export type Fault = Failure & Target;

/** A fault at work. */
export interface Injection {
  /** Requests that it has happened to. */
  readonly hits: number;
  remove(): void;
}

/** Requests that are held back unanswered until they are released. */
export interface Hold {
  /** Resolves when so many requests are waiting at once. */
  waiting(count: number): Promise<void>;
  /** Answers those that wait, and holds no more. */
  release(): void;
}

/** The faults and holds of a server. */
export interface Faults {
  inject(fault: Fault): Injection;
  hold(target: Target): Hold;
  /** The failure of this request, if it has one; counts it as hit. */
  next(endpoint: string, siteIds: readonly number[]): Failure | null;
  /** Resolves at once, or when the request may go on; `gone` says that its client went away. */
  held(endpoint: string, siteIds: readonly number[], gone: Promise<void>): Promise<void>;
  releaseAll(): void;
}

interface Counted {
  readonly target: Target;
  seen: number;
  hits: number;
}

/** No faults yet. */
export function createFaults(): Faults {
  let injected: (Counted & { readonly failure: Failure })[] = [];
  let holds: (Counted & { enter(gone: Promise<void>): Promise<void>; release(): void })[] = [];
  return {
    inject(fault) {
      const entry = { target: fault, failure: fault, seen: 0, hits: 0 };
      injected.push(entry);
      return {
        get hits() {
          return entry.hits;
        },
        remove: () => void (injected = injected.filter((one) => one !== entry)),
      };
    },
    hold(target) {
      const entry = { target: { times: Infinity, ...target }, seen: 0, hits: 0, ...waitingRoom() };
      holds.push(entry);
      return {
        waiting: entry.waiting,
        release() {
          holds = holds.filter((one) => one !== entry);
          entry.release();
        },
      };
    },
    next: (endpoint, siteIds) =>
      injected.find((one) => strikes(one, endpoint, siteIds))?.failure ?? null,
    held: (endpoint, siteIds, gone) =>
      holds.find((one) => strikes(one, endpoint, siteIds))?.enter(gone) ?? Promise.resolve(),
    releaseAll() {
      for (const one of holds) one.release();
      holds = [];
    },
  };
}

function strikes(one: Counted, endpoint: string, siteIds: readonly number[]): boolean {
  const { target } = one;
  const matches = target.endpoint === undefined ||
    (typeof target.endpoint === "string"
      ? target.endpoint === endpoint
      : target.endpoint.test(endpoint));
  if (!matches || (target.siteId !== undefined && !siteIds.includes(target.siteId))) return false;
  if (one.seen++ < (target.after ?? 0) || one.hits >= (target.times ?? 1)) return false;
  one.hits++;
  return true;
}

function waitingRoom() {
  const open = Promise.withResolvers<void>();
  let inside = 0;
  let watchers: { count: number; resolve: () => void }[] = [];
  return {
    release: () => open.resolve(),
    async enter(gone: Promise<void>) {
      inside++;
      for (const one of watchers) if (inside >= one.count) one.resolve();
      watchers = watchers.filter((one) => inside < one.count);
      await Promise.race([open.promise, gone]);
      inside--;
    },
    waiting: (count: number) =>
      inside >= count
        ? Promise.resolve()
        : new Promise<void>((resolve) => watchers.push({ count, resolve })),
  };
}
