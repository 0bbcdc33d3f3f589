import type { Compared, Derivation, TableRows } from "../../model/harvest.ts";
import { instantText } from "../../model/site_time.ts";
import type { Value } from "../../model/table.ts";
import type { Awaitable } from "../session.ts";
import { balanceOf, type DayParts } from "./day_balance.ts";
import { detailsOf, type DeviceBucket, type SitePower } from "./quarter_hours.ts";
import { oncePerDevice } from "./same_device.ts";
import { comparePower, sitePowerOf } from "./site_power.ts";

/** Asks for parts; times and dates as text, the end not included. Gives rows by the names of their columns. */
export type AskParts = (
  question: "quarter_hours" | "days" | "site_power",
  parameters: { readonly site_id: number; readonly from_at: string; readonly to_at: string },
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
      const [from, to] = [instantText(start), instantText(end)];
      const whole = await sitePower(ask, siteId, from, to);
      if (one.ofSite && whole.length === 0) return { rows: [] };
      const buckets = await bucketsOf(ask, siteId, start, end);
      return { rows: detailsOf(siteId, buckets, whole, from, to) };
    }
    case "site-power": {
      const { start, end } = one.interval;
      const buckets = await bucketsOf(ask, siteId, start, end);
      const [from, to] = [instantText(start), instantText(end)];
      if (!one.compared) return { rows: [sitePowerOf(siteId, buckets, from, to)] };
      const stored = await sitePower(ask, siteId, from, to);
      return { rows: [], compared: comparePower(buckets, stored, from, to) };
    }
    case "day-balance": {
      const days = await ask("days", {
        site_id: siteId,
        from_at: one.first.toString(),
        to_at: one.last.add({ days: 1 }).toString(),
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
    site_id: siteId,
    from_at: instantText(start.subtract(around)),
    to_at: instantText(end.add(around)),
  });
  return oncePerDevice(rows as unknown as readonly DeviceBucket[]);
}

/** The power of a site without a battery for the quarter-hours that begin within `[from, to)`. */
async function sitePower(
  ask: AskParts,
  siteId: number,
  from: string,
  to: string,
): Promise<readonly SitePower[]> {
  const rows = await ask("site_power", { site_id: siteId, from_at: from, to_at: to });
  return rows as unknown as readonly SitePower[];
}
