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
import { tableOf, valueOf } from "./columns.ts";
import { OwnRows } from "./csv.ts";

/**
 * NDJSON of `seh export`, or its JSON, in which each row stands on a line of its own too. Of several datasets
 * each line, or the line before its rows, names its own.
 */
export function ownJsonReader(path: string): ImportReader {
  return {
    what: "an export of seh (JSON)",
    source: "seh-export",
    order: 0,
    expected: null,
    read: (context) => read(path, context),
    close: () => Promise.resolve(),
  };
}

const heading = /^,?\s*"([a-z-]+)":\s*\[\s*(\],?)?\s*$/;
const punctuation = /^[\s[\]{},]*$/;

async function* read(path: string, context: ImportContext): AsyncGenerator<ImportEvent> {
  const tables = new Map<string, OwnRows>();
  const of = (shape: string, table: Table, names: readonly string[]) => {
    let found = tables.get(shape);
    if (!found) tables.set(shape, found = new OwnRows(names, table, context));
    return found;
  };
  let named: Table | null = null;
  let number = 0;
  for await (const lines of linesOf(chunksOf(path))) {
    for (const line of lines) {
      number++;
      const title = heading.exec(line);
      if (title) {
        named = tableNamed(title[1]);
        continue;
      }
      if (punctuation.test(line)) continue;
      const text = line.endsWith(",") ? line.slice(0, -1) : line;
      let row: Record<string, unknown>;
      try {
        row = JSON.parse(text);
      } catch {
        yield { kind: "bad", line: number, text: "it is no JSON object" };
        continue;
      }
      const { dataset, ...values } = row;
      const names = Object.keys(values);
      const stated = typeof dataset === "string" ? tableNamed(dataset) : named;
      // What a dataset is called has changed: where its columns tell another table, they are right.
      const table = stated && hasAll(stated, names) ? stated : tableOf(names) ?? stated;
      if (!table) {
        yield { kind: "bad", line: number, text: "it is no row of a dataset of seh" };
        continue;
      }
      const unknown = names.find((name) => !hasAll(table, [name]));
      if (unknown !== undefined) {
        yield { kind: "bad", line: number, text: `${table.name} has no column ${unknown}` };
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
