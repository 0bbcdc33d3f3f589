import type { Absence, Harvest, Note, SiteFacts } from "../../model/harvest.ts";
import type { TableName, Value } from "../../model/table.ts";
import type { TableRows } from "../../model/harvest.ts";
import type { Answer, PlannedRequest } from "../source.ts";
import { SourceError } from "../source_error.ts";
import { shown, shownJson } from "./shown.ts";

/** An object of an answer. */
export type Json = Record<string, unknown>;

/** The request that an answer belongs to. */
export interface Asked {
  readonly request: PlannedRequest;
  /** The path without host and credentials, for errors. */
  readonly endpoint: string;
  /** When the answer came. */
  readonly now: Temporal.Instant;
  /** What was left out of the answer while it was read. */
  readonly problems: Note[];
}

/** Turns one answer into rows. Throws SourceError of kind `body` for an answer of the wrong shape. */
export type Parser = (body: unknown, asked: Asked) => Answer;

/**
 * Loads a parser when the first answer comes: who only wants to know what can be asked, such as `seh status`, needs
 * none of them.
 */
export type LoadParser = () => Promise<Parser>;

/** The error for an answer that is not what the API's documentation promises. */
export function bodyError(asked: Pick<Asked, "endpoint">, detail: string): SourceError {
  return new SourceError({ kind: "body", endpoint: asked.endpoint, detail: shown(detail) });
}

/** Remembers that a part of the answer is no use; the rest goes on. */
export function leftOut(asked: Asked, text: string, siteId = asked.request.sites[0]?.siteId): void {
  asked.problems.push({ siteId: siteId ?? 0, level: "loss", text });
}

/** True for a JSON object (no list, no null). */
export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An answer with the parts that it has. */
export function answer(parts: Partial<Harvest>): Answer {
  return { rows: [], ranges: [], absent: [], notes: [], ...parts };
}

/** Rows of a table, or nothing when there are none. */
export function rowsOf(
  table: TableName,
  columns: readonly string[],
  rows: readonly (readonly Value[])[],
): TableRows[] {
  return rows.length === 0 ? [] : [{ table, columns, rows }];
}

/**
 * Rows of one table of attributes, each with the columns that it names: what an answer does not speak of
 * stays as it is. `names` are the columns that count, `always` those that every row has.
 */
export function spokenRows(
  table: TableName,
  always: readonly string[],
  names: readonly string[],
  rows: readonly {
    always: readonly Value[];
    values: readonly Value[];
    spoken: readonly boolean[];
  }[],
): TableRows[] {
  const groups = Map.groupBy(rows, ({ spoken }) => spoken.map(Number).join(""));
  return [...groups.values()].flatMap((group) => {
    const { spoken } = group[0]!;
    const isSpoken = (_: unknown, at: number) => spoken[at]!;
    return rowsOf(
      table,
      [...always, ...names.filter(isSpoken)],
      group.map((one) => [...one.always, ...one.values.filter(isSpoken)]),
    );
  });
}

/** The site of a request for one site. */
export function onlySite(asked: Asked): SiteFacts {
  return asked.request.sites[0]!;
}

/** That the site of a request does not have what was asked for. */
export function absence(asked: Asked, reason: string): Absence {
  return {
    siteId: onlySite(asked).siteId,
    deviceKey: asked.request.device?.deviceKey ?? "",
    reason,
  };
}

/** That the answer lists no entry of the series that was asked for, where that is so. */
export function unlisted(siteId: number, entries: readonly unknown[]): Absence[] {
  if (entries.length > 0) return [];
  return [{ siteId, deviceKey: "", reason: "the answer lists no values", isUnlisted: true }];
}

/**
 * The content under the name that wraps an answer, whatever its case (the vendor writes `SiteSensors`
 * and `siteSensors`), and what stands beside it. Throws `body` when none of the names is there.
 */
export function envelope(
  body: unknown,
  names: readonly string[],
  asked: Asked,
): { content: unknown; rest: Json } {
  if (!isObject(body)) throw bodyError(asked, `the answer is ${kindOf(body)}, not an object`);
  for (const name of names) {
    const key = Object.keys(body).find((one) => one.toLowerCase() === name.toLowerCase());
    if (key === undefined) continue;
    const { [key]: content, ...rest } = body;
    return { content, rest };
  }
  throw bodyError(asked, `the answer has no "${names[0]}"`);
}

/** The same where the content must be an object. */
export function objectEnvelope(
  body: unknown,
  names: readonly string[],
  asked: Asked,
): { content: Json; rest: Json } {
  const { content, rest } = envelope(body, names, asked);
  if (!isObject(content)) {
    throw bodyError(asked, `"${names[0]}" is ${kindOf(content)}, not an object`);
  }
  return { content, rest };
}

/**
 * The objects of a list. The vendor writes a single entry as a bare object in places, and null for none. An
 * entry that is no object is left out. Throws `body` where there is none but such, and for anything that is
 * no list; also for an absent list unless it may be absent.
 */
export function objectsIn(
  value: unknown,
  name: string,
  asked: Asked,
  absent: "may be absent" | "must be there" = "must be there",
): Json[] {
  if (value === null || (value === undefined && absent === "may be absent")) return [];
  if (value === undefined) throw bodyError(asked, `"${name}" is missing`);
  if (isObject(value)) return [value];
  if (!Array.isArray(value)) throw bodyError(asked, `"${name}" is ${kindOf(value)}, not a list`);
  const given = value.filter((one) => one !== null);
  const objects = given.filter(isObject);
  if (objects.length === given.length) return objects;
  const stranger = given.find((one) => !isObject(one));
  const what = `"${name}" has ${kindOf(stranger)} (${shownJson(stranger, 40)}), not an object`;
  if (objects.length === 0) throw bodyError(asked, what);
  leftOut(asked, `${given.length - objects.length} entries are left out: ${what}`);
  return objects;
}

/** A note on fields that belong to no row; none when there are no such fields. */
export function leftoverNotes(siteId: number, where: string, rest: Json): Note[] {
  if (Object.keys(rest).length === 0) return [];
  return [{
    siteId,
    level: "info",
    text: `${where}: fields that have no place in the database: ${shownJson(rest)}`,
  }];
}

/** The object without these keys. */
export function without(object: Json, keys: readonly string[]): Json {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}

/** What a JSON value is, in words. */
export function kindOf(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return { object: "an object", string: "text", number: "a number", boolean: "a flag" }[
    typeof value as "object" | "string" | "number" | "boolean"
  ];
}
