/**
 * When to try again: the rules alone, without waiting. Waits of up to 90 seconds are worth it; a longer
 * one is left to a later run.
 */
const longestWaitSeconds = 90;

/** No quota lasts longer than a month: what a server asks for beyond is a slip, and no date to show a person. */
const longestRetryAfterSeconds = 31 * 86_400;

/**
 * The moment that a `Retry-After` header names, in seconds or as an HTTP date; null where it names none that
 * can be meant: one that is past tells nobody when to try again.
 */
export function retryAfter(header: string | null, now: Temporal.Instant): Temporal.Instant | null {
  const text = header?.trim() ?? "";
  const milliseconds = /^\d+(\.\d+)?$/.test(text)
    ? Math.ceil(Number(text) * 1000)
    : text.endsWith("GMT")
    ? Date.parse(text) - now.epochMilliseconds
    : NaN;
  const canBeMeant = 0 < milliseconds && milliseconds <= longestRetryAfterSeconds * 1000;
  return canBeMeant ? now.add({ milliseconds }) : null;
}

/** Milliseconds from now until a moment (0 where it is past); null when that is too long to wait. */
export function shortWait(until: Temporal.Instant, now: Temporal.Instant): number | null {
  const milliseconds = Math.max(0, until.epochMilliseconds - now.epochMilliseconds);
  return milliseconds <= longestWaitSeconds * 1000 ? milliseconds : null;
}

/**
 * Milliseconds to wait after a failed try, the first being 0: the delay doubles with each try, and between
 * half of it and all of it is waited, so that programs that failed together do not come back together.
 * Never before the moment that the server named; null when that is too far ahead.
 */
export function waitAfter(options: {
  readonly tries: number;
  readonly delaySeconds: number;
  readonly notBefore: Temporal.Instant | null;
  readonly now: Temporal.Instant;
  readonly random: () => number;
}): number | null {
  const step = Math.min(options.delaySeconds * 2 ** options.tries, longestWaitSeconds) * 1000;
  const backoff = Math.round(step * (0.5 + options.random() / 2));
  if (options.notBefore === null) return backoff;
  const named = shortWait(options.notBefore, options.now);
  return named === null ? null : Math.max(backoff, named);
}
