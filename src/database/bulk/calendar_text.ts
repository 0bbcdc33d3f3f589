/** Two digits of a text, `15` of `2026-03-29T01:15:00` at 14; NaN when something else stands there. */
export function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens < 10 && ones >= 0 && ones < 10 ? tens * 10 + ones : NaN;
}

/** Seconds from midnight to the hour, minute and second of `2026-03-29T01:15:00`; NaN when there are none. */
export function secondOfDay(text: string): number {
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  return hour < 24 && minute < 60 && second < 60 &&
      text[10] === "T" && text[13] === ":" && text[16] === ":"
    ? hour * 3600 + minute * 60 + second
    : NaN;
}

/** UTC milliseconds of the midnight with which `2026-03-29` begins; NaN for a day that no calendar has. */
export function midnightOf(day: string): number {
  // Years begin with 1.
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || day.startsWith("0000")) return NaN;
  const midnight = Date.parse(`${day}T00:00:00Z`);
  // 30 February would be taken for 2 March.
  const isReal = !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(day);
  return isReal ? midnight : NaN;
}

/**
 * Reads times like `2026-03-29T01:15:00`, one after another: seconds from the beginning of 1970, as if they
 * were UTC; NaN for a time that no clock shows. Fast where the day is that of the time before.
 */
export function secondsReader(): (text: string) => number {
  let day = "";
  let midnight = NaN;
  return (text) => {
    if (day === "" || !text.startsWith(day)) {
      day = text.slice(0, 10);
      midnight = midnightOf(day) / 1000;
    }
    return midnight + secondOfDay(text);
  };
}
