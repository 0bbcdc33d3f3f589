import type { ColumnType, Table, Value } from "../model/table.ts";
import { dateColumn, table as factsOf, tables } from "../model/tables.ts";
import type { TimesOf } from "./database.ts";
import { scopes } from "./read.ts";
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
  for (const table of where ? [factsOf(where.table)] : tables) {
    const chosen = where && [dateColumn(table), "timestamp"];
    for (const { name, type } of table.columns) {
      if (!isTime(type) || chosen && !chosen.includes(name)) continue;
      const found = await wrongIn(session, words, table, name, type, where);
      if (found !== null) return found;
    }
  }
  return null;
}

async function wrongIn(
  session: Pick<Session, "rows">,
  words: TimeWords,
  table: Table,
  column: string,
  type: TimeType,
  where?: TimesOf,
): Promise<string | null> {
  const wrong = `${column} is not null and ${words.noTime(column, type)}`;
  const found: (readonly Value[])[] = [];
  let count = 0;
  for (const conditions of await placesOf(session, words, table, where)) {
    const { sql, parameters } = conditionOf(table, conditions, words);
    const from = `from ${table.name}${sql}${sql ? " and" : " where"} ${wrong}`;
    const rows = await session.rows(
      `select ${[column, ...table.key].join(", ")} ${from} limit 1`,
      parameters,
    );
    if (rows.length === 0) continue;
    found.push(...rows);
    const [[more]] = await session.rows(`select count(*) ${from}`, parameters);
    count += Number(more);
  }
  return found.length === 0 ? null : sentence(table, column, found[0], count);
}

/** The parts of a table that are looked at, each of which the key finds. */
async function placesOf(
  session: Pick<Session, "rows">,
  words: Words,
  table: Table,
  where?: TimesOf,
): Promise<(readonly Condition[])[]> {
  if (!where) return [[]];
  const { siteIds, start, end } = where;
  const isNarrow = (start || end) && dateColumn(table) === "local_time";
  const places: (readonly Condition[])[] = [];
  for await (const scope of scopes(session, words, table, { ...where, siteIds })) {
    if (!isNarrow) {
      places.push(scope);
      continue;
    }
    const near: Comparison[] = [];
    const bound = (is: "<" | ">=", day: Temporal.PlainDate): Comparison => ({
      name: "timestamp",
      is,
      value: `${day}T00:00:00Z`,
    });
    // No zone is further than a day from UTC.
    if (start) near.push(bound(">=", start.subtract({ days: 2 })));
    if (end) near.push(bound("<", end.add({ days: 3 })));
    places.push([...scope, ...near]);
    // What is no time at all sorts before and after all that are.
    for (const outside of [bound("<", firstDay), bound(">=", lastDay)]) {
      places.push([...scope, outside]);
    }
  }
  return places;
}

const firstDay = Temporal.PlainDate.from("1970-01-01");
const lastDay = Temporal.PlainDate.from("2200-01-01");

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
