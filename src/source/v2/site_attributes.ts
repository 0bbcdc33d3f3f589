import type { Note, TableRows } from "../../model/harvest.ts";
import { instantText, localText } from "../../model/site_time.ts";
import { readTimeZone } from "../../model/time_zone.ts";
import type { Value } from "../../model/table.ts";
import type { Answer } from "../source.ts";
import {
  answer,
  type Asked,
  isObject,
  type Json,
  leftoverNotes,
  objectsIn,
  onlySite,
  rowsOf,
  without,
} from "../answer/answer_body.ts";
import {
  type Converter,
  date,
  extraText,
  fieldReader,
  integer,
  real,
  siteNumber,
  text,
  timeZone,
} from "../answer/answer_fields.ts";
import { siteOddities } from "../answer/misfits.ts";
import { shownJson } from "../answer/shown.ts";
import { byWordKey, wordKey } from "../answer/words.ts";
import { type SiteListPage, siteListPage, sitesPerPage } from "./request_pages.ts";
import { objectBody } from "./site_series.ts";
import { readSiteTime } from "../answer/times.ts";

/** The words of v1 and v2 for one status; others stay as they are. */
const statuses = byWordKey({
  ACTIVE: "Active",
  PENDING: "PendingCommunication",
  PENDING_COMMUNICATION: "PendingCommunication",
  DISABLED: "Disabled",
});
const status: Converter<string> = (raw) => statuses.get(wordKey(raw)) ?? text(raw);

/** The day of a local time, whatever its offset. */
const dayOfTime: Converter<string> = (raw) =>
  typeof raw === "string" ? date(raw.trimStart().slice(0, 10)) : undefined;

const reader = fieldReader({
  siteId: ["site_id", integer],
  name: ["name", text],
  accountId: ["account_id", integer],
  peakPower: ["peak_power_kwp", real],
  installationDate: ["installation_date", dayOfTime],
  activationStatus: ["status", status],
  note: ["notes", text],
  notes: ["notes", text],
  location: {
    country: ["country", text],
    countryCode: ["country_code", text],
    state: ["state", text],
    stateCode: ["state_code", text],
    city: ["city", text],
    address: ["address", text],
    address2: ["address2", text],
    zip: ["zip", text],
    timezone: ["time_zone", timeZone],
    timeZone: ["time_zone", timeZone],
  },
});

/**
 * One page of `/sites` → `sites`. Accepts the list in its envelope and the bare list of earlier days. `next`
 * asks for the page behind a full one, until a page brings no new site.
 */
export function parseSiteList(body: unknown, asked: Asked): Answer {
  const wrapped: Json = Array.isArray(body) ? { sites: { site: body } } : objectBody(body, asked);
  const content: Json = isObject(wrapped.sites) ? wrapped.sites : { site: wrapped.sites };
  const listed = objectsIn(content.site, "site", asked);
  const page = siteListPage(asked.request);
  const notes: Note[] = [
    ...leftoverNotes(0, "sites", without(wrapped, ["sites"])),
    ...leftoverNotes(0, "sites", without(content, ["count", "site"])),
  ];
  const fresh = new Map<number, Json>();
  for (const one of listed) {
    const id = siteNumber(one.siteId);
    if (id === undefined) notes.push(withoutNumber(one));
    else if (!page.seen.includes(id)) fresh.set(id, one);
  }
  const rows = [...fresh.values()].flatMap((one) => siteRows(one, zoneOf(one)));
  for (const [siteId, one] of fresh) notes.push(...oddities(siteId, one));
  // A server may give smaller pages than were asked for; then its count says that there are more.
  const seen = page.seen.length + fresh.size;
  const mayGoOn = listed.length >= sitesPerPage || seen < (integer(content.count) ?? 0);
  if (fresh.size === 0 || !mayGoOn) return answer({ rows, notes });
  const next: SiteListPage = { page: page.page + 1, seen: [...page.seen, ...fresh.keys()] };
  return {
    ...answer({ rows, notes }),
    next: { ...asked.request, page: next },
  };
}

/** `/sites/{id}` → `sites`, with the site's last update. */
export function parseDetails(body: unknown, asked: Asked): Answer {
  const content = objectBody(body, asked);
  const { siteId, timeZone } = onlySite(asked);
  return answer({
    rows: siteRows({ ...content, siteId }, timeZone ?? zoneOf(content)),
    notes: oddities(siteId, content),
  });
}

/** The sites of a home's grants, of which nothing is known yet but that they are there. */
export function listOfGrants(granted: readonly number[]): Answer {
  return answer({ rows: rowsOf("sites", ["site_id"], granted.map((siteId) => [siteId])) });
}

/**
 * The list has less than the details, and the other API has other things: an entry names only the columns that
 * it speaks of, so that answers never take turns in changing a row.
 */
function siteRows(content: Json, timeZone: string | null): TableRows[] {
  const { lastUpdateTime, ...attributes } = content;
  const { values, rest } = reader.read(attributes);
  // What is once known of the zone is never taken back: times hang on it.
  const spoken = reader.spoken(attributes)
    .map((isSpoken, at) => isSpoken && (reader.columns[at] !== "time_zone" || !!values[at]));
  const columns = reader.columns.filter((_, at) => spoken[at]);
  const row: Value[] = values.filter((_, at) => spoken[at]);
  const update = readSiteTime(lastUpdateTime, timeZone);
  if (update) {
    columns.push("last_update_date", "last_update_local", "last_update_at");
    const local = localText(update.local);
    row.push(local.slice(0, 10), local, instantText(update.instant));
  }
  const unread = !update && (lastUpdateTime ?? null) !== null ? { lastUpdateTime } : {};
  const extra = extraText({ ...rest, ...unread });
  if (extra !== null) {
    columns.push("extra");
    row.push(extra);
  }
  return rowsOf("sites", columns, [row]);
}

/** What an entry holds that does not fit its column. */
function oddities(siteId: number, { lastUpdateTime: _, ...attributes }: Json): Note[] {
  return siteOddities(
    [reader.misfit(reader.read(attributes).rest)],
    givenZone(attributes),
    siteId,
  );
}

function zoneOf(content: Json): string | null {
  const zone = givenZone(content);
  return typeof zone === "string" ? readTimeZone(zone) : null;
}

function givenZone({ location }: Json): unknown {
  return isObject(location) ? location.timezone ?? location.timeZone : null;
}

function withoutNumber(one: Json): Note {
  const what = `an entry without a number: ${shownJson(one)}`;
  return { siteId: 0, level: "loss", text: `sites: ${what}` };
}
