import postgres from "postgres";
import partitionByMonth from "../../sql/postgres/partition_by_month.sql" with { type: "text" };
import views from "../../sql/postgres/views.sql" with { type: "text" };

/** A PostgreSQL server to test against; it is gone when the process has ended, however that ends. */
export interface PostgresServer {
  /** Host and port, for addresses of a test's own. */
  readonly host: string;
  readonly port: number;
  /** The folder with its socket and its data; null where the server was given by URL. */
  readonly folder: string | null;
  /** The address of a database, of the first one without a name, as its superuser. */
  url(database?: string): string;
  /** Runs several statements as superuser; gives the rows of the last one. */
  admin(sql: string): Promise<Record<string, unknown>[]>;
  /** An empty schema of its own, removed when disposed. */
  fresh(): Promise<{ url: string; schema: string } & AsyncDisposable>;
  /** Partitions the empty tables that are in the schema of such an address by month, March to June of 2026. */
  partition(url: string): Promise<void>;
}

/**
 * The server that TEST_POSTGRES_URL names (its user may create schemas, databases and roles), else one of
 * the packages of the operating system, started privately on a free port; null where there is neither.
 * To be called outside of tests, since it lives on when a test has ended.
 */
export async function startPostgres(
  settings: readonly string[] = [],
): Promise<PostgresServer | null> {
  const given = Deno.env.get("TEST_POSTGRES_URL");
  if (given) {
    const { hostname, port } = new URL(given.replace(/^\w+(\+\w+)?:/, "http:"));
    return serverAt(given, hostname, Number(port || 5432), null);
  }
  const programs = programFolder();
  if (!programs) return null;
  const folder = await Deno.makeTempDir({ prefix: "seh-postgres-" });
  const port = freePort();
  // The shell waits for the end of its input, which comes when this process ends.
  const script = `
    set -e
    trap '' INT TERM HUP
    trap '[ $? = 0 ] || cat "$FOLDER"/*log >&2; cd /; rm -rf "$FOLDER"' EXIT
    as_user=""
    if [ "$(id -u)" = 0 ]; then
      chown postgres "$FOLDER"
      as_user="setpriv --reuid=postgres --regid=postgres --init-groups"
    fi
    cd "$FOLDER"
    $as_user "$PROGRAMS/initdb" -D data -U seh -A trust -E UTF8 --locale=C.UTF-8 --no-sync > log
    $as_user "$PROGRAMS/pg_ctl" -D data -w -l server.log start >> log \\
      -o "-p $PORT -c listen_addresses=127.0.0.1,::1 -c unix_socket_directories=$FOLDER -c fsync=off $SETTINGS"
    echo ready
    cat > /dev/null
    $as_user "$PROGRAMS/pg_ctl" -D data -m immediate stop >> log
  `;
  const process = new Deno.Command("sh", {
    args: ["-c", script],
    env: {
      FOLDER: folder,
      PROGRAMS: programs,
      PORT: String(port),
      SETTINGS: settings.map((one) => `-c ${one}`).join(" "),
    },
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = process.stdout.getReader();
  const { value } = await reader.read();
  if (new TextDecoder().decode(value).trim() !== "ready") {
    throw new Error("PostgreSQL did not start; its log stands above");
  }
  process.unref();
  return serverAt(`postgresql://seh@127.0.0.1:${port}/postgres`, "127.0.0.1", port, folder);
}

function serverAt(
  url: string,
  host: string,
  port: number,
  folder: string | null,
): PostgresServer {
  let schemas = 0;
  const admin = async (sql: string) => {
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
    url: (database) => {
      const other = new URL(url);
      if (database) other.pathname = `/${database}`;
      return other.href;
    },
    admin,
    async partition(url) {
      const [, schema] = /search_path%3D(\w+)/.exec(url)!;
      await admin(`
        set search_path = ${schema};
        set seh.first_month = '2026-03-01';
        set seh.last_month = '2026-06-01';
        ${partitionByMonth}
        ${views}
      `);
    },
    async fresh() {
      const schema = `test_${Deno.pid}_${++schemas}`;
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

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}
