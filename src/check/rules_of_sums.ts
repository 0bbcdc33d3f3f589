import { ownerOf } from "../model/sources.ts";
import type { TableName } from "../model/table.ts";
import { cureOf } from "./cure.ts";
import { dataNames, energyText, type Found, powerText, type Row, type Rule } from "./rule.ts";
import { type CheckedSite, secondIn } from "./site.ts";

const dayTolerance = { least_wh: 100, share: 0.02 };

/** The quarter-hours of a day add up to its energy. */
export const daySum: Rule = {
  names: ["day-sum"],
  question: "check_day_parts",
  parameters: () => dayTolerance,
  judge: (rows, site) =>
    rows.filter((row) => !addsUpOtherwise(row, site))
      .filter((row) => Number(row.parts_wh) > Number(row.stated_wh) || isWhole(row, site))
      .map((row): Found => {
        const day = String(row.day);
        const parts = Number(row.parts_wh);
        const stated = Number(row.stated_wh);
        const name = String(row.table_name) as TableName;
        return {
          rule: "day-sum",
          table: name,
          deviceKey: null,
          from: day,
          to: day,
          text: `The quarter-hours of ${dataNames[name]} add up to ${energyText(parts)}, ` +
            `but the day has ${energyText(stated)}.`,
          values: { quarter_hours_wh: parts, day_wh: stated },
          cure: cureOf(site, name, day),
        };
      }),
};

/**
 * In v2 power is what the modules gave, a battery's share included, and the details of a site with a battery are
 * what the meters counted, which need not stand at every inverter: each has a total of its own, which is known
 * where the balance of the day was asked for.
 */
function addsUpOtherwise(row: Row, { hasBattery }: CheckedSite): boolean {
  if (ownerOf(String(row.source)) !== "v2") return false;
  const [stated, parts] = [Number(row.stated_wh), Number(row.parts_wh)];
  if (row.own_total_wh !== null) {
    const off = Math.abs(Number(row.own_total_wh) - parts);
    return off <= dayTolerance.least_wh || off <= dayTolerance.share * stated;
  }
  return hasBattery && (row.table_name === "power_readings" || parts < stated);
}

/** Whether nothing of a day's light is missing: a sum of parts with holes is smaller, as it should be. */
function isWhole(row: Row, { hasBattery }: CheckedSite): boolean {
  if (row.first_at === null) return false;
  const between = (secondIn(row.last_at) - secondIn(row.first_at)) / 900 + 1;
  if (between === Number(row.filled)) return true;
  // At the end of a battery the inverter sleeps until the sun is up: no value there is no hole.
  return hasBattery && row.table_name !== "power_readings" && Number(row.blank) === 0 &&
    Number(row.slots) >= 92;
}

/** The days of a month add up to it, and the months of a year. */
export const calendarSum: Rule = {
  names: ["month-sum", "year-sum"],
  question: "check_calendar",
  parameters: () => ({ least_wh: 500, share: 0.01 }),
  judge: (rows, site) =>
    rows.flatMap((row): Found[] => {
      const start = Temporal.PlainDate.from(String(row.reading_date));
      const isMonth = row.time_unit === "MONTH";
      const length = isMonth ? { months: 1 } : { years: 1 };
      const end = start.add(length).subtract({ days: 1 });
      const first = String(row.first_part);
      const expected = isMonth
        ? Temporal.PlainDate.from(first).until(end).days + 1
        : 13 - Temporal.PlainDate.from(first).month;
      const begins = start.toString() === first || site.firstDay !== null &&
          (isMonth ? first <= site.firstDay : first.slice(0, 7) <= site.firstDay.slice(0, 7));
      const [stated, parts] = [Number(row.stated_wh), Number(row.parts_wh)];
      const isComplete = begins && Number(row.parts) === expected;
      if (row.stated_wh === null || parts < stated && !isComplete) return [];
      const [whole, part] = isMonth ? ["month", "days"] : ["year", "months"];
      const [from, to] = [start.toString(), end.toString()];
      return [{
        rule: isMonth ? "month-sum" : "year-sum",
        table: "energy_readings",
        deviceKey: null,
        from,
        to,
        text: `The ${part} of the ${whole} add up to ${energyText(parts)}, ` +
          `but the ${whole} has ${energyText(stated)}.`,
        values: { [`${part}_wh`]: parts, [`${whole}_wh`]: stated },
        cure: cureOf(site, "energy_readings", from, to),
      }];
    }),
};

const lifetimeShare = 0.03;

/** The years add up to the site's lifetime energy. */
export const lifetimeSum: Rule = {
  names: ["lifetime-sum"],
  question: "check_lifetime_sum",
  parameters: () => ({}),
  judge: (rows, site) =>
    rows.flatMap((row): Found[] => {
      const years = Number(String(row.last_year).slice(0, 4)) -
        Number(String(row.first_year).slice(0, 4)) + 1;
      const isWhole = site.firstDay !== null && years === Number(row.years) &&
        String(row.first_year).slice(0, 4) === site.firstDay.slice(0, 4);
      if (!isWhole) return [];
      const stated = Number(row.stated_wh);
      const [all, ended] = [Number(row.years_wh), Number(row.ended_wh)];
      // Years are asked for once a week, the lifetime energy several times a day.
      const most = all * (1 + lifetimeShare) + 10 * Number(row.best_day_wh ?? 0);
      const least = ended * (1 - lifetimeShare);
      if (stated >= least && stated <= most) return [];
      return [{
        rule: "lifetime-sum",
        table: "sites",
        deviceKey: null,
        from: site.firstDay!,
        to: `${String(row.last_year).slice(0, 4)}-12-31`,
        text: `The years add up to ${energyText(all)}, ` +
          `but the site's lifetime energy is ${energyText(stated)}.`,
        values: { years_wh: all, lifetime_wh: stated },
        cure: null,
      }];
    }),
};

/** Production is what was used and what was fed in; consumption what was used and what was purchased. */
export const slotParts: Rule = {
  names: ["production-parts", "consumption-parts"],
  question: "check_balance_slots",
  parameters: () => ({ least_wh: 10, least_w: 40, share: 0.02 }),
  judge: (rows, site) =>
    rows.map((row): Found => {
      const name = String(row.table_name) as TableName;
      const day = String(row.day);
      const isProduction = row.side === "production";
      const sum = isProduction ? "self-consumption and feed-in" : "self-consumption and purchase";
      const most = Number(row.most);
      const isEnergy = name === "energy_details";
      const slots = Number(row.slots);
      return {
        rule: isProduction ? "production-parts" : "consumption-parts",
        table: name,
        deviceKey: null,
        from: day,
        to: day,
        text:
          `${
            row.side === "production" ? "Production" : "Consumption"
          } is not the sum of ${sum} in ` +
          `${slots} quarter-hour${slots === 1 ? "" : "s"} of ${dataNames[name]}; ` +
          `the largest difference is ${isEnergy ? energyText(most) : powerText(most)}.`,
        values: {
          quarter_hours: slots,
          [isEnergy ? "largest_difference_wh" : "largest_difference_w"]: most,
        },
        cure: cureOf(site, name, day),
      };
    }),
};

/** The balance of a day adds up. */
export const dayBalance: Rule = {
  names: ["day-balance"],
  question: "check_balance_days",
  parameters: () => ({ least_wh: 200, share: 0.02 }),
  judge: (rows, site) =>
    rows.map((row): Found => {
      const day = String(row.day);
      const [stated, parts] = [Number(row.stated_wh), Number(row.parts_wh)];
      return {
        rule: "day-balance",
        table: "energy_readings",
        deviceKey: null,
        from: day,
        to: day,
        text: `The parts of the day's ${row.side} add up to ${energyText(parts)}, ` +
          `but the day has ${energyText(stated)}.`,
        values: { parts_wh: parts, day_wh: stated },
        cure: cureOf(site, "energy_readings", day),
      };
    }),
};
