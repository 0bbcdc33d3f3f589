import { DatabaseError } from "../database_error.ts";
import type { Session } from "../session.ts";

type Rows = Session["rows"];

/** How the two servers differ. */
export interface Server {
  readonly isMariaDb: boolean;
  readonly binaryCollation: string;
}

const mySqlCollation = "utf8mb4_0900_bin";

/** Asks a server which of the two it is. Throws DatabaseError for one that is too old. */
export async function serverOf(rows: Rows, target: string): Promise<Server> {
  const [[version]] = await rows("select version()");
  const isMariaDb = /mariadb/i.test(String(version));
  const [major, minor] = String(version).split(".").map(Number);
  const isNewEnough = isMariaDb ? major > 10 || major === 10 && minor >= 6 : major >= 8;
  if (!isNewEnough) {
    throw new DatabaseError(
      "refused",
      `${target}: the server is ${version}; seh needs MariaDB 10.6, MySQL 8 or newer`,
    );
  }
  return { isMariaDb, binaryCollation: isMariaDb ? "utf8mb4_nopad_bin" : mySqlCollation };
}

/** Spider counts every row of a bulk as inserted, also one that is there with the same values. */
export async function hasSpiderTables(rows: Rows): Promise<boolean> {
  const [[isInstalled]] = await rows(
    "select count(*) from information_schema.engines where engine = 'SPIDER'",
  );
  if (isInstalled === 0) return false;
  // Only then, because the server opens each table to find its engine.
  const [[tables]] = await rows(
    `select count(*) from information_schema.tables
     where table_schema = database() and engine = 'SPIDER'`,
  );
  return tables !== 0;
}

/** MySQL has another name for the collation, and cannot add a column only where it is not there. */
export function forMySql(sql: string): string {
  return sql.replaceAll("utf8mb4_nopad_bin", mySqlCollation)
    .replaceAll("add column if not exists", "add column");
}

/** What the values and the life of a connection depend on, whatever the server and the user have set. */
export function settings({ isMariaDb, binaryCollation }: Server): string {
  return `
    set names utf8mb4 collate ${binaryCollation};
    set session
      time_zone = '+00:00',
      sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
      autocommit = 1,
      sql_select_limit = default,
      lc_messages = 'en_US',
      wait_timeout = 31536000;
    set session transaction isolation level read committed;
    ${
    isMariaDb
      ? `set session max_statement_time = 0, idle_transaction_timeout = 0,
           idle_readonly_transaction_timeout = 0, idle_write_transaction_timeout = 0`
      : "do 0"
  }`;
}
