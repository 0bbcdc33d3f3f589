import type { Note } from "../../model/harvest.ts";
import type { Value } from "../../model/table.ts";
import type { Answer } from "../source.ts";
import {
  answer,
  type Asked,
  isObject,
  type Json,
  leftoverNotes,
  objectEnvelope,
  objectsIn,
  onlySite,
  rowsOf,
  without,
} from "../answer/answer_body.ts";
import {
  date,
  extraText,
  fieldReader,
  flag,
  integer,
  json,
  real,
  siteNumber,
  text,
  timeZone,
} from "../answer/answer_fields.ts";
import { requireSite } from "../answer/asked_site.ts";
import { siteOddities } from "../answer/misfits.ts";
import { shownJson } from "../answer/shown.ts";
import { type SiteListPage, siteListPage, sitesPerPage } from "./request_pages.ts";

const site = fieldReader({
  id: ["site_id", integer],
  name: ["name", text],
  accountId: ["account_id", integer],
  status: ["status", text],
  peakPower: ["peak_power_kwp", real],
  lastUpdateTime: ["last_update_date", date],
  currency: ["currency", text],
  installationDate: ["installation_date", date],
  ptoDate: ["pto_date", date],
  notes: ["notes", text],
  type: ["site_type", text],
  location: {
    country: ["country", text],
    countryCode: ["country_code", text],
    state: ["state", text],
    stateCode: ["state_code", text],
    city: ["city", text],
    address: ["address", text],
    address2: ["address2", text],
    zip: ["zip", text],
    timeZone: ["time_zone", timeZone],
  },
  primaryModule: {
    manufacturerName: ["module_manufacturer", text],
    modelName: ["module_model", text],
    maximumPower: ["module_maximum_power_w", real],
    temperatureCoef: ["module_temperature_coefficient_pct_per_c", real],
  },
  uris: ["uris", json],
  publicSettings: { name: ["public_name", text], isPublic: ["is_public", flag] },
});

/** What is once known is never taken back by an answer without it: times hang on it. */
const steady = new Set(["time_zone", "last_update_date"]);

/** Only a list for an account key has them; details must not erase what the list said. */
const alerts = fieldReader({
  alertQuantity: ["alert_quantity", integer],
  alertSeverity: ["alert_severity", text],
});
const alertKeys = ["alertQuantity", "alertSeverity"];

/**
 * One page of `/sites/list` → `sites`. Accepts `sites.site`, as the server sends it, and the documented
 * `Sites.list`. `next` asks for the page behind it until a page brings no new site: `count` may be wrong.
 */
export function parseSiteList(body: unknown, asked: Asked): Answer {
  const { content, rest } = objectEnvelope(body, ["sites"], asked);
  const listName = Object.hasOwn(content, "site") ? "site" : "list";
  const listed = objectsIn(content[listName], listName, asked);
  const page = siteListPage(asked.request);
  const notes = [
    ...leftoverNotes(0, "sites", rest),
    ...leftoverNotes(0, "sites", without(content, ["count", "site", "list"])),
  ];

  const fresh = new Map<number, Json>();
  for (const one of listed) {
    const id = siteNumber(one.id);
    if (id === undefined) notes.push(left(`an entry without a number: ${shownJson(one)}`, "loss"));
    else if (!page.seen.includes(id)) fresh.set(id, one);
  }

  const seen = [...page.seen, ...fresh.keys()];
  const startIndex = page.startIndex + listed.length;
  const count = integer(content.count);
  const mayGoOn = listed.length >= sitesPerPage || (count !== undefined && startIndex < count);
  if (fresh.size > 0 && mayGoOn) {
    const { request } = asked;
    return {
      ...answer({ rows: siteRows([...fresh.values()]), notes: [...notes, ...oddities(fresh)] }),
      next: {
        ...request,
        page: { startIndex, seen } satisfies SiteListPage,
      },
    };
  }
  if (count !== undefined && seen.length < count) {
    notes.push(left(`the list says ${count} sites and gave ${seen.length}`));
  }
  return answer({ rows: siteRows([...fresh.values()]), notes: [...notes, ...oddities(fresh)] });
}

/** What the entries hold that does not fit its column. */
function oddities(sites: ReadonlyMap<number, Json>): Note[] {
  return [...sites].flatMap(([siteId, one]) => {
    const { rest } = site.read(one);
    const misfits = [site.misfit(rest), alerts.misfit(rest)];
    return siteOddities(misfits, isObject(one.location) ? one.location.timeZone : null, siteId);
  });
}

/** `/site/{id}/details` → `sites`, the same fields as the list. */
export function parseDetails(body: unknown, asked: Asked): Answer {
  const { content, rest } = objectEnvelope(body, ["details"], asked);
  const { siteId } = onlySite(asked);
  const notes = leftoverNotes(siteId, "details", rest);
  requireSite(content.id, asked);
  notes.push(...oddities(new Map([[siteId, { ...content, id: siteId }]])));
  return answer({ rows: siteRows([{ ...content, id: siteId }]), notes });
}

/**
 * The list and the details fill the same columns. Only an entry that has them names the alert columns and
 * `extra`, so that the two never take turns in changing a row.
 */
function siteRows(sites: readonly Json[]) {
  return sites.flatMap((one) => {
    const { values, rest } = site.read(one);
    const spoken = site.spoken(one)
      .map((isSpoken, at) => isSpoken && !(steady.has(site.columns[at]!) && !values[at]));
    const columns = site.columns.filter((_, at) => spoken[at]);
    const row: Value[] = values.filter((_, at) => spoken[at]);
    const alert = alerts.read(rest);
    if (alertKeys.some((key) => Object.hasOwn(rest, key))) {
      columns.push(...alerts.columns);
      row.push(...alert.values);
    }
    const extra = extraText(alert.rest);
    if (extra !== null) {
      columns.push("extra");
      row.push(extra);
    }
    return rowsOf("sites", columns, [row]);
  });
}

function left(what: string, level: "loss" | "warning" = "warning"): Note {
  return { siteId: 0, level, text: `sites: ${what}` };
}
