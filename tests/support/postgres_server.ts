import postgres from "postgres";
import partitionByMonth from "../../sql/postgres/partition_by_month.sql" with { type: "text" };
import views from "../../sql/postgres/views.sql" with { type: "text" };
import { newName } from "./new_name.ts";
import { freePort, type ServerProcess, startServerProcess } from "./server_process.ts";

/** A PostgreSQL server to test against; it is gone when the process has ended, however that ends. */
export interface PostgresServer {
  /** Host and port, for addresses of a test's own. */
  readonly host: string;
  readonly port: number;
  /** The folder with its socket and its data; null where the server was given by URL. */
  readonly folder: string | null;
  /** Why it did not start, with its log; null when it runs. All that is asked of it rejects with it. */
  readonly failure: string | null;
  /** The address of a database, of the first one without a name, as its superuser. */
  url(database?: string): string;
  /** Runs several statements as superuser; gives the rows of the last one. */
  admin(sql: string): Promise<Record<string, unknown>[]>;
  /** Kills the server, as a crash would, and starts it again; not where it was given by URL. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** An empty schema of its own, removed when disposed. */
  fresh(): Promise<{ url: string; schema: string } & AsyncDisposable>;
  /** Partitions the empty tables in the schema of such an address by month, March to June of 2026 by default. */
  partition(url: string, lastMonth?: string): Promise<void>;
  /** The rows of a query in the schema of such an address, as the server writes them. */
  select(url: string, sql: string): Promise<Record<string, unknown>[]>;
}

/**
 * The server that TEST_POSTGRES_URL names (its user may create schemas, databases and roles), else one of
 * the packages of the operating system, started privately on a free port; null where there is neither.
 * With settings, or `own`, it is always a private one. To be called outside of tests, since it lives on when
 * a test has ended.
 */
export async function startPostgres(
  settings: readonly string[] = [],
  { own = settings.length > 0 }: { own?: boolean } = {},
): Promise<PostgresServer | null> {
  const given = Deno.env.get("TEST_POSTGRES_URL");
  if (given && !own) {
    const { hostname, port } = new URL(given.replace(/^\w+(\+\w+)?:/, "http:"));
    const folder = Deno.env.get("TEST_POSTGRES_FOLDER") ?? null;
    const failure = Deno.env.get("TEST_POSTGRES_FAILURE") ?? null;
    return serverAt(given, hostname, Number(port || 5432), {
      folder,
      process: {
        failure,
        command: () => Promise.reject(new Error("this server was given by URL")),
      },
    });
  }
  const programs = programFolder();
  if (!programs) return null;
  const folder = await Deno.makeTempDir({ prefix: "seh-postgres-" });
  const port = freePort();
  const script = `
    set -e
    exec 2>&1
    trap '' INT TERM HUP
    trap '[ $? = 0 ] || cat "$FOLDER"/*log; cd /; rm -rf "$FOLDER"' EXIT
    as_user=""
    if [ "$(id -u)" = 0 ]; then
      chown postgres "$FOLDER"
      as_user="setpriv --reuid=postgres --regid=postgres --init-groups"
    fi
    cd "$FOLDER"
    start() {
      $as_user "$PROGRAMS/pg_ctl" -D data -w -l server.log start >> log \\
        -o "-p $PORT -c listen_addresses=127.0.0.1,::1 -c unix_socket_directories=$FOLDER -c fsync=off $SETTINGS" \\
        < /dev/null
    }
    stop() { $as_user "$PROGRAMS/pg_ctl" -D data -m immediate stop >> log; }
    $as_user "$PROGRAMS/initdb" -D data -U seh -A trust -E UTF8 --locale=C.UTF-8 --no-sync > log
    start
    echo ready
    while read -r task; do
      $task
      echo ready
    done
    stop || true
  `;
  const process = await startServerProcess("PostgreSQL", script, {
    FOLDER: folder,
    PROGRAMS: programs,
    PORT: String(port),
    SETTINGS: settings.map((one) => `-c ${one}`).join(" "),
  });
  const url = `postgresql://seh@127.0.0.1:${port}/postgres`;
  return serverAt(url, "127.0.0.1", port, { folder, process });
}

function serverAt(
  url: string,
  host: string,
  port: number,
  { folder, process }: { folder: string | null; process: ServerProcess },
): PostgresServer {
  const admin = async (sql: string) => {
    if (process.failure !== null) throw new Error(process.failure);
    const connection = postgres(url.replace(/^\w+(\+\w+)?:/, "postgres:"), {
      max: 1,
      onnotice: () => {},
    });
    try {
      const results = await connection.unsafe(sql).simple();
      return [...(Array.isArray(results[0]) ? results.at(-1)! : results)];
    } finally {
      await connection.end();
    }
  };
  return {
    host,
    port,
    folder,
    failure: process.failure,
    url: (database) => {
      const other = new URL(url);
      if (database) other.pathname = `/${database}`;
      return other.href;
    },
    admin,
    start: () => process.command("start"),
    stop: () => process.command("stop"),
    select: (url, sql) =>
      admin(`
        set search_path = ${schemaIn(url)};
        set time zone 'UTC';
        set datestyle = 'ISO';
        set extra_float_digits = 1;
        set statement_timeout = 0;
        ${sql}`),
    async partition(url, lastMonth = "2026-06-01") {
      await admin(`
        set search_path = ${schemaIn(url)};
        set seh.first_month = '2026-03-01';
        set seh.last_month = '${lastMonth}';
        ${partitionByMonth}
        ${views}
      `);
    },
    async fresh() {
      const schema = newName();
      await admin(`create schema ${schema}`);
      return {
        url: `${url}${url.includes("?") ? "&" : "?"}options=-csearch_path%3D${schema}`,
        schema,
        [Symbol.asyncDispose]: async () => {
          await admin(`drop schema ${schema} cascade`);
        },
      };
    },
  };
}

function schemaIn(url: string): string {
  return /search_path%3D(\w+)/.exec(url)![1];
}

/** The programs of the newest version; Debian does not put them on the path. */
function programFolder(): string | null {
  try {
    const versions = [...Deno.readDirSync("/usr/lib/postgresql")].map((one) => Number(one.name));
    const folder = `/usr/lib/postgresql/${Math.max(...versions)}/bin`;
    Deno.statSync(`${folder}/initdb`);
    return folder;
  } catch {
    return null;
  }
}
