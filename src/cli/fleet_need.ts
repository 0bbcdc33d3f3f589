import { epochOf } from "../model/coverage.ts";
import { dataTypes } from "../model/data_type.ts";
import type { Known } from "../model/harvest.ts";
import type { Settings } from "../settings/settings.ts";
import type { Query, Source } from "../source/source.ts";
import { arrange } from "../sync/knowledge.ts";
import { paceOf } from "../sync/pacing.ts";
import { chosenSites } from "../sync/plan.ts";
import { takenOver } from "../sync/rules.ts";
import type { Wanted } from "../sync/wanted.ts";
import { widestNow } from "../sync/windows.ts";
import { rationedText } from "./sync_plan_text.ts";

/** What a plan pays for that is too small for its sites, in a sentence; null: it pays for everything. */
export function fleetNeedText(
  known: Known,
  source: Pick<Source, "name" | "queries" | "quota">,
  settings: Pick<Settings, "skipDataTypes" | "siteIds" | "spareQuota">,
  now: Temporal.Instant,
): string | null {
  const second = epochOf(now);
  const knowledge = arrange(known, second);
  const wanted: Wanted = {
    depth: "recent",
    siteIds: settings.siteIds,
    dataTypes: new Set(dataTypes.filter((one) => !settings.skipDataTypes.includes(one))),
    range: null,
    lookbackDays: { energy: 0, power: 0 },
    overlapMinutes: 0,
    spareQuota: settings.spareQuota,
  };
  const first = knowledge.mark(0, takenOver)?.lastSuccess;
  const pace = paceOf({
    knowledge,
    queries: source.queries,
    quota: source.quota,
    wanted,
    sites: chosenSites(knowledge, source.queries, wanted),
    now: second,
    left: new Map(),
    // History takes what is left over: it changes nothing about what the sites need. To find out whether any is
    // missing takes seconds for a thousand sites.
    misses: () => false,
    widthOf: (query: Query) =>
      query.axis
        ? widestNow(query.axis, knowledge.mark(0, `window ${source.name} ${query.name}`), second)
        : Infinity,
    cadence: 1,
    since: first ? epochOf(first) : null,
  });
  return pace.rationed && rationedText(pace.rationed);
}
