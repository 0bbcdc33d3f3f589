import type { TableRows } from "../model/harvest.ts";
import { apiSources, holdsImported, ownerOf, sharedSource } from "../model/sources.ts";
import type { Value } from "../model/table.ts";
import { table as factsOf } from "../model/tables.ts";
import { keyOf } from "./stored.ts";

type Row = readonly Value[];

/** Rows of an import by what they meet in the harvest. */
export interface Sorted {
  /** Those that the rule of saving takes as they are. */
  readonly plain: readonly Row[];
  /** Whole rows of an API whose NULLs an import fills: they name both. */
  readonly shared: readonly Row[];
  /**
   * Values that an API has sent, and that come back from an export, for rows that hold imported values: by
   * their source, without the columns `source` and `updated_at`.
   */
  readonly sent: ReadonlyMap<string, TableRows>;
}

const ofTheRow = ["source", "updated_at"];

/** Sorts them. `source`: of rows that name none; `now`: when they come in. */
export function sortedBySharing(
  given: TableRows,
  stored: ReadonlyMap<string, Row>,
  source: string,
  now: string,
): Sorted {
  if (stored.size === 0) return { plain: given.rows, shared: [], sent: new Map() };
  const facts = factsOf(given.table);
  const names = facts.columns.map((one) => one.name);
  const places = names.map((name) => given.columns.indexOf(name));
  const keyAt = facts.key.map((name) => given.columns.indexOf(name));
  const sourceAt = given.columns.indexOf("source");
  const stands = names.indexOf("source");
  const kept = given.columns.map((_, at) => at).filter((at) =>
    !ofTheRow.includes(given.columns[at])
  );
  const plain: Row[] = [];
  const shared: Row[] = [];
  const sent = new Map<string, Row[]>();
  for (const row of given.rows) {
    const old = stored.get(keyOf(keyAt.map((at) => row[at])));
    const [from, owner] = [sourceAt < 0 ? source : String(row[sourceAt]), String(old?.[stands])];
    if (old === undefined) plain.push(row);
    else if (apiSources.includes(from) && holdsImported(owner)) {
      if (!sent.has(from)) sent.set(from, []);
      sent.get(from)!.push(kept.map((at) => row[at]));
    } else if (apiSources.includes(owner) && holdsImported(from)) {
      const whole = filled(old, row, places, names);
      if (whole === null) continue;
      whole[stands] = sharedSource(owner, importOf(from));
      whole[names.indexOf("updated_at")] = now;
      shared.push(whole);
    } else plain.push(row);
  }
  const columns = kept.map((at) => given.columns[at]);
  return {
    plain,
    shared,
    sent: new Map([...sent].map(([from, rows]) => [from, { table: given.table, columns, rows }])),
  };
}

/** The stored row with its NULLs filled; null where nothing fills any. */
function filled(
  old: Row,
  row: Row,
  places: readonly number[],
  names: readonly string[],
): Value[] | null {
  let fills = false;
  const whole = old.map((value, at) => {
    const given = places[at] < 0 || ofTheRow.includes(names[at]) ? null : row[places[at]];
    if (value !== null || given === null) return value;
    fills = true;
    return given;
  });
  return fills ? whole : null;
}

/** The import among those whose values a row holds. */
function importOf(source: string): string {
  return source === ownerOf(source) ? source : source.slice(ownerOf(source).length + 1);
}
