/** How often and how much at once the server may be asked. */
export interface LimitOptions {
  /** Requests per token, and per site, in a day. */
  readonly perDay: number;
  /** Requests in flight at once from one address. */
  readonly inFlight: number;
  /** When a day's requests count no more: each after 24 hours, or all at midnight UTC. */
  readonly reset: "rolling" | "utc-midnight";
}

/** Counts the calls of each allowance: of a token, or of a site. */
export interface Limits {
  /** Counts one call in each allowance that is not used up; false, a refusal, when one of them is. */
  charge(allowances: readonly string[], now: number): boolean;
}

const daySeconds = 86_400;

/** Counters that begin empty. */
export function createLimits(options: Pick<LimitOptions, "perDay" | "reset">): Limits {
  const calls = new Map<string, number[]>();
  const counting = (allowance: string, now: number): number[] => {
    const since = options.reset === "rolling"
      ? now - daySeconds
      : Math.floor(now / daySeconds) * daySeconds - 1;
    const kept = (calls.get(allowance) ?? []).filter((at) => at > since);
    calls.set(allowance, kept);
    return kept;
  };
  return {
    charge(allowances, now) {
      const counted = allowances.map((one) => counting(one, now));
      const allowed = counted.every((one) => one.length < options.perDay);
      for (const one of counted) if (one.length < options.perDay) one.push(now);
      return allowed;
    },
  };
}
