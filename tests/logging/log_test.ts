import assert from "node:assert/strict";
import { redactor, Secret } from "../../src/model/secret.ts";
import type { LogOptions } from "../../src/logging/line.ts";
import { getLog, openLog } from "../../src/logging/log.ts";
import { SettingsError } from "../../src/settings/settings.ts";

const key = new Secret("S3CRETKEY0123456789");

interface Place {
  readonly folder: string;
  readonly file: string;
  /** What people read. */
  readonly lines: string[];
  open(options?: Partial<LogOptions>): Promise<AsyncDisposable>;
}

async function inFolder(test: (place: Place) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  const lines: string[] = [];
  const file = `${folder}/seh.log`;
  try {
    await test({
      folder,
      file,
      lines,
      open: (options) =>
        openLog({
          level: "INFO",
          file,
          maxBytes: 1_000_000,
          backups: 3,
          redact: redactor([key]),
          human: (line) => lines.push(line),
          ...options,
        }),
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

// deno-lint-ignore no-explicit-any
type Line = any;

function readLines(file: string): Line[] {
  return Deno.readTextFileSync(file).trimEnd().split("\n").map((line) => JSON.parse(line));
}

Deno.test("a log file gets a line of JSON with time, level, logger, message and properties", () =>
  inFolder(async ({ file, lines, open }) => {
    const clock = { now: () => Temporal.Instant.from("2026-06-01T12:07:00Z") };
    await using _log = await open({ clock });
    getLog("sync").warning("no answer", { siteId: 7, took: 1.5, window: { days: 2 } });
    assert.deepEqual(readLines(file), [{
      time: "2026-06-01T12:07:00.000Z",
      level: "warning",
      logger: "sync",
      message: "no answer",
      properties: { siteId: 7, took: 1.5, window: { days: 2 } },
    }]);
    assert.deepEqual(lines, []);
  }));

Deno.test("without a file, lines for people: a word for what is no information, facts with DEBUG only", () =>
  inFolder(async ({ file, lines, open }) => {
    const log = getLog("http");
    {
      await using _log = await open({ file: null });
      log.debug("not seen");
      log.info("fetched", { rows: 3 });
      log.warning("slow", { seconds: 9 });
      log.error("gone");
    }
    assert.deepEqual(lines, ["fetched", "warning: slow", "error: gone"]);
    lines.length = 0;
    {
      await using _log = await open({ file: null, level: "DEBUG" });
      log.debug("asking", { path: "/site/1/energy", days: 7, also: null });
    }
    assert.deepEqual(lines, ["debug: http: asking path=/site/1/energy days=7 also=null"]);
    assert.throws(() => Deno.statSync(file), Deno.errors.NotFound);
  }));

Deno.test("lines below the level are left out, and all of them before the log opens and after it closes", () =>
  inFolder(async ({ file, lines, open }) => {
    const log = getLog("sync");
    log.error("before");
    {
      await using _log = await open({ level: "WARNING" });
      log.debug("low");
      log.info("low");
      log.warning("kept");
      log.error("kept too");
    }
    log.error("after");
    assert.deepEqual(readLines(file).map(({ message }) => message), ["kept", "kept too"]);
    assert.deepEqual(lines, []);
  }));

Deno.test("a message keeps its braces, as bodies of errors have them", () =>
  inFolder(async ({ file, open }) => {
    await using _log = await open();
    getLog("http").info('403 {"String":"too long"} {siteId}', { siteId: 7 });
    assert.equal(readLines(file)[0].message, '403 {"String":"too long"} {siteId}');
  }));

Deno.test("a secret reaches no file and no line, wherever it hides", () =>
  inFolder(async ({ file, folder, lines, open }) => {
    const word = key.reveal();
    const address = `https://api.example.com/site/1?api_key=${word}`;
    const cause = new TypeError(`sending request for url (${address})`);
    const error = Object.assign(new Error(`failed: ${word}`, { cause }), {
      request: { headers: [["X-API-Key", word]] },
    });
    const circular: Record<string, unknown> = { word };
    circular.itself = circular;
    const facts = {
      error,
      many: new AggregateError([new Error(word)], word),
      url: new URL(address),
      key,
      circular,
      map: new Map([[word, word]]),
      set: new Set([word]),
      list: [[[word]]],
      [word]: 1,
      deep: { a: { b: { c: { d: { e: { f: { g: { h: { i: word } } } } } } } } },
      get broken() {
        return word;
      },
      other: "api_key=SOMEONE-ELSES",
    };
    for (const target of [file, null]) {
      await using _log = await open({ file: target, level: "DEBUG" });
      getLog("http").error(`asked ${address}`, facts);
    }
    const all = [...Deno.readDirSync(folder)]
      .map(({ name }) => Deno.readTextFileSync(`${folder}/${name}`)).join() + lines.join();
    assert.ok(!all.includes(word), all);
    assert.ok(!all.includes("SOMEONE-ELSES"), all);

    const [{ message, properties }] = readLines(file);
    assert.equal(message, "asked https://api.example.com/site/1?api_key=***");
    assert.equal(properties.error.message, "failed: ***");
    assert.equal(properties.error.cause.name, "TypeError");
    assert.match(properties.error.cause.message, /api_key=\*\*\*/);
    assert.match(properties.error.stack, /^Error: failed: \*\*\*\n/);
    assert.deepEqual(properties.error.request, { headers: [["X-API-Key", "***"]] });
    assert.equal(properties.many.errors[0].message, "***");
    assert.equal(properties.key, "***");
    assert.equal(properties.circular.itself, "[circular]");
    assert.equal(properties["***"], 1);
    assert.equal(lines.length, 1);
  }));

Deno.test("facts that are no JSON are written as text, and one that cannot be read harms no other", () =>
  inFolder(async ({ file, open }) => {
    await using _log = await open();
    getLog("sync").info("facts", {
      instant: Temporal.Instant.from("2026-06-01T12:07:00Z"),
      count: 12345678901234567890n,
      share: NaN,
      absent: undefined,
      bytes: new Uint8Array(3),
      deed: () => 1,
      broken: {
        get field() {
          throw new Error("no");
        },
      },
      last: true,
    });
    assert.deepEqual(readLines(file)[0].properties, {
      instant: "2026-06-01T12:07:00Z",
      count: "12345678901234567890",
      share: "NaN",
      absent: null,
      bytes: "[3 bytes]",
      deed: "[function]",
      broken: "[unreadable]",
      last: true,
    });
  }));

Deno.test("a log that grows is put aside in time, and as many as wanted are kept", () =>
  inFolder(async ({ file, folder, open }) => {
    const maxBytes = 4000;
    {
      await using _log = await open({ maxBytes, backups: 3 });
      for (let line = 1; line <= 500; line++) getLog("sync").info(`line ${line}`);
    }
    const files = [...Deno.readDirSync(folder)].map(({ name }) => name).toSorted();
    assert.deepEqual(files, ["seh.log", "seh.log.1", "seh.log.2", "seh.log.3"]);
    const kept: Line[] = [];
    for (const name of files.toReversed()) {
      const { size } = Deno.statSync(`${folder}/${name}`);
      assert.ok(size <= maxBytes, `${name}: ${size}`);
      if (name !== "seh.log") assert.ok(size > maxBytes - 150, `${name}: ${size}`);
      kept.push(...readLines(`${folder}/${name}`));
    }
    const first = 500 - kept.length + 1;
    assert.deepEqual(
      kept.map(({ message }) => message),
      kept.map((_, index) => `line ${first + index}`),
      "the newest lines, none lost between the files",
    );

    await using _again = await open({ maxBytes, backups: 3 });
    getLog("sync").info("next run");
    assert.equal(readLines(file).at(-1).message, "next run");
    assert.ok(Deno.statSync(file).size <= maxBytes, "an old log counts");
  }));

Deno.test("with no log kept aside, the file begins anew", () =>
  inFolder(async ({ file, folder, open }) => {
    await using _log = await open({ maxBytes: 1000, backups: 0 });
    for (let line = 1; line <= 50; line++) getLog("sync").info(`line ${line}`);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["seh.log"]);
    assert.ok(Deno.statSync(file).size <= 1000);
    assert.equal(readLines(file).at(-1).message, "line 50");
  }));

Deno.test("the folder of a log file is made where there is none", () =>
  inFolder(async ({ folder, open }) => {
    await using _log = await open({ file: `${folder}/logs/of/seh.log` });
    getLog("sync").info("here");
    assert.equal(readLines(`${folder}/logs/of/seh.log`)[0].message, "here");
  }));

Deno.test("a log file that cannot be written is a mistake in the settings", () =>
  inFolder(async ({ folder, open }) => {
    Deno.writeTextFileSync(`${folder}/taken`, "");
    for (const file of [folder, `${folder}/taken/seh.log`]) {
      await assert.rejects(open({ file }), (error) => {
        assert.ok(error instanceof SettingsError);
        assert.match(
          error.message,
          /^SEH_LOG_FILE is ".*", which cannot be written: .+; allowed: /,
        );
        return true;
      });
    }
  }));

Deno.test("a log file that fails on the way is reported once, and people get the lines", () =>
  inFolder(async ({ file, lines, open }) => {
    await using _log = await open({ maxBytes: 1000, backups: 1 });
    getLog("sync").info("fine");
    // The file cannot be put aside where a folder stands in its way.
    Deno.mkdirSync(`${file}.1`);
    Deno.writeTextFileSync(`${file}.1/full`, "");
    for (let line = 1; line <= 20; line++) getLog("sync").info(`line ${line}`);
    const told = lines.filter((line) => line.includes("cannot be written any more"));
    assert.equal(told.length, 1);
    assert.equal(lines.indexOf(told[0]), 0);
    assert.equal(lines.at(-1), "line 20");
    assert.equal(lines.length - 1 + readLines(file).length, 21, "no line is lost");
  }));

Deno.test("the log needs permission for its folder alone, beside the files of seh itself", () =>
  inFolder(async ({ folder, file }) => {
    const program = `
      import { getLog, openLog } from "${import.meta.resolve("../../src/logging/log.ts")}";
      {
        await using _log = await openLog({ level: "INFO", file: ${JSON.stringify(file)},
          maxBytes: 200, backups: 2, redact: (text) => text, human: console.error });
        for (let line = 0; line < 10; line++) getLog("sync").info("line " + line);
      }
    `;
    await Deno.writeTextFile(`${folder}/program.ts`, program);
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        "--no-prompt",
        `--config=${new URL("../../deno.json", import.meta.url).pathname}`,
        // What is loaded only when it is used is read like any other file.
        `--allow-read=${folder},${new URL("../../src", import.meta.url).pathname}`,
        `--allow-write=${folder}`,
        `${folder}/program.ts`,
      ],
    }).output();
    const told = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    assert.equal(told, "");
    assert.ok(success);
    assert.equal(readLines(file).at(-1).message, "line 9");
  }));
