import { readStamp } from "./v2/stamp.ts";
import { dayOf, readLocal, type Zone } from "./zone.ts";

/** Epoch seconds; a window of dates ends with its last day. */
export interface RequestWindow {
  readonly from: number;
  readonly to: number;
}

/** One request as the server saw it; credentials are not kept. */
export interface RequestRecord {
  readonly at: Temporal.Instant;
  /** Template such as `/site/{id}/energy` or `/v2/sites/{id}/energy`; empty for an unknown path. */
  readonly endpoint: string;
  readonly path: string;
  /** Those of the query; several of one name with commas between them. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly siteIds: readonly number[];
  /** The time that `from` and `to`, or what v1 calls them, name; null where they do not. */
  readonly window: RequestWindow | null;
  /** 0 while it is not answered, and for ever where it got no answer. */
  readonly status: number;
  /** Requests in flight when it arrived, itself included. */
  readonly inFlight: number;
}

const names = [["from", "to"], ["startTime", "endTime"], ["startDate", "endDate"]] as const;

/** The window that a request names on the clock of its site; null where either end is missing or no time. */
export function requestWindow(
  parameters: URLSearchParams,
  zone: Zone | undefined,
): RequestWindow | null {
  if (zone === undefined) return null;
  for (const [first, last] of names) {
    const from = moment(zone, first, parameters.get(first), 0);
    const to = moment(zone, last, parameters.get(last), 1);
    if (from !== null && to !== null) return { from, to };
  }
  return null;
}

/** An instant, a wall clock, or the midnight so many days after a date. */
function moment(zone: Zone, name: string, text: string | null, daysLater: number): number | null {
  if (text === null) return null;
  const day = text.length === 10 ? readLocal(text) : null;
  if (day !== null) return zone.dayStart(dayOf(day) + daysLater);
  try {
    return readStamp(zone, name, text.replace(" ", "T"));
  } catch {
    return null;
  }
}
