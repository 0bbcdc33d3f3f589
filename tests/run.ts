/**
 * Runs the tests, with one PostgreSQL and one MariaDB for all of their files: `deno task test [FILE or FOLDER…]
 * [OPTION…]`, with the options of `deno test`. TEST_SCOPE says how much is run, see `support/scope.ts`. At the
 * end it names the tests that took long.
 */
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { startMariadb } from "./support/mariadb_server.ts";
import { startPostgres } from "./support/postgres_server.ts";
import { scope } from "./support/scope.ts";

/** A server that the tests of one kind share, as their environment names them. */
interface Shared {
  readonly folder: string | null;
  readonly failure: string | null;
  url(database: string): string;
}

/**
 * Several files run at once on all cores already: threads that help one of them to collect garbage cost more than
 * they save, and so does a young generation that is full every few milliseconds.
 */
const memoryOption =
  "--v8-flags=--single-threaded-gc,--min-semi-space-size=16,--max-semi-space-size=32";

/** What takes longer on a machine that does nothing else has a reason beside it, or is made faster. */
const longSeconds = 10;

const tests = fileURLToPath(new URL(".", import.meta.url));
const isPlace = (one: string) => /^(\.\/)?tests(\/|$)/.test(one);
const needsServers = (file: string) =>
  /support\/(postgres|mariadb)_server\.ts"/.test(Deno.readTextFileSync(file));
/** A file that takes some seconds says so at its top, with the reason. */
const isFast = (file: string) =>
  !needsServers(file) && !/^\/\/ Not in test:fast: /.test(Deno.readTextFileSync(file));

const files = Deno.args.filter(isPlace).length > 0
  ? Deno.args.filter(isPlace).flatMap(testFiles)
  : testFiles(tests);
const chosen = scope === "fast" ? files.filter(isFast) : files;
const report = await Deno.makeTempFile({ suffix: ".xml" });
const [postgres, mariadb] = scope === "fast"
  ? [null, null]
  : await Promise.all([startPostgres(), startMariadb()]);
for (const { failure } of [postgres, mariadb].filter((one) => one !== null)) {
  if (failure !== null) console.error(failure);
}

const run = new Deno.Command(Deno.execPath(), {
  args: [
    ...["test", "--quiet", "--no-check", "--parallel", "--sanitize-ops", "--sanitize-resources"],
    ...["--allow-all", memoryOption, `--junit-path=${report}`],
    ...Deno.args.filter((one) => !isPlace(one)),
    // Deno takes the folders in an order of its own, tests/cli last, and the files of each as they stand here.
    // Files with servers take longest: the last one to be begun should be a short one.
    ...chosen.toSorted((a, b) => Number(needsServers(b)) - Number(needsServers(a))),
  ],
  env: {
    // Tests wait for servers, too.
    DENO_JOBS: Deno.env.get("DENO_JOBS") ?? String(navigator.hardwareConcurrency + 1),
    ...addressOf("POSTGRES", "postgres", postgres),
    ...addressOf("MARIADB", "", mariadb),
  },
  stdin: "null",
}).spawn();
// The servers stay until the tests have ended.
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(signal, () => run.kill(signal));
}
const { code } = await run.status;
const slow = longTests(await Deno.readTextFile(report));
await Deno.remove(report);
if (slow.length > 0) {
  console.error(`\nlonger than ${longSeconds} s on this machine, now:\n${slow.join("\n")}`);
}
Deno.exit(code);

/** All test files in a folder, or the one file, by name. */
function testFiles(place: string): string[] {
  if (Deno.statSync(place).isFile) return [place];
  return [...Deno.readDirSync(place)].sort((a, b) => a.name < b.name ? -1 : 1)
    .flatMap(({ name, isDirectory }) => {
      if (isDirectory) return testFiles(join(place, name));
      return name.endsWith("_test.ts") ? [relative(Deno.cwd(), join(place, name))] : [];
    });
}

function addressOf(name: string, database: string, server: Shared | null): Record<string, string> {
  if (server === null) return {};
  return {
    [`TEST_${name}_URL`]: server.url(database),
    ...(server.folder === null ? {} : { [`TEST_${name}_FOLDER`]: server.folder }),
    ...(server.failure === null ? {} : { [`TEST_${name}_FAILURE`]: server.failure }),
  };
}

/** A line for each test of a report that took long, the longest first. */
function longTests(xml: string): string[] {
  return [...xml.matchAll(/<testcase name="([^"]*)" classname="([^"]*)" time="([\d.]+)"/g)]
    .map(([, name, file, time]) => ({ name: unescaped(name!), file, seconds: Number(time) }))
    .filter(({ seconds }) => seconds > longSeconds)
    .sort((a, b) => b.seconds - a.seconds)
    .map(({ name, file, seconds }) => `${seconds.toFixed(0).padStart(5)} s  ${file}: ${name}`);
}

function unescaped(xml: string): string {
  const characters = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" } as const;
  return xml.replace(
    /&(lt|gt|quot|apos|amp);/g,
    (_, name: keyof typeof characters) => characters[name],
  );
}
