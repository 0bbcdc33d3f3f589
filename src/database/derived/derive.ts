import type { Derivation, TableRows } from "../../model/harvest.ts";
import { instantText } from "../../model/site_time.ts";
import type { Value } from "../../model/table.ts";
import type { Awaitable } from "../awaitable.ts";
import daysSql from "../../../sql/shared/days.sql" with { type: "text" };
import quarterHoursSql from "../../../sql/shared/quarter_hours.sql" with { type: "text" };
import { balanceOf, type DayParts } from "./day_balance.ts";
import { detailsOf, type DeviceBucket } from "./quarter_hours.ts";

/** The questions behind what is derived, in words that every dialect understands. */
export const partsSql = { quarter_hours: quarterHoursSql, days: daysSql } as const;

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

/** The rows that follow from what is stored, to be saved like rows that a server sent. */
export async function derivedRows(ask: AskParts, one: Derivation): Promise<TableRows[]> {
  const { siteId } = one;
  switch (one.kind) {
    case "quarter-hours": {
      const [start, end] = [one.interval.start.subtract(dusk), one.interval.end.add(dusk)];
      const buckets = await ask("quarter_hours", {
        siteId,
        from: instantText(start.subtract(around)),
        to: instantText(end.add(around)),
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
        siteId,
        from: one.first.toString(),
        to: one.last.add({ days: 1 }).toString(),
      });
      return balanceOf(siteId, days as unknown as readonly DayParts[]);
    }
  }
}
