import { type Clock, systemClock } from "../model/clock.ts";
import { Secret } from "../model/secret.ts";
import { SettingsError } from "../settings/settings.ts";
import type { Database } from "./database.ts";

/** How a database is opened. */
export interface OpenOptions {
  /** Make the file when there is none (default). Commands that only read say false. */
  readonly create?: boolean;
  /** Tells when a migration was applied. */
  readonly clock?: Clock;
}

type Opener = (url: string, options: Required<OpenOptions>) => Promise<Database>;

/** A database is a folder and one line here; its driver loads only when it is used. */
const openers: Readonly<Record<string, Opener>> = {
  sqlite: async (url, options) =>
    (await import("./sqlite/sqlite.ts")).openSqlite(sqliteFile(url), options),
  postgresql: async (url, options) =>
    (await import("./postgres/postgres.ts")).openPostgres(url, options),
  postgres: async (url, options) =>
    (await import("./postgres/postgres.ts")).openPostgres(url, options),
  mariadb: async (url, options) => (await import("./mariadb/mariadb.ts")).openMariadb(url, options),
  mysql: async (url, options) => (await import("./mariadb/mariadb.ts")).openMariadb(url, options),
};

/**
 * Opens the database that a URL names. Drivers in the style of SQLAlchemy (`sqlite+aiosqlite`) are
 * accepted and ignored. Throws SettingsError for a URL that cannot be right and DatabaseError for a
 * database that cannot be used; neither shows the URL, which may hold a password.
 */
export async function openDatabase(
  url: Secret | string,
  options: OpenOptions = {},
): Promise<Database> {
  const text = (url instanceof Secret ? url.reveal() : url).trim();
  const scheme = /^([a-z][a-z0-9]*)(?:\+[a-z0-9_]+)?:\/\//i.exec(text)?.[1].toLowerCase();
  if (scheme === undefined) {
    throw mistake("is not a URL; for a file write for example sqlite:///./seh.db");
  }
  const open = openers[scheme];
  if (!open) {
    throw mistake(
      `begins with ${scheme}://; allowed are sqlite:///FILE, ` +
        "postgresql://USER:PASSWORD@HOST/DATABASE and mariadb://USER:PASSWORD@HOST/DATABASE",
    );
  }
  return await open(text, {
    create: options.create ?? true,
    clock: options.clock ?? systemClock,
  });
}

/** `sqlite:///./seh.db` is relative, `sqlite:////var/seh.db` absolute, as SQLAlchemy has it. */
function sqliteFile(url: string): string {
  const path = url.replace(/^[^:]*:\/\//, "").replace(/\?.*$/, "");
  if (path === "" || path === "/" || path === "/:memory:" || path === ":memory:") return ":memory:";
  if (!path.startsWith("/")) {
    throw mistake(
      "needs three slashes before a relative file (sqlite:///./seh.db), four before " +
        "an absolute one (sqlite:////var/lib/seh/seh.db)",
    );
  }
  if (path.startsWith("/file:")) {
    throw mistake("names an SQLite URI (file:…); write the plain path");
  }
  return path.slice(1);
}

function mistake(what: string): SettingsError {
  return new SettingsError([`SEH_DATABASE_URL ${what}`]);
}
