import type { ColumnType, Table, Value } from "../model/table.ts";
import { dateColumn, table as factsOf, tables } from "../model/tables.ts";
import type { TimesOf } from "./database.ts";
import { nearDays, sitesIn } from "./read.ts";
import type { Session } from "./session.ts";
import { type Comparison, type Condition, conditionOf, type Words } from "./statements.ts";

/** How a dialect tells times from what is none. */
export interface TimeWords extends Words {
  /** A condition that is true where a column of this type, not NULL, holds a time that is none. */
  noTime(column: string, type: "instant" | "local" | "date"): string;
}

type TimeType = Parameters<TimeWords["noTime"]>[1];
const isTime = (type: ColumnType): type is TimeType =>
  type === "instant" || type === "local" || type === "date";

/** No longer part of a value is shown. */
const mostCharacters = 40;

/**
 * The first row, in the order of the tables, with a time that is none, in words; null where every one can be read:
 * a row that somebody changed by hand may hold one. Without `where` looks at every row and column; with it at the
 * times by which rows are chosen.
 */
export async function unreadableTime(
  session: Pick<Session, "rows">,
  words: TimeWords,
  where?: TimesOf,
): Promise<string | null> {
  const conditions = where ? await conditionsFor(session, words, where) : [];
  if (conditions === null) return null;
  for (const table of where ? [factsOf(where.table)] : tables) {
    const chosen = where && [dateColumn(table), "timestamp"];
    for (const { name, type } of table.columns) {
      if (!isTime(type) || chosen && !chosen.includes(name)) continue;
      const found = await wrongIn(session, words, { table, column: name, type, conditions });
      if (found !== null) return found;
    }
  }
  return null;
}

async function wrongIn(
  session: Pick<Session, "rows">,
  words: TimeWords,
  { table, column, type, conditions }: {
    readonly table: Table;
    readonly column: string;
    readonly type: TimeType;
    readonly conditions: readonly Condition[];
  },
): Promise<string | null> {
  const wrong = `${column} is not null and ${words.noTime(column, type)}`;
  const { sql, parameters } = conditionOf(table, conditions, words);
  const from = `from ${table.name}${sql}${sql ? " and" : " where"} ${wrong}`;
  const [found] = await session.rows(
    `select ${[column, ...table.key].join(", ")} ${from} limit 1`,
    parameters,
  );
  if (!found) return null;
  const [[count]] = await session.rows(`select count(*) ${from}`, parameters);
  return sentence(table, column, found, Number(count));
}

/** Which rows are looked at, so that the key finds them; null: there are none. */
async function conditionsFor(
  session: Pick<Session, "rows">,
  words: Words,
  { table, siteIds, start, end }: TimesOf,
): Promise<Condition[] | null> {
  const facts = factsOf(table);
  if (dateColumn(facts) !== "local_time" || !(start || end)) {
    return siteIds ? [{ name: "site_id", isOneOf: siteIds }] : [];
  }
  const ofSites: Comparison = {
    name: "site_id",
    isOneOf: siteIds ?? await Array.fromAsync(sitesIn(session, words, facts)),
  };
  if (ofSites.isOneOf.length === 0) return null;
  // What is no time at all sorts before and after all that are.
  const outside: Comparison[] = [
    { name: "timestamp", is: "<", value: "1970-01-01T00:00:00Z" },
    { name: "timestamp", is: ">=", value: "2200-01-01T00:00:00Z" },
  ];
  return [{
    anyOf: [[ofSites, ...nearDays({ start, end })], ...outside.map((one) => [ofSites, one])],
  }];
}

function sentence(
  table: Table,
  column: string,
  [value, ...key]: readonly Value[],
  count: number,
): string {
  const shown = (one: Value) =>
    typeof one === "string" ? JSON.stringify(one.slice(0, mostCharacters)) : String(one);
  const where = table.key.flatMap((name, at) =>
    name === column ? [] : [`${name} ${shown(key[at])}`]
  ).join(", ");
  const others = count === 1 ? "" : ` (and in ${count - 1} more rows)`;
  return `a time cannot be read: in ${table.name}${where ? `, ${where}` : ""}, ` +
    `${column} is ${shown(value)}${others}`;
}
