/** Wall clocks of the simulated sites: epoch seconds and local labels, by arithmetic on a zone's offsets. */

/** A time zone as the simulated server keeps it. Local seconds are wall clock read as if it were UTC. */
export interface Zone {
  readonly name: string;
  /** Seconds that the wall clock is ahead of UTC at an epoch second. */
  offsetAt(epoch: number): number;
  /** The wall clock at an epoch second, in local seconds. */
  localOf(epoch: number): number;
  /** The epoch seconds at which the wall clock shows these local seconds: none, one or two, in order. */
  epochsOf(local: number): number[];
  /** The epoch second at which a local day (days since 1970-01-01) begins. */
  dayStart(day: number): number;
}

/** Seconds of a quarter-hour: the step of the model; the offset of every zone is a multiple of it. */
export const quarterHour = 900;

export const daySeconds = 86_400;

const zones = new Map<string, Zone>();
const firstYear = Date.UTC(2005, 0, 1);
const lastYear = Date.UTC(2045, 0, 1);

/** The zone of an IANA name; throws RangeError for an unknown name. */
export function zoneOf(name: string): Zone {
  const known = zones.get(name);
  if (known) return known;
  const made = makeZone(name);
  zones.set(name, made);
  return made;
}

function makeZone(name: string): Zone {
  const starts: number[] = [];
  const offsets: number[] = [];
  let at: Temporal.ZonedDateTime | null = Temporal.Instant.fromEpochMilliseconds(firstYear)
    .toZonedDateTimeISO(name);
  while (at && at.epochMilliseconds < lastYear) {
    starts.push(at.epochMilliseconds / 1000);
    offsets.push(at.offsetNanoseconds / 1e9);
    at = at.getTimeZoneTransition("next");
  }
  let hint = 0;
  const offsetAt = (epoch: number): number => {
    while (hint + 1 < starts.length && starts[hint + 1] <= epoch) hint++;
    while (hint > 0 && starts[hint] > epoch) hint--;
    return offsets[hint];
  };
  const epochsOf = (local: number): number[] => {
    const around = new Set([offsetAt(local - daySeconds), offsetAt(local + daySeconds)]);
    return [...around].map((offset) => local - offset)
      .filter((epoch) => epoch + offsetAt(epoch) === local).sort((a, b) => a - b);
  };
  const dayStart = (day: number): number => {
    const local = day * daySeconds;
    const exact = epochsOf(local);
    if (exact.length > 0) return exact[0];
    // The clock was put forward over midnight: the day begins at the change.
    const change = starts.find((start) =>
      start > local - 2 * daySeconds && start + offsetAt(start) >= local
    );
    return change!;
  };
  return { name, offsetAt, localOf: (epoch) => epoch + offsetAt(epoch), epochsOf, dayStart };
}

/** The local day (days since 1970-01-01) of local seconds. */
export function dayOf(local: number): number {
  return Math.floor(local / daySeconds);
}

/** Local seconds of a `YYYY-MM-DD` with an optional ` hh:mm:ss`; null when it is no such time. */
export function readLocal(text: string): number | null {
  const parts = /^(\d{4})-(\d{2})-(\d{2})(?: (\d{2}):(\d{2}):(\d{2}))?$/.exec(text);
  if (!parts) return null;
  const [year, month, day, hour, minute, second] = parts.slice(1).map((part) => Number(part ?? 0));
  const milliseconds = Date.UTC(year, month - 1, day, hour, minute, second);
  return localText(milliseconds / 1000).startsWith(text) ? milliseconds / 1000 : null;
}

/** `YYYY-MM-DD hh:mm:ss` of local seconds. */
export function localText(local: number): string {
  const day = dayOf(local);
  const second = Math.floor(local - day * daySeconds);
  const [hours, minutes] = [Math.floor(second / 3600), Math.floor(second / 60)];
  return `${dayText(day)} ${twoDigits[hours]}:${twoDigits[minutes % 60]}:${twoDigits[second % 60]}`;
}

const twoDigits = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, "0"));

/** A body holds hundreds of times of the same day. */
let lastDay = { day: NaN, text: "" };

/** `YYYY-MM-DD` of a local day. */
export function dayText(day: number): string {
  if (day !== lastDay.day) {
    lastDay = { day, text: new Date(day * daySeconds * 1000).toISOString().slice(0, 10) };
  }
  return lastDay.text;
}

/** The local day of `YYYY-MM-DD`. */
export function readDay(text: string): number {
  return Date.parse(`${text}T00:00:00Z`) / (daySeconds * 1000);
}
