// Not in test:fast: some tests start processes and kill them.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { recogniseFile } from "../../src/import/recognise.ts";
import { runSeh, spawnSeh } from "../support/run_seh.ts";
import { onBundle, scope } from "../support/scope.ts";
import { importFolder } from "./import_folder.ts";
import { sample } from "./python_truth.ts";

const isFast = scope === "fast";
const head = "site_id,timestamp,local_time,interval_s,power_w,source,updated_at\n";

/** Quarter-hours of some years, as an export of seh. */
function years(count: number): string {
  const lines: string[] = [head];
  for (let at = 0; at < count; at++) {
    const time = new Date(Date.UTC(2015, 0, 1) + at * 900_000).toISOString().slice(0, 19);
    lines.push(`1,${time}Z,${time},900,${at % 977},v1,2026-06-26T00:00:00Z\n`);
  }
  return lines.join("");
}

Deno.test({
  name:
    "an import that is killed with -9 goes on when it is started again, and ends with the same rows",
  ignore: isFast,
  async fn() {
    await using folder = await importFolder({ isBare: true });
    const count = 300_000;
    await folder.put("power.csv", years(count));
    const options = {
      cwd: folder.path,
      env: { SEH_DATABASE_URL: `sqlite:///${folder.path}/mine.db` },
    };
    const stored = () => {
      try {
        using file = new DatabaseSync(`${folder.path}/mine.db`, { readOnly: true });
        return Number(file.prepare("select count(*) as n from power_readings").get()!.n);
      } catch {
        return 0;
      }
    };
    const child = spawnSeh(["import", "power.csv"], options);
    for (let n = 0; n < count / 10; n = stored()) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    child.kill("SIGKILL");
    await child.output();
    const before = stored();
    assert.ok(before >= count / 10 && before < count, `${before} rows when it was killed`);
    const again = await runSeh(["import", "power.csv", "--json"], options);
    assert.equal(again.code, 0, again.stderr);
    const [{ tables: [{ inserted, changed, unchanged }] }] = JSON.parse(again.stdout).sources;
    assert.deepEqual([inserted, changed, unchanged], [count - before, 0, before]);
    assert.equal(stored(), count);
  },
});

Deno.test({
  name: "a disk that is full is named, with what to do, and with room the import goes on",
  ignore: isFast || onBundle || Deno.build.os !== "linux",
  async fn() {
    await using folder = await importFolder({ isBare: true });
    await folder.put("power.csv", years(60_000));
    // A limit on the size of files is what a full disk is to SQLite.
    const limited = new Deno.Command("sh", {
      args: ["-c", "trap '' XFSZ; ulimit -f 4000; exec \"$@\"", "sh", Deno.execPath()]
        .concat(["run", "-A", "--quiet", "--no-check", "main.ts", "import"])
        .concat([`${folder.path}/power.csv`]),
      cwd: new URL("../../", import.meta.url).pathname,
      env: {
        SEH_DATABASE_URL: `sqlite:///${folder.path}/mine.db`,
        XDG_CONFIG_HOME: folder.path,
        XDG_STATE_HOME: folder.path,
      },
    });
    const { code, stderr } = await limited.output();
    const said = new TextDecoder().decode(stderr);
    assert.equal(code, 6, said);
    assert.match(
      said,
      /the disk is full.*make room and run again|the disk failed to read or write/,
    );
    const again = await folder.seh(["import", "power.csv"]);
    assert.equal(again.code, 0, again.stderr);
    assert.deepEqual(folder.rows("select count(*) as n from power_readings"), [{ n: 60_000 }]);
  },
});

Deno.test({
  name: "what comes through a pipe is read like a file, text and database",
  ignore: isFast,
  async fn() {
    await using folder = await importFolder({ isBare: true });
    const env = { SEH_DATABASE_URL: `sqlite:///${folder.path}/mine.db` };
    const text = years(3000);
    const piped = await runSeh(["import", "-", "--json"], { cwd: folder.path, env, stdin: text });
    assert.equal(piped.code, 0, piped.stderr);
    const [{ name, tables: [{ inserted }] }] = JSON.parse(piped.stdout).sources;
    assert.deepEqual([name, inserted], ["standard input", 3000]);
    const nothing = await runSeh(["import", "-"], { cwd: folder.path, env, stdin: "" });
    assert.deepEqual([nothing.code, nothing.stderr], [2, "seh: standard input is empty.\n"]);
    if (Deno.build.os === "windows") return;
    const fifo = `${folder.path}/pipe`;
    await new Deno.Command("mkfifo", { args: [fifo] }).output();
    const writing = Deno.copyFile.call(null, sample("python-tool-old.db"), `${folder.path}/a.db`)
      .then(() =>
        new Deno.Command("sh", { args: ["-c", 'cat a.db > "$0"', fifo], cwd: folder.path })
          .output()
      );
    const { code, stdout } = await folder.seh(["import", "pipe"]);
    await writing;
    assert.deepEqual([code, /^power_readings +798/m.test(stdout)], [0, true]);
  },
});

Deno.test("a file that grows while it is read is reported", async () => {
  await using folder = await importFolder({ isBare: true });
  const path = `${folder.path}/power.csv`;
  await Deno.writeTextFile(path, years(40_000));
  let isChanged = false;
  const seen: string[] = [];
  const reader = await recogniseFile(path, {
    ...{ siteId: null, serial: null, dateOrder: null, decimal: null },
    ...{ writtenIn: null, isTarget: false, now: Temporal.Instant.from("2026-11-27T12:00:00Z") },
  });
  const context = {
    ...{ now: Temporal.Instant.from("2026-11-27T12:00:00Z"), zoneOf: () => null },
    ...{ learnZone: () => {}, devices: [], meters: [], learnDevice: () => {} },
    ...{ claims: new Map(), siteNames: new Map() },
  };
  for await (const event of reader.read(context)) {
    if (event.kind === "note") seen.push(event.text);
    if (isChanged) continue;
    isChanged = true;
    await Deno.writeTextFile(path, "1,2030", { append: true });
  }
  assert.deepEqual(seen, [
    "the file was changed while it was read; import it again when it is finished",
  ]);
});
