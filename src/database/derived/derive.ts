import type { Compared, Derivation, TableRows } from "../../model/harvest.ts";
import { instantText } from "../../model/site_time.ts";
import type { Value } from "../../model/table.ts";
import type { Awaitable } from "../awaitable.ts";
import daysSql from "../../../sql/shared/days.sql" with { type: "text" };
import quarterHoursSql from "../../../sql/shared/quarter_hours.sql" with { type: "text" };
import sitePowerSql from "../../../sql/shared/site_power.sql" with { type: "text" };
import { balanceOf, type DayParts } from "./day_balance.ts";
import { detailsOf, type DeviceBucket } from "./quarter_hours.ts";
import { comparePower, sitePowerOf } from "./site_power.ts";

/** The questions behind what is derived, in words that every dialect understands. */
export const partsSql = {
  quarter_hours: quarterHoursSql,
  days: daysSql,
  site_power: sitePowerSql,
} as const;

/** Which parts are asked for; times and dates as text, the end not included. */
export interface PartsWanted {
  readonly siteId: number;
  readonly from: string;
  readonly to: string;
}

/** Rows by the names of their columns; instants as UTC text, dates as text. */
export type AskParts = (
  question: keyof typeof partsSql,
  wanted: PartsWanted,
) => Awaitable<readonly Readonly<Record<string, Value>>[]>;

/** Around a time, how far it decides who sleeps. */
const dusk = { minutes: 90 };
/** Around a time, how far a device may be silent and still belongs to a sum. */
const around = { hours: 48 };

/** What follows from stored rows. */
export interface Derived {
  /** To be saved like rows that a server sent. */
  readonly rows: readonly TableRows[];
  readonly compared?: Compared;
}

/** Works out what follows from what is stored. */
export async function derived(ask: AskParts, one: Derivation): Promise<Derived> {
  const { siteId } = one;
  switch (one.kind) {
    case "quarter-hours": {
      const [start, end] = [one.interval.start.subtract(dusk), one.interval.end.add(dusk)];
      const buckets = await bucketsOf(ask, siteId, start, end);
      return { rows: detailsOf(siteId, buckets, instantText(start), instantText(end)) };
    }
    case "site-power": {
      const { start, end } = one.interval;
      const buckets = await bucketsOf(ask, siteId, start, end);
      const [from, to] = [instantText(start), instantText(end)];
      if (!one.compared) return { rows: [sitePowerOf(siteId, buckets, from, to)] };
      const told = await ask("site_power", { siteId, from, to });
      const compared = comparePower(
        buckets,
        told as unknown as Parameters<typeof comparePower>[1],
        from,
        to,
      );
      return { rows: [], compared };
    }
    case "day-balance": {
      const days = await ask("days", {
        siteId,
        from: one.first.toString(),
        to: one.last.add({ days: 1 }).toString(),
      });
      return { rows: balanceOf(siteId, days as unknown as readonly DayParts[]) };
    }
  }
}

/** The quarter-hours of all devices of a site within `[start, end)` and around it. */
async function bucketsOf(
  ask: AskParts,
  siteId: number,
  start: Temporal.Instant,
  end: Temporal.Instant,
): Promise<readonly DeviceBucket[]> {
  const rows = await ask("quarter_hours", {
    siteId,
    from: instantText(start.subtract(around)),
    to: instantText(end.add(around)),
  });
  return rows as unknown as readonly DeviceBucket[];
}
