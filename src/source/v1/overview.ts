import type { SiteFacts } from "../../model/harvest.ts";
import {
  instantText,
  isTimeZone,
  localText,
  readLabel,
  readLastUpdate,
} from "../../model/site_time.ts";
import type { Answer } from "../source.ts";
import { answer, type Asked, spokenRows } from "../answer/answer_body.ts";
import { extraText, fieldReader, real, text } from "../answer/answer_fields.ts";
import { isPossible, readStamp } from "../answer/times.ts";
import { misfitNotes } from "../answer/misfits.ts";
import { siteEntries } from "./site_entries.ts";

const overview = fieldReader({
  lifeTimeData: { energy: ["lifetime_energy_wh", real], revenue: ["lifetime_revenue", real] },
  lastYearData: { energy: ["year_energy_wh", real], revenue: ["year_revenue", real] },
  lastMonthData: { energy: ["month_energy_wh", real], revenue: ["month_revenue", real] },
  lastDayData: { energy: ["day_energy_wh", real], revenue: ["day_revenue", real] },
  currentPower: { power: ["current_power_w", real] },
  measuredBy: ["measured_by", text],
});

/** `/site(s)/{ids}/overview` → the figures of `sites`, and its last update as an instant. */
export function parseOverview(body: unknown, asked: Asked): Answer {
  const { entries, notes } = siteEntries(
    body,
    { single: "overview", bulk: "sitesOverviews", entry: "siteOverview" },
    asked,
  );
  const rows = entries.map(({ site, content }) => {
    const { lastUpdateTime, ...figures } = content;
    const update = readUpdate(lastUpdateTime, site, asked.now);
    const { values, rest } = overview.read(figures);
    const isUnread = update.local === null && (lastUpdateTime ?? null) !== null;
    const unread = isUnread ? { lastUpdateTime } : {};
    notes.push(
      ...misfitNotes(
        [overview.misfit(rest), isUnread ? lastUpdateTime : undefined],
        site.siteId,
        "overview",
      ),
    );
    const isUpdated = update.local !== null;
    return {
      always: [site.siteId, extraText({ ...rest, ...unread })],
      values: [update.local, update.at, ...values],
      // A last update that is once known is never taken back by an answer without one.
      spoken: [isUpdated, isUpdated, ...overview.spoken(figures)],
    };
  });
  const names = ["last_update_local", "last_update_at", ...overview.columns];
  return answer({ rows: spokenRows("sites", ["site_id", "overview_extra"], names, rows), notes });
}

/** The instant stays NULL while the zone of the site is not known; the label is kept. */
function readUpdate(label: unknown, site: SiteFacts, now: Temporal.Instant) {
  const exact = readStamp(label, site.timeZone);
  if (exact) return { local: localText(exact.local), at: instantText(exact.instant) };
  const local = typeof label === "string" ? readLabel(label) : null;
  if (local === null || !isPossible(local)) return { local: null, at: null };
  const at = site.timeZone !== null && isTimeZone(site.timeZone)
    ? readLastUpdate(String(label), site.timeZone, now, site.lastUpdate)
    : null;
  return { local: localText(local), at: at && instantText(at) };
}
