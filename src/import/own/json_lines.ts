import { type DatasetName, datasets, formerNames } from "../../export/datasets.ts";
import type { Table, Value } from "../../model/table.ts";
import { table as factsOf } from "../../model/tables.ts";
import {
  type ImportContext,
  type ImportEvent,
  type ImportReader,
  ImportRefusal,
} from "../event.ts";
import { chunksOf, linesOf } from "../text_file.ts";
import { lackingColumn, tableOf, valueOf } from "./columns.ts";
import { OwnRows } from "./csv.ts";

/**
 * NDJSON of `seh export`, or its JSON, in which each row stands on a line of its own too. Of several datasets
 * each line, or the line before its rows, names its own. JSON that another program has laid out in its own way
 * is read as a whole. `head` is the beginning of the file. Throws ImportRefusal.
 */
export async function ownJsonReader(path: string, head: string): Promise<ImportReader> {
  const lines = hasRowsOnLines(head) ? () => fileLines(path) : await relaid(path);
  return {
    what: "an export of seh (JSON)",
    source: "seh-export",
    order: 0,
    expected: null,
    read: (context) => read(lines(), context),
    close: () => Promise.resolve(),
  };
}

/** A line of a file, or a row of JSON that has none, written as a line. */
type Line = readonly [text: string, number: number];

async function* fileLines(path: string): AsyncGenerator<Line[]> {
  let number = 0;
  let last = "";
  let isList = false;
  for await (const lines of linesOf(chunksOf(path))) {
    yield lines.map((text) => [text, ++number]);
    if (number === lines.length) isList = /^\s*(\[|\{\s*$)/.test(lines[0]);
    last = lines.findLast((one) => one.trim() !== "") ?? last;
  }
  if (isList && !/^[\s\]},]*[\]}]\s*$/.test(last)) {
    yield [[cutOffMark, number]];
  }
}

/** Stands for the end that a file lacks. */
const cutOffMark = "the file ends before its JSON does";

/** Whether the first line that holds more than signs and names is a row. */
function hasRowsOnLines(head: string): boolean {
  const lines = head.split("\n");
  const first = lines.findIndex((one) => !punctuation.test(one) && !heading.test(one.trimEnd()));
  if (first < 0) return true;
  const text = lines[first].trimEnd().replace(/,$/, "");
  // A line that is longer than what was read: a row with much in it.
  if (first === lines.length - 1 && /^\s*\{\s*"(dataset|site_id)"/.test(text)) return true;
  try {
    const row = JSON.parse(text);
    return isObject(row) && ("site_id" in row || "dataset" in row);
  } catch {
    return /^\s*\{\s*"(dataset|site_id)"/.test(text);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** JSON that is laid out in another way is read as a whole. */
const mostBytes = 128 * 1024 * 1024;

async function relaid(path: string): Promise<() => AsyncGenerator<Line[]>> {
  if ((await Deno.stat(path)).size > mostBytes) {
    throw new ImportRefusal(
      "is JSON that another program has laid out anew, and too large to be read like that. " +
        "Give the file as `seh export` wrote it.",
    );
  }
  let whole: unknown;
  try {
    whole = JSON.parse(await Deno.readTextFile(path));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new ImportRefusal("is JSON that cannot be read; it may be cut off.");
  }
  const lists: readonly (readonly [string | null, unknown])[] = Array.isArray(whole)
    ? [[null, whole]]
    : isObject(whole)
    ? Object.entries(whole)
    : [];
  if (lists.length === 0 || lists.some(([, list]) => !Array.isArray(list))) {
    throw new ImportRefusal("is JSON, and no export of seh or the Python tool.");
  }
  return async function* () {
    await Promise.resolve();
    let number = 0;
    for (const [name, list] of lists) {
      if (name !== null) yield [[`"${name}": [`, number]];
      yield (list as unknown[]).map((row) => [JSON.stringify(row), ++number]);
    }
  };
}

const heading = /^,?\s*"([a-z-]+)":\s*\[\s*(\],?)?\s*$/;
const punctuation = /^[\s[\]{},]*$/;

async function* read(
  pages: AsyncIterable<readonly Line[]>,
  context: ImportContext,
): AsyncGenerator<ImportEvent> {
  const tables = new Map<string, OwnRows>();
  const of = (shape: string, table: Table, names: readonly string[]) => {
    let found = tables.get(shape);
    if (!found) tables.set(shape, found = new OwnRows(names, table, context));
    return found;
  };
  let named: Table | null = null;
  for await (const lines of pages) {
    for (const [line, number] of lines) {
      if (line === cutOffMark) {
        yield { kind: "bad", line: null, text: `what followed line ${number}: ${cutOffMark}` };
        continue;
      }
      const title = heading.exec(line);
      if (title) {
        named = tableNamed(title[1]);
        continue;
      }
      if (punctuation.test(line)) continue;
      const text = line.endsWith(",") ? line.slice(0, -1) : line;
      const row = objectIn(text);
      if (row === null) {
        yield { kind: "bad", line: number, text: "it is no JSON object" };
        continue;
      }
      const { dataset, ...values } = row;
      const names = Object.keys(values);
      const stated = typeof dataset === "string" ? tableNamed(dataset) : named;
      // What a dataset is called has changed: where its columns are those of another table, they are right.
      const isStated = stated !== null && hasAll(stated, names) &&
        lackingColumn(stated, names) === null;
      const table = isStated ? stated : tableIn(names) ?? stated;
      if (!table) {
        yield { kind: "bad", line: number, text: "it is no row of a dataset of seh" };
        continue;
      }
      const unknown = names.find((name) => !hasAll(table, [name]));
      if (unknown !== undefined) {
        yield { kind: "bad", line: number, text: `${table.name} has no column ${unknown}` };
        continue;
      }
      const lacking = lackingColumn(table, names);
      if (lacking !== null) {
        yield { kind: "bad", line: number, text: `${table.name} needs a column ${lacking}` };
        continue;
      }
      const rows = of(`${table.name} ${names.join()}`, table, names);
      try {
        rows.put(names.map((name) => valueIn(table, name, values[name], text)), number);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        yield { kind: "bad", line: number, text: error.message };
      }
    }
    for (const rows of tables.values()) yield* rows.full();
  }
  for (const rows of tables.values()) yield* rows.rest();
}

function objectIn(text: string): Record<string, unknown> | null {
  try {
    const value = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** Unknown columns cost a line of JSON, not the file. */
function tableIn(names: readonly string[]): Table | null {
  try {
    return tableOf(names);
  } catch (error) {
    if (error instanceof ImportRefusal) return null;
    throw error;
  }
}

function hasAll({ columns }: Table, names: readonly string[]): boolean {
  return names.every((name) => columns.some((one) => one.name === name));
}

function tableNamed(dataset: string): Table {
  const table = datasets.get(formerNames.get(dataset) ?? dataset as DatasetName);
  if (table === undefined) {
    throw new ImportRefusal(`names a dataset that this version of seh does not know: ${dataset}`);
  }
  return factsOf(table);
}

function valueIn(table: Table, name: string, value: unknown, text: string): Value {
  const column = table.columns.find((one) => one.name === name)!;
  if (value === null) return null;
  if (column.type === "json") return rawValue(text, name);
  if (column.type === "integer" && typeof value === "number" && !Number.isSafeInteger(value)) {
    return valueOf(column, rawValue(text, name));
  }
  if (column.type === "text") {
    if (typeof value !== "string") throw new RangeError(`${name} is no text`);
    return value;
  }
  return valueOf(column, typeof value === "string" ? value : JSON.stringify(value));
}

/** The text of a value in an object as it stands there: parsing would lose digits of long numbers. */
function rawValue(text: string, name: string): string {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (sign === "{" || sign === "[") depth++;
    else if (sign === "}" || sign === "]") depth--;
    else if (sign === '"') {
      const end = stringEnd(text, at);
      const isKey = depth === 1 && /^\s*:/.test(text.slice(end, end + 20));
      if (isKey && JSON.parse(text.slice(at, end)) === name) {
        const start = text.indexOf(":", end) + 1;
        return text.slice(start, valueEnd(text, start)).trim();
      }
      at = end - 1;
    }
  }
  return "null";
}

function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}

function valueEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const sign = text[at];
    if (sign === '"') at = stringEnd(text, at) - 1;
    else if (sign === "{" || sign === "[") depth++;
    else if (sign === "}" || sign === "]") {
      if (depth === 0) return at;
      depth--;
    } else if (sign === "," && depth === 0) return at;
  }
  return text.length;
}
