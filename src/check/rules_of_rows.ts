import type { TableName } from "../model/table.ts";
import { cureOf } from "./cure.ts";
import { dataNames, energyText, type Found, type Row, type Rule } from "./rule.ts";
import { type CheckedSite, clockOf, dayOf, localIn, rangeOfDay, secondIn } from "./site.ts";

/** A lifetime counter never falls. */
export const counterFalls: Rule = {
  names: ["counter-falls"],
  question: "check_falling_counters",
  parameters: () => ({ least_wh: 10, share: 0 }),
  judge: (rows, site) =>
    rows.map((row): Found => {
      const at = secondIn(row.timestamp);
      const day = dayOf(at, site);
      const [before, now] = [Number(row.before_wh), Number(row.value_wh)];
      const name = String(row.table_name) as TableName;
      return {
        rule: "counter-falls",
        table: name,
        deviceKey: String(row.device_key),
        from: day,
        to: day,
        text: `The lifetime counter (${row.part}) falls from ${energyText(before)} ` +
          `to ${energyText(now)} at ${clockOf(at, site)}.`,
        values: { counter: String(row.part), before_wh: before, after_wh: now },
        cure: cureOf(site, name, day),
      };
    }),
};

/** A device that is still listed and sent nothing for days, while others of its kind did. */
export const silentDevice: Rule = {
  names: ["silent-device"],
  question: "check_silent_devices",
  parameters: () => ({ least_days: 3 }),
  judge: (rows, site) =>
    rows.filter(isListed).map((row): Found => {
      const name = String(row.table_name) as TableName;
      const from = Temporal.PlainDate.from(String(row.last_day)).add({ days: 1 }).toString();
      const next = row.next_day === null ? null : Temporal.PlainDate.from(String(row.next_day));
      const days = Number(row.silent_days);
      const to = next?.subtract({ days: 1 }) ??
        Temporal.PlainDate.from(from).add({ days: days - 1 });
      const since = next ? "" : " and has not reported since";
      return {
        rule: "silent-device",
        table: name,
        deviceKey: String(row.device_key),
        from,
        to: to.toString(),
        text: `No ${
          dataNames[name]
        } on ${days} days on which others of its kind have some${since}.`,
        values: { silent_days: days },
        cure: cureOf(site, name, from, to.toString()),
      };
    }),
};

/** A device that the newest list does not name any more has gone, and may be silent from then on. */
function isListed(row: Row): boolean {
  if (row.next_day !== null || row.last_seen === null || row.list_seen === null) return true;
  return secondIn(row.last_seen) > secondIn(row.list_seen) - 2 * 86_400;
}

/** Nothing is there twice. */
export const doubles: Rule = {
  names: ["double"],
  question: "check_doubles",
  parameters: () => ({}),
  judge(rows, site) {
    const wrong = rows.filter((row) =>
      Number(row.readings) > timesOf(localIn(row.local_time), site)
    );
    const byDay = Map.groupBy(
      wrong,
      (row) =>
        JSON.stringify([row.table_name, row.device_key, localIn(row.local_time).slice(0, 10)]),
    );
    return [...byDay.values()].map((group): Found => {
      const [row] = group;
      const name = String(row.table_name) as TableName;
      const day = localIn(row.local_time).slice(0, 10);
      const clock = localIn(row.local_time).slice(11, 16);
      return {
        rule: "double",
        table: name,
        deviceKey: String(row.device_key) || null,
        from: day,
        to: day,
        text: group.length === 1
          ? `Two rows of ${dataNames[name]} say that they are of ${clock}.`
          : `Two rows each of ${dataNames[name]} say that they are of the same time, ` +
            `${group.length} times (first ${clock}).`,
        values: { times: group.length },
        cure: null,
      };
    });
  },
};

/** How often a wall clock showed this time: twice in the hour that is repeated. */
function timesOf(local: string, { timeZone }: CheckedSite): number {
  if (timeZone === null) return 2;
  const wall = Temporal.PlainDateTime.from(local);
  const [early, late] = (["earlier", "later"] as const).map((disambiguation) =>
    wall.toZonedDateTime(timeZone, { disambiguation })
  );
  const isRepeated = early.epochNanoseconds !== late.epochNanoseconds &&
    early.toPlainDateTime().equals(wall);
  return isRepeated ? 2 : 1;
}

/** No device is there twice. */
export const doubleDevices: Rule = {
  names: ["double"],
  question: "check_double_devices",
  parameters: () => ({}),
  judge: (rows, site) =>
    rows.map((row): Found => ({
      rule: "double",
      table: "equipment",
      deviceKey: String(row.first_key),
      from: site.firstDay ?? "",
      to: site.firstDay ?? "",
      text: `The serial number ${row.serial_number} stands ${row.rows_found} times in the list ` +
        `of devices: as ${row.first_key} and as ${row.last_key}.`,
      values: { serial_number: String(row.serial_number), rows: Number(row.rows_found) },
      cure: null,
    })),
};

/** A day has as many quarter-hours as its clock says. */
export const daySlots: Rule = {
  names: ["day-slots"],
  question: "check_day_slots",
  parameters: (site) => site.timeZone === null ? null : {},
  judge: (rows, site) =>
    rows.flatMap((row): Found[] => {
      const day = String(row.day);
      const name = String(row.table_name) as TableName;
      const { start, end } = rangeOfDay(day, site.timeZone!);
      const expected = (end - start) / 900;
      const slots = Number(row.slots);
      if (slots === expected || slots < expected && !site.isFetched(name, day)) return [];
      return [{
        rule: "day-slots",
        table: name,
        deviceKey: null,
        from: day,
        to: day,
        text: `The day has ${slots} quarter-hours of ${dataNames[name]} instead of ${expected}.`,
        values: { quarter_hours: slots, expected },
        cure: slots < expected ? cureOf(site, name, day) : null,
      }];
    }),
};

/** The wall clock of every row is that of the site's zone. */
export const zoneOffset: Rule = {
  names: ["zone-offset"],
  question: "check_offsets",
  parameters: (site) => site.timeZone === null ? null : {},
  judge: (rows, site) =>
    rows.flatMap((row): Found[] => {
      const [first, last] = [secondIn(row.first_at), secondIn(row.last_at)];
      const offset = Number(row.offset_s);
      // A change of the clocks may lie between them.
      const there = [first, last].map((one) => offsetAt(one, site.timeZone!))
        .find((one) => one !== offset);
      if (there === undefined) return [];
      const [from, to] = [dayOf(first, site), dayOf(last, site)];
      const name = String(row.table_name) as TableName;
      const readings = Number(row.readings);
      return [{
        rule: "zone-offset",
        table: name,
        deviceKey: null,
        from,
        to,
        text:
          `The local time of ${readings} row${readings === 1 ? "" : "s"} of ${
            dataNames[name]
          } is ` +
          `${offsetText(offset)}; in ${site.timeZone} it is ${offsetText(there)}.`,
        values: { rows: readings, offset_s: offset },
        cure: null,
      }];
    }),
};

function offsetAt(second: number, timeZone: string): number {
  const instant = Temporal.Instant.fromEpochMilliseconds(second * 1000);
  return instant.toZonedDateTimeISO(timeZone).offsetNanoseconds / 1e9;
}

function offsetText(seconds: number): string {
  const minutes = Math.round(Math.abs(seconds) / 60);
  const two = (value: number) => String(value).padStart(2, "0");
  const text = `UTC${seconds < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  return seconds % 60 === 0 ? text : `${text} and ${Math.abs(seconds) % 60} s`;
}
