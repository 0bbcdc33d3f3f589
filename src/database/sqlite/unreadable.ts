import type { ColumnType, Table, Value } from "../../model/table.ts";
import { tables } from "../../model/tables.ts";
import type { Session } from "../session.ts";

const digits = (pattern: string) => pattern.replaceAll("0", "[0-9]");

/** How the columns of times are written. */
const patterns: Partial<Readonly<Record<ColumnType, string>>> = {
  instant: digits("0000-00-00T00:00:00*Z"),
  local: digits("0000-00-00T00:00:00*"),
  date: digits("0000-00-00"),
};

/** No longer part of a value is shown. */
const mostCharacters = 40;

/**
 * The first row, in the order of the tables, with a time that is none, in words; null where every one can be read.
 * SQLite takes any text, so that a row that somebody changed by hand may hold one. Looks at every row.
 */
export async function unreadableTime(session: Pick<Session, "rows">): Promise<string | null> {
  for (const table of tables) {
    for (const { name, type } of table.columns) {
      const pattern = patterns[type];
      if (!pattern) continue;
      const wrong = `${name} is not null and (${name} not glob '${pattern}'
        or datetime(${name}) is null or date(${name}) <> substr(${name}, 1, 10))`;
      const [found] = await session.rows(
        `select ${[name, ...table.key].join(", ")} from ${table.name} where ${wrong} limit 1`,
      );
      if (!found) continue;
      const [[count]] = await session.rows(`select count(*) from ${table.name} where ${wrong}`);
      return sentence(table, name, found, Number(count));
    }
  }
  return null;
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
