import { type Asked, bodyError } from "../answer/answer_body.ts";
import type { TimeUnit } from "../answer/time_unit.ts";

/** The resolutions of this generation, each with the unit that the rows of both generations carry. */
export const resolutions = {
  QUARTER_HOUR: "QUARTER_OF_AN_HOUR",
  HOUR: "HOUR",
  DAY: "DAY",
  WEEK: "WEEK",
  MONTH: "MONTH",
  YEAR: "YEAR",
} as const satisfies Record<string, TimeUnit>;

/** The unit of the resolution that an answer states; the one asked for where it states none. Throws `body`. */
export function readResolution(stated: unknown, wanted: TimeUnit, asked: Asked): TimeUnit {
  if (stated === undefined || stated === null) return wanted;
  const name = String(stated).toUpperCase();
  if (Object.hasOwn(resolutions, name)) return resolutions[name as keyof typeof resolutions];
  throw bodyError(asked, `resolution ${JSON.stringify(stated)} is not known`);
}
