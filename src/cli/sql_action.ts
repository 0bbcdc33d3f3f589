import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { StatementRefused } from "../database/ask.ts";
import type { CommandContext } from "./context.ts";
import { UsageError } from "./failure.ts";
import { openSession } from "./session.ts";
import type { SqlFormat } from "./sql_formats.ts";
import { answerText, mostTableRows } from "./sql_output.ts";
import { countText } from "./terminal/human.ts";
import { printable } from "./terminal/printable.ts";
import type { World } from "./world.ts";

/** What the user asked `seh sql` for. */
export interface SqlOptions {
  /** `-`: it is read from stdin. */
  readonly statement: string;
  /** Null: a table on a terminal, else CSV. */
  readonly format: SqlFormat | null;
}

/** Asks the database and writes its answer. Throws UsageError, SettingsError and DatabaseError. */
export async function askDatabase(
  context: CommandContext,
  command: CommandUnknownOpts,
  options: SqlOptions,
): Promise<void> {
  const { world } = context;
  const sql = options.statement === "-" ? await readAll(world) : options.statement;
  if (sql.trim() === "") {
    throw new UsageError('There is no statement. Write for example: seh sql "select * from sites"');
  }
  await using session = await openSession(context, command);
  const database = await session.openDatabase({ create: false });
  const text = answerText(
    options.format ?? (world.stdout.isTerminal ? "table" : "csv"),
    session.look(world.stdout),
  );
  const encoder = new TextEncoder();
  let isCut = false;
  try {
    for await (const page of database.ask(sql, () => world.interrupted())) {
      const part = text.page(page);
      isCut = part === null;
      if (isCut) break;
      if (part) await world.stdout.write(encoder.encode(part));
    }
  } catch (error) {
    if (error instanceof StatementRefused) throw refusal(error, database.dialect);
    throw error;
  }
  await world.stdout.write(encoder.encode(text.end()));
  if (isCut) {
    session.note(
      `These are the first ${countText(mostTableRows)} rows. --format csv gives all of them.`,
    );
  }
}

const names: Readonly<Record<string, string>> = {
  sqlite: "SQLite",
  postgres: "PostgreSQL",
  mariadb: "MariaDB",
};

function refusal({ message, writes }: StatementRefused, dialect: string): UsageError {
  const words = printable(message).replace(/[.\s]+$/, "");
  return new UsageError(
    writes
      ? `seh sql only reads, and this statement writes. ${names[dialect]} refused it: ${words}.`
      : `${names[dialect]} does not take this statement: ${words}.`,
  );
}

async function readAll(world: World): Promise<string> {
  return await new Response(world.stdin()).text();
}
