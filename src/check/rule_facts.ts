import type { RuleName } from "./finding.ts";
import type { RuleFacts } from "./rule.ts";

/** The rules as people read them. */
export const ruleFacts: Readonly<Record<RuleName, RuleFacts>> = {
  "day-sum": {
    level: "warning",
    question: "Do the quarter-hours of a day add up to the energy of the day?",
    tolerance: "2 % and 100 Wh; a day with holes may be less",
  },
  "month-sum": {
    level: "warning",
    question: "Do the days of a month add up to the month?",
    tolerance: "1 % and 500 Wh; months that have ended, with all their days",
  },
  "year-sum": {
    level: "warning",
    question: "Do the months of a year add up to the year?",
    tolerance: "1 % and 500 Wh; years that have ended, with all their months",
  },
  "lifetime-sum": {
    level: "note",
    question: "Do the years add up to the lifetime energy of the site?",
    tolerance: "3 %, and ten of the best days",
  },
  "production-parts": {
    level: "warning",
    question: "Is production the sum of self-consumption and feed-in?",
    tolerance: "2 % and 10 Wh (40 W) in each quarter-hour",
  },
  "consumption-parts": {
    level: "warning",
    question: "Is consumption the sum of self-consumption and purchase?",
    tolerance: "2 % and 10 Wh (40 W) in each quarter-hour",
  },
  "day-balance": {
    level: "warning",
    question: "Do the parts of a day's production and consumption add up to them?",
    tolerance: "2 % and 200 Wh",
  },
  "counter-falls": {
    level: "error",
    question: "Does a lifetime counter of an inverter, meter or battery ever fall?",
    tolerance: "10 Wh",
  },
  "night-power": {
    level: "error",
    question: "Is there power while the sun is down?",
    tolerance:
      "20 W; night is when the sun is 12° below the horizon; sites with a battery are left out",
  },
  "above-peak": {
    level: "error",
    question: "Is there more power than the modules can give?",
    tolerance: "25 % above peak power, and the capacity of the batteries within an hour",
  },
  "flat-line": {
    level: "warning",
    question: "Does power stay the same, to the last digit, for hours?",
    tolerance:
      "3 hours (consumption: 12); 20 W; not at the highest reading, where an inverter is at its limit",
  },
  "silent-device": {
    level: "warning",
    question: "Is a device silent for days while others of its kind report?",
    tolerance: "2 days; devices that SolarEdge does not list any more",
  },
  "double": {
    level: "error",
    question: "Do two rows say that they are the same time, or two devices the same device?",
    tolerance: "the hour that autumn repeats",
  },
  "day-slots": {
    level: "warning",
    question: "Has each day as many quarter-hours as its clock says?",
    tolerance:
      "first and last day, days not fetched completely; the repeated hour of autumn may be there once",
  },
  "zone-offset": {
    level: "error",
    question: "Is the local time of each row that of the site's time zone?",
    tolerance: "none",
  },
};
