import { epochOf } from "../model/coverage.ts";
import { dataTypes } from "../model/data_type.ts";
import type { Known } from "../model/harvest.ts";
import type { Settings } from "../settings/settings.ts";
import type { Source } from "../source/source.ts";
import { arrange } from "../sync/knowledge.ts";
import { rationedNow } from "../sync/rules.ts";
import { rationedText } from "./sync_plan_text.ts";

/** What a plan pays for that is too small for its sites, in a sentence; null: it pays for everything. */
export function fleetNeedText(
  known: Known,
  source: Pick<Source, "name" | "queries" | "quota">,
  settings: Pick<
    Settings,
    "skipDataTypes" | "siteIds" | "spareQuota" | "energyLookbackDays" | "powerLookbackDays"
  >,
  now: Temporal.Instant,
): string | null {
  const rationed = rationedNow({
    knowledge: arrange(known, epochOf(now)),
    source,
    wanted: {
      depth: "recent",
      siteIds: settings.siteIds,
      dataTypes: new Set(dataTypes.filter((one) => !settings.skipDataTypes.includes(one))),
      range: null,
      lookbackDays: { energy: settings.energyLookbackDays, power: settings.powerLookbackDays },
      overlapMinutes: 0,
      spareQuota: settings.spareQuota,
    },
    now: epochOf(now),
    widths: new Map(),
  });
  return rationed && rationedText(rationed);
}
