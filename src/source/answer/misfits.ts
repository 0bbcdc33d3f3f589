import type { Note } from "../../model/harvest.ts";
import { readTimeZone } from "../../model/time_zone.ts";
import { shown, shownJson } from "./shown.ts";

/**
 * A note on values that are none of their kind, and stand in `extra` with what has no column; none without any
 * (undefined: it fits). A figure is lost; of what a site or a device is called, it is a warning.
 */
export function misfitNotes(
  values: readonly unknown[],
  siteId: number,
  subject: string,
  level: "loss" | "warning" = "loss",
): Note[] {
  const misfits = values.filter((one) => one !== undefined);
  if (misfits.length === 0) return [];
  const what = misfits.length === 1
    ? "a value cannot be read and is kept aside"
    : `${misfits.length} values cannot be read and are kept aside`;
  return [{
    siteId,
    level,
    text: `${shown(subject, 100)}: ${what}: ${shownJson(misfits[0], 60)}`,
  }];
}

/**
 * Notes on what is odd in an entry of a site: a zone that is none, of which a person can do something, or the first
 * value that is none of its kind.
 */
export function siteOddities(misfits: readonly unknown[], zone: unknown, siteId: number): Note[] {
  const isNone = typeof zone === "string" && zone.trim() !== "" && readTimeZone(zone) === null;
  const others = misfits.filter((one) => !isNone || one !== zone);
  const notes = misfitNotes(others, siteId, "site", "warning");
  if (!isNone) return notes;
  const text = `the time zone ${shownJson(zone, 60)} is not known; if it is not yet in ` +
    `SEH_SITE_TIME_ZONES, name it there: SEH_SITE_TIME_ZONES=${siteId}=Europe/Berlin`;
  return [...notes, { siteId, level: "warning", text }];
}
