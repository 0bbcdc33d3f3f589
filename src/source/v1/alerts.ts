import { createHash } from "node:crypto";
import { instantText } from "../../model/site_time.ts";
import type { Answer } from "../source.ts";
import {
  answer,
  type Asked,
  envelope,
  isObject,
  type Json,
  leftoverNotes,
  objectsIn,
  onlySite,
  spokenRows,
  without,
} from "../answer/answer_body.ts";
import {
  countOf,
  extraText,
  fieldReader,
  integer,
  json,
  stableText,
  text,
} from "../answer/answer_fields.ts";
import { timeZoneOf } from "../answer/asked_site.ts";
import { misfitNotes } from "../answer/misfits.ts";
import { readSiteTime } from "../answer/times.ts";

const alert = fieldReader({
  alertId: ["alert_id", text],
  id: ["alert_id", text],
  category: ["category", text],
  alertType: ["alert_type", text],
  type: ["alert_type", text],
  severity: ["severity", text],
  impact: ["impact", integer],
  status: ["status", text],
  component: { name: ["component_name", text], serialNumber: ["component_serial", text] },
  errorCodes: ["error_codes", json],
});

/**
 * `/site/{id}/alerts` → `alerts`. The API's public documentation does not describe it and ordinary keys are
 * refused (403), so any list of objects is accepted and unknown fields stand in `extra`.
 */
export function parseAlerts(body: unknown, asked: Asked): Answer {
  const { siteId } = onlySite(asked);
  const zone = timeZoneOf(onlySite(asked), asked.endpoint);
  const { content, rest } = envelope(
    Array.isArray(body) ? { alerts: body } : body,
    ["alerts"],
    asked,
  );
  const listName = isObject(content)
    ? ["alert", "list", "alerts"].find((name) => Object.hasOwn(content, name))
    : undefined;
  const listed = listName === undefined ? content : (content as Json)[listName];
  const around = listName === undefined ? {} : without(content as Json, ["count", listName]);
  const isEmpty = isObject(content) && listName === undefined && countOf(content.count) === 0;

  const misfits: unknown[] = [];
  const rows = (isEmpty ? [] : objectsIn(listed, "alerts", asked)).map((one) => {
    const { firstTrigger, lastTrigger, ...others } = one;
    const first = readTime(firstTrigger, zone);
    const last = readTime(lastTrigger, zone);
    const { values: [id, ...values], rest: unknown } = alert.read(others);
    misfits.push(alert.misfit(unknown));
    const extra = extraText({
      ...unknown,
      ...(first === null && firstTrigger !== undefined ? { firstTrigger } : {}),
      ...(last === null && lastTrigger !== undefined ? { lastTrigger } : {}),
    });
    return {
      always: [siteId, id ?? digest(one), extra],
      values: [...values, first, last],
      spoken: [...alert.spoken(others).slice(1), first !== null, last !== null],
    };
  });
  return answer({
    rows: spokenRows(
      "alerts",
      ["site_id", "alert_id", "extra"],
      [...alert.columns.slice(1), "first_trigger_at", "last_trigger_at"],
      rows,
    ),
    notes: [
      ...leftoverNotes(siteId, "alerts", { ...rest, ...around }),
      ...misfitNotes(misfits, siteId, "alerts", "warning"),
    ],
  });
}

/** An instant as it is, or the wall clock of the site. */
function readTime(raw: unknown, timeZone: string): string | null {
  const stamp = readSiteTime(raw, timeZone);
  return stamp && instantText(stamp.instant);
}

/** A name for an alert without number: the same content has the same name. */
function digest(one: Json): string {
  return createHash("sha256").update(stableText(one)).digest("hex").slice(0, 32);
}
