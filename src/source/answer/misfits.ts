import type { Note } from "../../model/harvest.ts";
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
