import { dayText, localText, readLocal, type Zone } from "../zone.ts";
import { Problem } from "./problem.ts";

/** The wall clock at an epoch second with its offset: `2026-08-24T06:45:00+01:00`. */
export function stamp(zone: Zone, epoch: number): string {
  return `${clock(zone, epoch)}${offset(zone, epoch)}`;
}

/** The same with nanoseconds, as the server writes the end of an open period. */
export function fineStamp(zone: Zone, epoch: number, nanoseconds: number): string {
  return `${clock(zone, epoch)}.${String(nanoseconds).padStart(9, "0")}${offset(zone, epoch)}`;
}

/** Midnight of a local day (days since 1970-01-01) with its offset. */
export function dayStamp(zone: Zone, day: number): string {
  const epoch = zone.dayStart(day);
  return `${dayText(day)}T00:00:00${offset(zone, epoch)}`;
}

function clock(zone: Zone, epoch: number): string {
  return localText(zone.localOf(epoch)).replace(" ", "T");
}

function offset(zone: Zone, epoch: number): string {
  const minutes = zone.offsetAt(epoch) / 60;
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(size / 60)}:${two(size % 60)}`;
}

/**
 * The epoch second that a client means: an instant where an offset is named, else the site's wall clock,
 * of a repeated hour its first pass. Fractions of a second are dropped. Refuses anything else with 400.
 */
export function readStamp(zone: Zone, name: string, text: string): number {
  const parts = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.\d{1,9})?(Z|[+-]\d{2}:\d{2})?$/.exec(
    text,
  );
  const local = parts === null ? null : readLocal(`${parts[1]} ${parts[2]}`);
  if (parts === null || local === null) {
    throw new Problem(400, `Invalid value of parameter ${name}`);
  }
  if (parts[3] !== undefined) {
    const sign = parts[3].startsWith("-") ? -1 : 1;
    const [hours, minutes] = parts[3] === "Z" ? [0, 0] : parts[3].slice(1).split(":").map(Number);
    return local - sign * (hours * 3600 + minutes * 60);
  }
  // An hour that the clocks skipped is read with the offset before the change.
  return zone.epochsOf(local)[0] ?? local - zone.offsetAt(local - 86_400);
}
