import { resolve } from "node:path";
import { type Clock, systemClock } from "../model/clock.ts";
import { Secret } from "../model/secret.ts";
import { SettingsError } from "../settings/settings.ts";
import type { Database } from "./database.ts";
import { addressMistake as mistake, placeText } from "./server_address.ts";

/** How a database is opened. */
export interface OpenOptions {
  /** Make the file when there is none (default). Commands that only read say false. */
  readonly create?: boolean;
  /**
   * Only a look, of a moment: the file itself is not written, not even to let others write meanwhile (default no).
   */
  readonly briefly?: boolean;
  /** Gives the time at which a migration is applied. */
  readonly clock?: Clock;
  /** Where the path of a relative file starts; the folder of the process by default. */
  readonly cwd?: string;
}

/** A database is a folder and one line here; its driver loads only when it is used. */
interface Kind {
  /**
   * Where its server listens, as Deno's permissions write it; null where there is none. Throws SettingsError for
   * an address that cannot be right, and DatabaseError.
   */
  server(url: string): Promise<string | null>;
  open(
    url: string,
    options: Required<Omit<OpenOptions, "cwd">> & Pick<OpenOptions, "cwd">,
  ): Promise<Database>;
}

const sqlite: Kind = {
  server(url) {
    sqliteFile(url);
    return Promise.resolve(null);
  },
  async open(url, { cwd = "", ...options }) {
    const file = sqliteFile(url);
    const { openSqlite } = await import("./sqlite/sqlite.ts");
    return openSqlite(file === ":memory:" ? file : resolve(cwd, file), options);
  },
};
const postgres: Kind = {
  server: async (url) => {
    const address = (await import("./postgres/address.ts")).addressOf(url);
    const { host, port } = address;
    return host.startsWith("/") ? `unix:${host}/.s.PGSQL.${port}` : placeText(address);
  },
  open: async (url, options) => (await import("./postgres/postgres.ts")).openPostgres(url, options),
};
const mariadb: Kind = {
  server: async (url) => {
    const address = (await import("./mariadb/address.ts")).addressOf(url);
    return address.socket ? `unix:${address.socket}` : placeText(address);
  },
  open: async (url, options) => (await import("./mariadb/mariadb.ts")).openMariadb(url, options),
};

const kinds: Readonly<Record<string, Kind>> = {
  sqlite,
  postgresql: postgres,
  postgres,
  mariadb,
  mysql: mariadb,
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
  const { text, kind } = kindOf(url);
  return await kind.open(text, {
    create: options.create ?? true,
    briefly: options.briefly ?? false,
    clock: options.clock ?? systemClock,
    cwd: options.cwd,
  });
}

/**
 * Refuses a URL that cannot be right before anything is asked of anybody; nothing is opened. Throws
 * SettingsError.
 */
export async function checkDatabaseUrl(url: Secret): Promise<void> {
  const { text, kind } = kindOf(url);
  try {
    await kind.server(text);
  } catch (error) {
    // Whether the files that it names can be read, matters to those who open it.
    if (error instanceof SettingsError) throw error;
  }
}

/** The file of SQLite that a URL names, as it stands there; null for a server and in memory. Throws SettingsError. */
export function databaseFile(url: Secret): string | null {
  const { text, kind } = kindOf(url);
  const file = kind === sqlite ? sqliteFile(text) : null;
  return file === ":memory:" ? null : file;
}

/**
 * Where a database's server listens, as Deno's permissions write it: `db.example:5432`, `unix:/run/my.sock`; null
 * for a file. Throws SettingsError for an address that cannot be right.
 */
export async function databaseHost(url: Secret): Promise<string | null> {
  const { text, kind } = kindOf(url);
  return await kind.server(text);
}

function kindOf(url: Secret | string): { readonly text: string; readonly kind: Kind } {
  const text = (url instanceof Secret ? url.reveal() : url).trim();
  const scheme = /^([a-z][a-z0-9]*)(?:\+[a-z0-9_]+)?:\/\//i.exec(text)?.[1].toLowerCase();
  if (scheme === undefined) {
    throw mistake("is not a URL; for a file write for example sqlite:///./seh.db");
  }
  if (!Object.hasOwn(kinds, scheme)) {
    throw mistake(
      `begins with ${scheme}://; allowed are sqlite:///FILE, ` +
        "postgresql://USER:PASSWORD@HOST/DATABASE and mariadb://USER:PASSWORD@HOST/DATABASE",
    );
  }
  return { text, kind: kinds[scheme] };
}

/** `sqlite:///./seh.db` is relative, `sqlite:////var/seh.db` absolute, as SQLAlchemy has it. */
function sqliteFile(url: string): string {
  const [, path, options] = /^[^:]*:\/\/([^?#]*)([?#].*)?$/s.exec(url) ?? [];
  if (options) {
    throw mistake(
      `has ${options[0]} in it; options of SQLite are not taken, and a path has no ? or #. ` +
        "Allowed: the file alone, such as sqlite:///./seh.db",
    );
  }
  if (path === "" || path === "/") {
    throw mistake("names no file; write for example sqlite:///./seh.db");
  }
  if (path === "/:memory:" || path === ":memory:") return ":memory:";
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
