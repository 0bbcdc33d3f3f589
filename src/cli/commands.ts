import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { CommandContext } from "./context.ts";

/** A command as far as the list of all commands needs it. */
export interface CommandEntry {
  readonly name: string;
  /** What it does, in the list of commands and at the top of its own help. */
  readonly summary: string;
  /** Reads its file, with its options and its help, and makes it. */
  create(context: CommandContext): Promise<CommandUnknownOpts>;
}

/**
 * All commands, in the order of the help. A start reads the files of the commands that it is asked for and
 * no others: all of them cost 12 ms, a quarter of the time of `seh --help`.
 */
export const commands: readonly CommandEntry[] = [
  entry(
    "setup",
    "set seh up, step by step (start here)",
    async () => (await import("./setup.ts")).setupCommand,
  ),
  entry(
    "init-db",
    "create or upgrade the tables and views; safe to repeat",
    async () => (await import("./init_db.ts")).initDbCommand,
  ),
  entry(
    "check-api",
    "test your login or key, list the sites, show the credits left",
    async () => (await import("./check_api.ts")).checkApiCommand,
  ),
  entry(
    "login",
    "let seh read your site (homeowners)",
    async () => (await import("./login.ts")).loginCommand,
  ),
  entry(
    "logout",
    "end the access that seh login gave, and delete its tokens",
    async () => (await import("./logout.ts")).logoutCommand,
  ),
  entry(
    "sync",
    "fetch what is new into the database",
    async () => (await import("./sync.ts")).syncCommand,
  ),
  entry(
    "status",
    "what your sites made and used, how fresh and how complete the data is",
    async () => (await import("./status.ts")).statusCommand,
  ),
  entry(
    "gaps",
    "what is missing, per site, data type and device, and why",
    async () => (await import("./gaps.ts")).gapsCommand,
  ),
  entry(
    "repair",
    "fetch what `seh gaps` calls not fetched",
    async () => (await import("./repair.ts")).repairCommand,
  ),
  entry(
    "revisions",
    "values that SolarEdge changed after they were fetched: old, new, when",
    async () => (await import("./revisions.ts")).revisionsCommand,
  ),
  entry(
    "check",
    "hold the database against itself: sums, counters, night, silent devices",
    async () => (await import("./check.ts")).checkCommand,
  ),
  entry(
    "export",
    "write data as CSV, JSON, NDJSON and more",
    async () => (await import("./export.ts")).exportCommand,
  ),
  entry(
    "tariff",
    "prices of energy, for costs and savings: load a file, check it, show them",
    async () => (await import("./tariff.ts")).tariffCommand,
  ),
  entry(
    "report",
    "one HTML page with curves, calendars and records, from your database",
    async () => (await import("./report.ts")).reportCommand,
  ),
  entry(
    "chart",
    "the energy of your sites, drawn in the terminal",
    async () => (await import("./chart.ts")).chartCommand,
  ),
  entry(
    "sql",
    "ask your database a question of your own, in SQL",
    async () => (await import("./sql.ts")).sqlCommand,
  ),
  entry(
    "copy",
    "copy all your data into another database, and compare the two",
    async () => (await import("./copy.ts")).copyCommand,
  ),
  entry(
    "backup",
    "make a checked copy of an SQLite database, while a sync may be running",
    async () => (await import("./backup.ts")).backupCommand,
  ),
  entry(
    "reparse",
    "rebuild rows from the archive of answers (SEH_ARCHIVE_DIR), without a request",
    async () => (await import("./reparse.ts")).reparseCommand,
  ),
  entry(
    "import",
    "take over data of the Python tool, of the portal's CSV files, of exports of seh",
    async () => (await import("./import.ts")).importCommand,
  ),
  entry(
    "demo",
    "try everything without an account, against a simulated SolarEdge server",
    async () => (await import("./demo.ts")).demoCommand,
  ),
  entry(
    "doctor",
    "find out what keeps seh from working, and what to do about it",
    async () => (await import("./doctor.ts")).doctorCommand,
  ),
  entry(
    "service",
    "let this machine run `seh sync` by itself: install, uninstall, status",
    async () => (await import("./service.ts")).serviceCommand,
  ),
  entry(
    "completions",
    "print a completion script for your shell",
    async () => (await import("./completions.ts")).completionsCommand,
  ),
];

function entry(
  name: string,
  summary: string,
  read: () => Promise<(context: CommandContext) => unknown>,
): CommandEntry {
  return {
    name,
    summary,
    create: async (context) => (await read())(context) as CommandUnknownOpts,
  };
}
