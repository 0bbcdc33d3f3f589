import assert from "node:assert/strict";
import { redactor, Secret } from "../../src/model/secret.ts";
import { getLog, type LogOptions, openLog } from "../../src/logging/log.ts";

const key = "L4QLVQ1ZKEY0SECRET0KEY0SECRET0KE";

function options(facts: Partial<LogOptions> = {}): LogOptions {
  return {
    level: "INFO",
    file: null,
    maxBytes: 10_000_000,
    backups: 5,
    redact: redactor([new Secret(key)]),
    human: () => {},
    ...facts,
  };
}

Deno.test("without a log file a person reads plain lines of the level that was asked for", async () => {
  const lines: string[] = [];
  {
    await using _log = await openLog(options({ human: (line) => lines.push(line) }));
    getLog("sync").debug("too fine");
    getLog("sync").info("two sites");
    getLog("sync").warning("a {brace} is text");
  }
  assert.deepEqual(lines, ["two sites", "warning: a {brace} is text"]);
});

Deno.test("a log file holds one JSON object a line, with its facts", async () => {
  const folder = await Deno.makeTempDir();
  const file = `${folder}/new/seh.log`;
  {
    await using _log = await openLog(options({ file }));
    getLog("sync").info("saved", { rows: 12, site: 1 });
  }
  const { time, ...line } = JSON.parse(await Deno.readTextFile(file));
  assert.deepEqual(line, {
    level: "info",
    logger: "seh.sync",
    message: "saved",
    rows: 12,
    site: 1,
  });
  assert.match(time, /^\d{4}-\d\d-\d\dT.*Z$/);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a secret never reaches the file, however deep in an error it hides", async () => {
  const folder = await Deno.makeTempDir();
  const file = `${folder}/seh.log`;
  {
    await using _log = await openLog(options({ file }));
    const cause = new Error(`GET https://host/site/1?api_key=${key} failed`);
    getLog("sync").error(`with ${key}`, {
      error: new Error("outer", { cause }),
      list: [{ deep: key }],
      [key]: 1,
    });
  }
  const text = await Deno.readTextFile(file);
  assert.ok(!text.includes(key), text);
  assert.equal(JSON.parse(text).error.cause.message, "GET https://host/site/1?api_key=*** failed");
  await Deno.remove(folder, { recursive: true });
});

Deno.test("the log file is rotated by size and keeps so many older files", async () => {
  const folder = await Deno.makeTempDir();
  const file = `${folder}/seh.log`;
  {
    await using _log = await openLog(options({ file, maxBytes: 2000, backups: 2 }));
    for (let i = 0; i < 100; i++) getLog("sync").info(`line ${i}`, { filler: "x".repeat(50) });
  }
  const names = [...Deno.readDirSync(folder)].map((one) => one.name).sort();
  assert.deepEqual(names, ["seh.log", "seh.log.1", "seh.log.2"]);
  for (const name of names) assert.ok(Deno.statSync(`${folder}/${name}`).size <= 2000, name);
  assert.match(await Deno.readTextFile(file), /line 99/);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a log file that cannot be written is a clear error that names it", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/file`, "");
  await assert.rejects(
    openLog(options({ file: `${folder}/file/seh.log` })),
    /the log file .*seh\.log cannot be written: .*SEH_LOG_FILE/,
  );
  await Deno.remove(folder, { recursive: true });
});
