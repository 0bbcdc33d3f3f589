import type { Value } from "../../model/table.ts";
import type { ImportEvent } from "../event.ts";
import { Presence, sureRanges } from "../presence.ts";
import type { SiteClock } from "../site_clock.ts";
import type { PythonRow } from "./database.ts";
import type { SiteClocks } from "./set.ts";
import { coveredDays } from "./tool.ts";

/** What counts as fetched, and the days, of which only the last one is known to be open. */
export class Collected {
  readonly #slots = new Map<string, { siteId: number; deviceKey: string; slots: Presence }>();
  readonly #days: PythonRow[] = [];
  #isPower = true;

  addDay(row: PythonRow): void {
    this.#days.push(row);
  }

  addSlot(
    dataset: "energy" | "power" | "telemetry",
    row: PythonRow,
    moment: number,
    label: string,
  ): void {
    this.#isPower = dataset === "power";
    const values = [row.power_watts, row.total_active_power, row.total_energy];
    // A row without a value is no sign that anything was fetched.
    if (values.every((one) => one === null || one === undefined)) return;
    const siteId = Number(row.site_id);
    const deviceKey = this.#isPower ? "" : String(row.serial_number);
    const key = JSON.stringify([siteId, deviceKey]);
    let found = this.#slots.get(key);
    if (!found) this.#slots.set(key, found = { siteId, deviceKey, slots: new Presence() });
    found.slots.addPower(moment, label, Number(row.power_watts ?? row.total_active_power ?? 0));
  }

  days(): Record<string, Value>[] {
    const last = this.#lastDays();
    return this.#days.map((row) => ({
      site_id: Number(row.site_id),
      time_unit: row.time_unit,
      reading_date: String(row.reading_date).slice(0, 10),
      energy_wh: row.energy_wh,
      // The tool reads the day before its last one again.
      is_complete: String(row.reading_date) < last.get(Number(row.site_id))! ? 1 : 0,
    }));
  }

  *covered(clocks: SiteClocks): Generator<ImportEvent> {
    const [series, dataType] = this.#isPower
      ? ["power", "power"] as const
      : ["telemetry", "telemetry"] as const;
    for (const { siteId, deviceKey, slots } of this.#slots.values()) {
      const clock = clocks.of(siteId);
      if (clock === null) continue;
      const ranges = sureRanges(slots, clock.timeZone);
      const fetchedAt = slots.newest;
      yield { kind: "covered", siteId, series, dataType, deviceKey, ranges, fetchedAt };
    }
    for (const [siteId, last] of this.#lastDays()) {
      const clock: SiteClock | null = clocks.of(siteId);
      if (clock === null) continue;
      const dates = this.#days
        .filter((row) => Number(row.site_id) === siteId && row.energy_wh !== null)
        .map((row) => String(row.reading_date).slice(0, 10)).filter((one) => one < last);
      yield coveredDays(siteId, dates, clock, clock.dayStart(last));
    }
  }

  #lastDays(): Map<number, string> {
    const last = new Map<number, string>();
    for (const row of this.#days) {
      const [siteId, date] = [Number(row.site_id), String(row.reading_date).slice(0, 10)];
      if (date > (last.get(siteId) ?? "")) last.set(siteId, date);
    }
    return last;
  }
}
