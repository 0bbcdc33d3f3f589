import type { Value } from "../../model/table.ts";
import { instantText, localText, toLocal } from "../../model/site_time.ts";
import type { Answer } from "../source.ts";
import {
  absence,
  answer,
  type Asked,
  bodyError,
  type Json,
  leftOut,
  leftoverNotes,
  objectEnvelope,
  objectsIn,
  onlySite,
  rowsOf,
  without,
} from "../answer/answer_body.ts";
import { extraText, fieldReader, flag, json, real, text, wordOf } from "../answer/answer_fields.ts";
import { timeZoneOf } from "../answer/asked_site.ts";
import { misfitNotes } from "../answer/misfits.ts";
import { scaled } from "../answer/rounding.ts";
import { shownJson } from "../answer/shown.ts";
import { factorOf } from "../answer/units.ts";

const flow = fieldReader({
  PV: { currentPower: ["pv_power_w", real], status: ["pv_status", text] },
  GRID: { currentPower: ["grid_power_w", real], status: ["grid_status", text] },
  LOAD: { currentPower: ["load_power_w", real], status: ["load_status", text] },
  STORAGE: {
    currentPower: ["storage_power_w", real],
    status: ["storage_status", text],
    chargeLevel: ["state_of_charge_pct", real],
    critical: ["storage_critical", flag],
    timeLeft: ["storage_time_left", text],
  },
  updateRefreshRate: ["update_refresh_rate_s", real],
  connections: ["connections", json],
});
const elements = ["PV", "GRID", "LOAD", "STORAGE"];
const powers = ["pv_power_w", "grid_power_w", "load_power_w", "storage_power_w"]
  .map((name) => flow.columns.indexOf(name));
const [, grid, , storage] = powers as [number, number, number, number];
const storageStatus = flow.columns.indexOf("storage_status");

/**
 * `/site/{id}/currentPowerFlow` → one row of `power_flows`, stamped with the time of the answer. The server
 * sends magnitudes; the direction is in `connections`. Where that leaves it open, or is not there at all,
 * the column is NULL and the magnitude stands in `extra`.
 */
export function parsePowerFlow(body: unknown, asked: Asked): Answer {
  const { content, rest } = objectEnvelope(body, ["siteCurrentPowerFlow"], asked);
  const { siteId } = onlySite(asked);
  const zone = timeZoneOf(onlySite(asked), asked.endpoint);
  const notes = leftoverNotes(siteId, "currentPowerFlow", rest);
  const elementNames = Object.keys(content).filter((key) => elements.includes(key.toUpperCase()));
  if (elementNames.length === 0) {
    return answer({
      absent: [absence(asked, "the site has no meter")],
      notes: [
        ...notes,
        ...leftoverNotes(siteId, "currentPowerFlow", without(content, ["connections"])),
      ],
    });
  }
  if ((content.unit ?? null) === null) throw bodyError(asked, `"unit" is missing`);
  const factor = factorOf(content.unit, "power");
  const given = objectsIn(content.connections, "connections", asked, "may be absent");
  const ends = given.map((one) => ({
    from: wordOf(one.from).toLowerCase(),
    to: wordOf(one.to).toLowerCase(),
  }));
  const { values, rest: unknown } = flow.read(upperCased(without(content, ["unit"])));
  const misfit = flow.misfit(unknown);

  const turn = (at: number, sign: number | null, name: string) => {
    const value = values[at];
    if (typeof value !== "number") return;
    if (factor === null) {
      values[at] = null;
      unknown[flow.columns[at]!] = { value, unit: content.unit };
      return;
    }
    const watts = scaled(value, factor);
    values[at] = watts === 0 ? 0 : sign === null ? null : watts * sign;
    if (values[at] === null) unknown[`${name}_power_w_without_direction`] = watts;
  };
  for (const at of powers) if (at !== grid && at !== storage) turn(at, 1, "");
  turn(grid, direction(ends, "grid"), "grid");
  turn(storage, direction(ends, "storage") ?? signOf(values[storageStatus]!), "storage");

  if (factor === null) {
    leftOut(
      asked,
      `currentPowerFlow: unit ${shownJson(content.unit)} is no unit of power: kept aside`,
    );
  }
  notes.push(...misfitNotes([misfit], siteId, "currentPowerFlow"));
  const at = asked.now.round({ smallestUnit: "second", roundingMode: "floor" });
  return answer({
    rows: rowsOf(
      "power_flows",
      ["site_id", "timestamp", "local_time", ...flow.columns, "extra"],
      [[siteId, instantText(at), localText(toLocal(at, zone)), ...values, extraText(unknown)]],
    ),
    notes,
  });
}

/** +1 where it gives (import, discharge), -1 where it takes (export, charge), null where neither is said. */
function direction(
  connections: readonly { from: string; to: string }[],
  element: "grid" | "storage",
): number | null {
  const gives = connections.some((one) => one.from === element);
  const takes = connections.some((one) => one.to === element);
  return gives === takes ? null : gives ? 1 : -1;
}

function signOf(status: Value): number | null {
  if (/^discharging$/i.test(String(status))) return 1;
  return /^charging$/i.test(String(status)) ? -1 : null;
}

/** The vendor writes the elements in capitals in one place and as words in another. */
function upperCased(content: Json): Json {
  return Object.fromEntries(
    Object.entries(content).map(([key, value]) => {
      const upper = key.toUpperCase();
      return [elements.includes(upper) ? upper : key, value];
    }),
  );
}
