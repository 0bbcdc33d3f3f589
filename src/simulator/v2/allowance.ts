/** How often v2 may be asked. */
export interface AllowanceOptions {
  /** Credits of a billing month, of the whole account. */
  readonly credits: number;
  /** Calls of one key or application in a minute of the clock. */
  readonly perMinute: number;
  /** Day of the month, UTC, on which a new month of credits begins. */
  readonly billingDay: number;
}

/** What a call may do, and what its answer says about it. */
export interface Admission {
  /** Headers for every answer. */
  readonly headers: Readonly<Record<string, string>>;
  readonly refused: "minute" | "month" | null;
}

/** Counts the calls of an account. */
export interface Allowance {
  /** Counts a call, unless it is refused. */
  charge(caller: string, now: number): Admission;
  /** What `charge` says of a call that was counted before. */
  look(caller: string, now: number): Admission;
  /** Credits spent in the billing month. */
  spent(now: number): number;
}

/** Counters that begin empty; times in epoch seconds. */
export function createAllowance(options: AllowanceOptions): Allowance {
  const minutes = new Map<string, { minute: number; calls: number }>();
  let month = { start: NaN, spent: 0 };

  const monthAt = (now: number) => {
    const start = billingStart(now, options.billingDay);
    if (month.start !== start) month = { start, spent: 0 };
    return month;
  };
  const minuteAt = (caller: string, now: number) => {
    const minute = Math.floor(now / 60);
    const known = minutes.get(caller);
    if (known?.minute === minute) return known;
    const fresh = { minute, calls: 0 };
    minutes.set(caller, fresh);
    return fresh;
  };
  const headers = (calls: number) => ({
    "x-ratelimit-limit-minute": `${options.perMinute}`,
    "x-ratelimit-remaining-minute": `${Math.max(0, options.perMinute - calls)}`,
  });

  return {
    charge(caller, now) {
      const minute = minuteAt(caller, now);
      if (minute.calls >= options.perMinute) {
        const wait = { "retry-after": `${60 - now % 60}` };
        return { headers: { ...headers(minute.calls), ...wait }, refused: "minute" };
      }
      const credits = monthAt(now);
      if (credits.spent >= options.credits) {
        return { headers: headers(minute.calls), refused: "month" };
      }
      minute.calls++;
      credits.spent++;
      return { headers: headers(minute.calls), refused: null };
    },
    look: (caller, now) => ({ headers: headers(minuteAt(caller, now).calls), refused: null }),
    spent: (now) => monthAt(now).spent,
  };
}

/** Epoch second at which the billing month of a moment began; short months end on their last day. */
function billingStart(now: number, billingDay: number): number {
  const today = Temporal.Instant.fromEpochMilliseconds(now * 1000).toZonedDateTimeISO("UTC")
    .startOfDay();
  const thisMonth = today.with({ day: billingDay });
  const start = Temporal.ZonedDateTime.compare(thisMonth, today) <= 0
    ? thisMonth
    : today.with({ day: 1 }).subtract({ months: 1 }).with({ day: billingDay });
  return start.epochMilliseconds / 1000;
}
