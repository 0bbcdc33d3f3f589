import type { Derivation, TableRows } from "../../model/harvest.ts";
import { instantText } from "../../model/site_time.ts";
import type { Value } from "../../model/table.ts";
import type { Awaitable } from "../session.ts";
import { balanceOf, type DayParts } from "./day_balance.ts";
import { detailsOf, type DeviceBucket } from "./quarter_hours.ts";

/** Asks for parts; times and dates as text, the end not included. Gives rows by the names of their columns. */
export type AskParts = (
  question: "quarter_hours" | "days",
  wanted: { readonly site_id: number; readonly from_at: string; readonly to_at: string },
) => Awaitable<readonly Readonly<Record<string, Value>>[]>;

/** Around a time, how far it decides who sleeps. */
const dusk = { minutes: 90 };
/** Around a time, how far a device may be silent and still belongs to a sum. */
const around = { hours: 48 };

/** The rows that follow from what is stored, to be saved like rows that a server sent. */
export async function derivedRows(ask: AskParts, one: Derivation): Promise<TableRows[]> {
  const { siteId } = one;
  switch (one.kind) {
    case "quarter-hours": {
      const [start, end] = [one.interval.start.subtract(dusk), one.interval.end.add(dusk)];
      const buckets = await ask("quarter_hours", {
        site_id: siteId,
        from_at: instantText(start.subtract(around)),
        to_at: instantText(end.add(around)),
      });
      return detailsOf(
        siteId,
        buckets as unknown as readonly DeviceBucket[],
        instantText(start),
        instantText(end),
      );
    }
    case "day-balance": {
      const days = await ask("days", {
        site_id: siteId,
        from_at: one.first.toString(),
        to_at: one.last.add({ days: 1 }).toString(),
      });
      return balanceOf(siteId, days as unknown as readonly DayParts[]);
    }
  }
}
