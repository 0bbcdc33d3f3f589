import type { Answer } from "../source.ts";
import { answer, type Asked, rowsOf } from "../answer/answer_body.ts";
import { balanceFrom, type DaySums, readDaySums } from "./day_sums.ts";
import { absentHere } from "./telemetry.ts";

/**
 * `/sites/{id}/meters/telemetry` by day → what meters counted in whole days, in `energy_readings`. The rest of
 * the balance is derived.
 */
export function parseMeterDays(body: unknown, asked: Asked): Answer {
  const names = ["exportEnergy", "importEnergy", "productionEnergy", "consumptionEnergy"];
  const columns = ["to_grid_wh", "from_grid_wh", "metered_production_wh", "metered_consumption_wh"];
  return daysOf(readDaySums(body, "meters", names, asked), columns, "the site has no meter", asked);
}

/**
 * `/sites/{id}/storage/telemetry` by day → what batteries took and gave in whole days, in `energy_readings`.
 * The rest of the balance is derived.
 */
export function parseStorageDays(body: unknown, asked: Asked): Answer {
  const names = ["chargeEnergy", "dischargeEnergy"];
  const columns = ["to_storage_wh", "from_storage_wh"];
  return daysOf(
    readDaySums(body, "storage", names, asked),
    columns,
    "the site has no battery",
    asked,
  );
}

function daysOf(
  { siteId, devices, days, ranges, notes }: DaySums,
  columns: readonly string[],
  reason: string,
  asked: Asked,
): Answer {
  return answer({
    rows: rowsOf(
      "energy_readings",
      ["site_id", "time_unit", "reading_date", "is_complete", ...columns],
      days.map(({ date, sums }) => [siteId, "DAY", date.toString(), 1, ...sums]),
    ),
    ranges,
    absent: devices > 0 ? [] : absentHere(asked, reason),
    notes,
    derive: balanceFrom(siteId, days.map((one) => one.date)),
  });
}
