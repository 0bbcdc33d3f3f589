import type { TableName } from "../model/table.ts";
import { cureOf } from "./cure.ts";
import { dataNames, type Found, powerText, type Row, type Rule } from "./rule.ts";
import { type CheckedSite, clockOf, dayOf, secondIn } from "./site.ts";
import { placeByLight, sunHeight } from "./sun.ts";
import { type Place, placeOfZone } from "./zone_places.ts";

/**
 * Below this height the sun gives no power, in degrees. The place of a site is not known, only the town of its zone
 * and the longitude of its noons: twelve degrees are an hour and more after sunset, and ten degrees of latitude
 * move the sunset by less.
 */
const nightBelow = -12;

/** So much of its peak power a site gives by day alone, however wrong its nights may be. */
const brightShare = 0.1;

/** No power while the sun is down. Batteries give power by night: sites that have one are not judged. */
export const nightPower: Rule = {
  names: ["night-power"],
  question: "check_daily_light",
  parameters: (site) =>
    townOf(site) && !site.hasBattery
      ? { least_w: 20, bright_w: Math.max(100, brightShare * (site.peakPowerW ?? 0)) }
      : null,
  judge: (rows, site) =>
    [...Map.groupBy(rows, (row) => String(row.table_name) as TableName)].flatMap(([name, days]) => {
      const light = days.map((row) => ({
        day: String(row.day),
        first: secondIn(row.first_at),
        last: secondIn(row.last_at),
      }));
      const bright = days.filter((row) => row.bright_from !== null)
        .map((row) => ({ first: secondIn(row.bright_from), last: secondIn(row.bright_to) }));
      const place = placeByLight(townOf(site)!, bright);
      return light.flatMap(({ day, first, last }): Found[] => {
        // The sun is highest at the end of a quarter-hour in the morning, and at its beginning in the evening.
        const heights = [
          { at: first, height: Math.max(sunHeight(first, place), sunHeight(first + 900, place)) },
          { at: last, height: Math.max(sunHeight(last, place), sunHeight(last + 900, place)) },
        ];
        const dark = heights.filter((one) => one.height < nightBelow);
        if (dark.length === 0) return [];
        const [{ at, height }] = dark;
        return [{
          rule: "night-power",
          table: name,
          deviceKey: null,
          from: day,
          to: day,
          text: `There is production in ${dataNames[name]} at ${clockOf(at, site)}, ` +
            `when the sun is ${Math.round(-height)}° below the horizon.`,
          values: { at: new Date(at * 1000).toISOString().replace(".000Z", "Z"), sun_deg: height },
          cure: cureOf(site, name, day),
        }];
      });
    }),
};

function townOf({ timeZone }: CheckedSite): Place | null {
  return timeZone === null ? null : placeOfZone(timeZone);
}

const abovePeakBy = 1.25;

/** More than this is not possible, in W. */
function mostPower({ peakPowerW, batteryWh }: CheckedSite): number {
  return peakPowerW === null ? Number.MAX_SAFE_INTEGER : abovePeakBy * peakPowerW + batteryWh;
}

/** No more power than the modules have, and what a battery may add. */
export const abovePeak: Rule = {
  names: ["above-peak"],
  question: "check_above_peak",
  parameters: (site) => site.peakPowerW === null ? null : { most_w: mostPower(site) },
  judge: (rows, site) =>
    rows.map((row): Found => {
      const name = String(row.table_name) as TableName;
      const day = String(row.day);
      const most = Number(row.most_w);
      return {
        rule: "above-peak",
        table: name,
        deviceKey: String(row.device_key) || null,
        from: day,
        to: day,
        text: `Power reaches ${powerText(most)} in ${dataNames[name]}; ` +
          `the site's peak power is ${powerText(site.peakPowerW!)}.`,
        values: { highest_w: most, peak_power_w: site.peakPowerW, readings: Number(row.slots) },
        cure: cureOf(site, name, day),
      };
    }),
};

/** So long the same number is no accident, in hours: the sun moves all the time, a house may rest. */
const flatHours = { production: 3, consumption: 12 };

/** The last part of the highest reading: an inverter at its limit gives the same power for hours. */
const limitShare = 0.95;

/** From this height on the sun is up wherever in its zone the site lies, in degrees. */
const sunUpFrom = 10;

/** The same power, to the last digit, for hours. */
export const flatLine: Rule = {
  names: ["flat-line"],
  question: "check_flat_lines",
  parameters: (site) => ({ least_w: 20, most_w: mostPower(site) }),
  judge: (rows, site) =>
    rows.filter((row) => isFlat(row) && !isOfBattery(row, site)).map((row): Found => {
      const name = String(row.table_name) as TableName;
      const [first, last] = [secondIn(row.first_at), secondIn(row.last_at)];
      const [from, to] = [dayOf(first, site), dayOf(last, site)];
      const what = row.column_name === "consumption_w" ? "Consumption" : "Power";
      const value = Number(row.value);
      return {
        rule: "flat-line",
        table: name,
        deviceKey: String(row.device_key) || null,
        from,
        to,
        text: `${what} in ${dataNames[name]} is exactly ${powerText(value)} ` +
          `from ${clockOf(first, site)} to ${clockOf(last, site)}.`,
        values: { value_w: value, readings: Number(row.readings) + 1 },
        cure: cureOf(site, name, from, to),
      };
    }),
};

function isFlat(row: Row): boolean {
  const seconds = secondIn(row.last_at) - secondIn(row.first_at);
  const isConsumption = row.column_name === "consumption_w";
  const isAtLimit = !isConsumption && Number(row.value) >= limitShare * Number(row.highest);
  const hours = isConsumption ? flatHours.consumption : flatHours.production;
  // The first reading of the run is not among the rows: it equals none before it.
  return !isAtLimit && seconds >= (hours - 0.5) * 3600;
}

/** What a house needs at its least is below this share of the peak power. */
const leastShare = 0.05;

/**
 * By night, and under a sun that stays low and never sets, a battery gives what the house needs, which may be the same
 * for hours.
 */
function isOfBattery(row: Row, site: CheckedSite): boolean {
  const town = townOf(site);
  if (!site.hasBattery || row.column_name === "consumption_w" || town === null) return false;
  if (site.peakPowerW !== null && Number(row.value) < leastShare * site.peakPowerW) return true;
  const [first, last] = [secondIn(row.first_at), secondIn(row.last_at)];
  return sunHeight((first + last) / 2, town) < sunUpFrom;
}
