/**
 * Runs the tests with one PostgreSQL and one MariaDB for all of their files:
 * `deno task test [FILE…] [OPTION…]`, options as of `deno test`.
 */
import { startMariadb } from "./support/mariadb_server.ts";
import { startPostgres } from "./support/postgres_server.ts";

/** A server that the tests of one kind share, as their environment tells them. */
interface Shared {
  readonly folder: string | null;
  readonly failure: string | null;
  url(database: string): string;
}

const options = ["--quiet", "--no-check", "--parallel", "--sanitize-ops", "--sanitize-resources"];

const [postgres, mariadb] = await Promise.all([startPostgres(), startMariadb()]);
const test = new Deno.Command(Deno.execPath(), {
  args: ["test", ...options, "--allow-all", ...filesAndOptions(Deno.args)],
  env: { ...told("POSTGRES", "postgres", postgres), ...told("MARIADB", "", mariadb) },
  stdin: "null",
}).spawn();
// The signal goes to the tests too; the servers stay until they have ended.
for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, () => {});
Deno.exit((await test.status).code);

/** What was given; all tests where no file was. */
function filesAndOptions(args: readonly string[]): string[] {
  return args.some((one) => one.startsWith("tests")) ? [...args] : [...args, "tests/"];
}

function told(name: string, database: string, server: Shared | null): Record<string, string> {
  if (server === null) return {};
  return {
    [`TEST_${name}_URL`]: server.url(database),
    ...(server.folder === null ? {} : { [`TEST_${name}_FOLDER`]: server.folder }),
    ...(server.failure === null ? {} : { [`TEST_${name}_FAILURE`]: server.failure }),
  };
}
