/**
 * Runs the tests, with one PostgreSQL and one MariaDB for all of their files: `deno task test [FILE or FOLDER…]
 * [OPTION…]`, with the options of `deno test`. TEST_SCOPE says how much is run, see `support/scope.ts`. At the
 * end it names the tests that took long.
 */
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { startMariadb } from "./support/mariadb_server.ts";
import { startPostgres } from "./support/postgres_server.ts";
import { scope } from "./support/scope.ts";

/** A server that the tests of one kind share, as their environment names them. */
interface Shared {
  readonly folder: string | null;
  readonly failure: string | null;
  url(database: string): string;
}

/** Tests wait for servers, too. */
const jobs = Number(Deno.env.get("DENO_JOBS") ?? navigator.hardwareConcurrency + 1);

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
const folder = await Deno.makeTempDir({ prefix: "seh-tests-" });
const report = join(folder, "report.xml");
const [postgres, mariadb] = scope === "fast"
  ? [null, null]
  : await Promise.all([startPostgres(), startMariadb()]);
for (const { failure } of [postgres, mariadb].filter((one) => one !== null)) {
  if (failure !== null) console.error(failure);
}

const run = new Deno.Command(Deno.execPath(), {
  args: [
    ...["test", "--quiet", "--no-check", "--parallel", "--sanitize-ops", "--sanitize-resources"],
    // All cores have work already: threads that help to collect garbage take them from it.
    ...["--allow-all", "--v8-flags=--single-threaded-gc", `--junit-path=${report}`],
    ...Deno.args.filter((one) => !isPlace(one)),
    ...together(chosen),
  ],
  env: {
    DENO_JOBS: String(jobs),
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
// Without one no test was run.
const slow = longTests(await Deno.readTextFile(report).catch(() => ""));
await Deno.remove(folder, { recursive: true });
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

/**
 * The files, many as one that imports them: for each that it is given Deno reads all modules anew, and V8 finds out
 * anew which code is hot, which is a fifth of all work. Each group takes a share of what is left and of every folder,
 * so that the last ones are short. A file with snapshots stays alone: Deno looks for them beside what it was given.
 */
function together(files: readonly string[]): string[] {
  const alone = files.filter((one) => Deno.readTextFileSync(one).includes(".assertSnapshot("));
  const groups: string[] = [];
  let left = files.filter((one) => !alone.includes(one));
  while (left.length > 0) {
    const step = Math.min(left.length, 2 * jobs);
    const group = left.filter((_, at) => at % step === 0);
    left = left.filter((_, at) => at % step !== 0);
    if (group.length === 1) groups.push(group[0]!);
    else {
      const lines = group.map((one) => `import ${JSON.stringify(pathToFileURL(one).href)};\n`);
      const file = join(folder, `${String(groups.length + 1).padStart(2, "0")}_test.ts`);
      Deno.writeTextFileSync(file, lines.join(""));
      groups.push(file);
    }
  }
  return [...alone, ...groups];
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
