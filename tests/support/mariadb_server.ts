import { createConnection } from "mysql2/promise";
import { memoryFolder } from "./memory_folder.ts";
import { newName } from "./new_name.ts";
import { freePort, type ServerProcess, startServerProcess } from "./server_process.ts";

/** A MariaDB server to test against; it is gone when the process has ended, however that ends. */
export interface MariadbServer {
  /** Host and port, for addresses of a test's own. */
  readonly host: string;
  readonly port: number;
  /** The folder with its socket and its data; null where the server was given by URL. */
  readonly folder: string | null;
  /** Why it did not start, with its log; null when it runs. All that is asked of it rejects with it. */
  readonly failure: string | null;
  /** The address of a database, as the superuser of the server. */
  url(database: string): string;
  /** Runs several statements as superuser; gives the rows of the last one. */
  admin(sql: string): Promise<Record<string, unknown>[]>;
  /** Kills the server, as a crash would, and starts it again; not where it was given by URL. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** The rows of a query in the database of such an address, as the server writes them. */
  select(url: string, sql: string): Promise<Record<string, unknown>[]>;
  /** An empty database of its own, removed when disposed. */
  fresh(): Promise<{ url: string; database: string } & AsyncDisposable>;
}

/**
 * The server that TEST_MARIADB_URL names (its user may create databases and users), else one of the packages
 * of the operating system, started privately on a free port; null where there is neither.
 * With settings, or `own`, it is always a private one. To be called outside of tests, since it lives on when
 * a test has ended.
 */
export async function startMariadb(
  settings: readonly string[] = [],
  { own = settings.length > 0 }: { own?: boolean } = {},
): Promise<MariadbServer | null> {
  const given = Deno.env.get("TEST_MARIADB_URL");
  if (given && !own) {
    const { hostname, port } = new URL(given.replace(/^\w+(\+\w+)?:/, "http:"));
    const folder = Deno.env.get("TEST_MARIADB_FOLDER") ?? null;
    const failure = Deno.env.get("TEST_MARIADB_FAILURE") ?? null;
    return serverAt(given, hostname, Number(port || 3306), {
      folder,
      process: {
        failure,
        command: () => Promise.reject(new Error("this server was given by URL")),
      },
    });
  }
  if (!hasPrograms()) return null;
  const folder = await Deno.makeTempDir({ prefix: "seh-mariadb-" });
  const data = await memoryFolder("seh-mariadb-data-");
  const port = freePort();
  const script = `
    set -e
    exec 2>&1
    trap '' INT TERM HUP
    trap '[ $? = 0 ] || cat "$FOLDER"/*log; cd /; rm -rf "$FOLDER" "$DATA"' EXIT
    as_user=""
    user="$(id -un)"
    if [ "$(id -u)" = 0 ]; then
      chown mysql "$FOLDER" "$DATA"
      user=mysql
      as_user="setpriv --reuid=mysql --regid=mysql --init-groups"
    fi
    cd "$FOLDER"
    mkdir tmp
    [ "$(id -u)" = 0 ] && chown mysql tmp
    $as_user mariadb-install-db --no-defaults --datadir="$DATA" --user="$user" \\
      --tmpdir="$FOLDER/tmp" --auth-root-authentication-method=normal --skip-test-db > log 2>&1
    start() {
      $as_user "$(command -v mariadbd || echo /usr/sbin/mariadbd)" --no-defaults --user="$user" \\
        --datadir="$DATA" --tmpdir="$FOLDER/tmp" --socket="$FOLDER/socket" --port="$PORT" \\
        --bind-address=127.0.0.1,::1 --pid-file="$FOLDER/pid" --log-error="$FOLDER/server.log" \\
        --innodb-flush-log-at-trx-commit=0 --innodb-flush-method=nosync --innodb-buffer-pool-size=256M \\
        --skip-innodb-doublewrite --skip-sync-frm --debug-no-sync $SETTINGS \\
        < /dev/null > out.log 2>&1 &
      server=$!
      tries=0
      until mariadb-admin --no-defaults -u root -S "$FOLDER/socket" ping > /dev/null 2>&1; do
        kill -0 $server
        tries=$((tries + 1))
        [ $tries -lt 1200 ]
        sleep 0.05
      done
    }
    stop() {
      kill -KILL $server
      wait $server 2> /dev/null || true
    }
    start
    echo ready
    while read -r task; do
      $task
      echo ready
    done
    stop || true
  `;
  const process = await startServerProcess("MariaDB", script, {
    FOLDER: folder,
    DATA: data,
    PORT: String(port),
    SETTINGS: settings.map((one) => `--${one}`).join(" "),
  });
  return serverAt(`mariadb://root@127.0.0.1:${port}/`, "127.0.0.1", port, { folder, process });
}

function serverAt(
  address: string,
  host: string,
  port: number,
  { folder, process }: { folder: string | null; process: ServerProcess },
): MariadbServer {
  const url = (database: string) => {
    const [, login, query = ""] = /^(\w+(?:\+\w+)?:\/\/[^/?]+)[^?]*(\?.*)?$/.exec(address)!;
    return `${login}/${database}${query}`;
  };
  const admin = async (sql: string) => {
    if (process.failure !== null) throw new Error(process.failure);
    const { username, password } = new URL(address.replace(/^\w+(\+\w+)?:/, "http:"));
    const connection = await createConnection({
      host,
      port,
      user: decodeURIComponent(username),
      password: decodeURIComponent(password),
      multipleStatements: true,
    });
    try {
      const [result] = await connection.query(sql) as unknown as [unknown[]];
      // Of several statements there is a list of results, among which those with rows are lists.
      const rows = Array.isArray(result) ? result.findLast(Array.isArray) ?? result : result;
      return rows as Record<string, unknown>[];
    } finally {
      await connection.end();
    }
  };
  return {
    host,
    port,
    folder,
    failure: process.failure,
    url,
    admin,
    start: () => process.command("start"),
    stop: () => process.command("stop"),
    select: (url, sql) => {
      const [, database] = /\/(\w+)(?:\?.*)?$/.exec(url)!;
      return admin(`use ${database}; set time_zone = '+00:00'; ${sql}`);
    },
    async fresh() {
      const database = newName();
      await admin(`create database ${database}`);
      return {
        url: url(database),
        database,
        [Symbol.asyncDispose]: async () => {
          await admin(`drop database ${database}`);
        },
      };
    },
  };
}

function hasPrograms(): boolean {
  return ["/usr/sbin/mariadbd", "/usr/libexec/mariadbd"].some((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  });
}
