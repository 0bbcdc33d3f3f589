import {
  isTimeZone,
  readLabel,
  type Resolved,
  resolveLabels,
  type Stamp,
  toLocal,
} from "../../model/site_time.ts";
import { isPossible } from "../answer/answer_fields.ts";

const offset = /(?:z|[+-]\d\d:?\d\d)$/i;

/**
 * The moment of a time with an offset, and the wall clock that it shows (the site's, where it is told in
 * UTC); whole seconds. Null for anything else.
 */
export function readStamp(text: unknown, timeZone: string | null): Stamp | null {
  if (typeof text !== "string" || !offset.test(text.trim())) return null;
  try {
    const instant = Temporal.Instant.from(text.trim())
      .round({ smallestUnit: "second", roundingMode: "floor" });
    const isUtc = /z$/i.test(text.trim());
    const local = isUtc && timeZone !== null && isTimeZone(timeZone)
      ? toLocal(instant, timeZone)
      : readLabel(text.trim().replace(offset, ""));
    return local && isPossible(local) ? { instant, local } : null;
  } catch {
    return null;
  }
}

/** The same, also for a time without offset, which is wall clock of the site. */
export function readSiteTime(text: unknown, timeZone: string | null): Stamp | null {
  const stamp = readStamp(text, timeZone);
  if (stamp || typeof text !== "string" || timeZone === null || !isTimeZone(timeZone)) return stamp;
  const [resolved] = resolveLabels([text], timeZone);
  return resolved?.ok && isPossible(resolved.stamp.local) ? resolved.stamp : null;
}

/** The stamps of a series in its order: exact where offsets are told, else by the order of the labels. */
export function readStamps(labels: readonly string[], timeZone: string): Resolved[] {
  if (!labels.some((one) => offset.test(one.trim()))) return resolveLabels(labels, timeZone);
  return labels.map((label) => {
    const stamp = readStamp(label, timeZone);
    return stamp ? { ok: true, stamp } : { ok: false, label, problem: "unreadable" };
  });
}
