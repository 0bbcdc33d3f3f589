import type { Note } from "../../model/harvest.ts";
import { instantText } from "../../model/site_time.ts";
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
  spokenRows,
  without,
} from "../answer/answer_body.ts";
import {
  extraText,
  fieldReader,
  integer,
  json,
  siteNumber,
  text,
} from "../answer/answer_fields.ts";
import { shownJson } from "../answer/shown.ts";
import { misfitNotes } from "../answer/misfits.ts";
import { readSiteTime } from "../answer/times.ts";
import { type AlertsPage, alertsPage, alertsPerPage } from "./request_pages.ts";

const alert = fieldReader({
  alertId: ["alert_id", text],
  category: ["category", text],
  type: ["alert_type", text],
  severity: ["severity", text],
  impact: ["impact", integer],
  status: ["status", text],
  component: { name: ["component_name", text], serialNumber: ["component_serial", text] },
  errorCodes: ["error_codes", json],
});

/**
 * One page of `/sites/{id}/alerts` → `alerts`, open and closed ones. `next` asks for the page behind a full
 * one, until a page brings no new alert.
 */
export function parseAlerts(body: unknown, asked: Asked): Answer {
  const { siteId, timeZone } = onlySite(asked);
  const wrapped: Json = isObject(body) ? body : { alerts: body };
  const content: Json = isObject(wrapped.alerts) ? wrapped.alerts : { alert: wrapped.alerts };
  const listed = objectsIn(content.alert, "alerts", asked);
  const { page, seen } = alertsPage(asked.request);
  const notes: Note[] = [
    ...leftoverNotes(siteId, "alerts", without(wrapped, ["alerts", "count"])),
    ...leftoverNotes(siteId, "alerts", without(content, ["alert", "count"])),
  ];
  const rows = new Map<string, { always: Value[]; values: Value[]; spoken: boolean[] }>();
  for (const one of listed) {
    const { firstTrigger, lastTrigger, ...others } = without(one, ["siteId"]);
    const { values: [id, ...values], rest } = alert.read(others);
    if (id === null) {
      const what = `an alert without a number is left out: ${shownJson(one)}`;
      notes.push({ siteId, level: "loss", text: `alerts: ${what}` });
      continue;
    }
    if (seen.includes(String(id))) continue;
    notes.push(...misfitNotes([alert.misfit(rest)], siteId, "alerts", "warning"));
    const first = readSiteTime(firstTrigger, timeZone);
    const last = readSiteTime(lastTrigger, timeZone);
    const unread = {
      ...(first || (firstTrigger ?? null) === null ? {} : { firstTrigger }),
      ...(last || (lastTrigger ?? null) === null ? {} : { lastTrigger }),
      ...(siteNumber(one.siteId ?? siteId) === siteId ? {} : { siteId: one.siteId }),
    };
    rows.set(String(id), {
      always: [siteId, id!, extraText({ ...rest, ...unread })],
      values: [
        ...values,
        first && instantText(first.instant),
        last && instantText(last.instant),
      ],
      spoken: [...alert.spoken(others).slice(1), first !== null, last !== null],
    });
  }
  const names = [...alert.columns.slice(1), "first_trigger_at", "last_trigger_at"];
  const always = ["site_id", "alert_id", "extra"];
  const found = answer({ rows: spokenRows("alerts", always, names, [...rows.values()]), notes });
  if (rows.size === 0 || listed.length < alertsPerPage) return found;
  const next: AlertsPage = { page: page + 1, seen: [...seen, ...rows.keys()] };
  return { ...found, next: { ...asked.request, page: next } };
}
