// Not in test:fast: whole folders of files.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { homeSite } from "../../src/simulator/scenarios.ts";
import { type Captured, runInWorld } from "../support/captured_world.ts";
import { harvestWorld } from "../support/harvest_world.ts";
import { importedAt, sample } from "./python_truth.ts";

/** Runs with a folder in which `seh.db` is a copy of a sample. */
async function withFile(
  name: string,
  run: (
    seh: (args: string[], file?: string) => Promise<Captured>,
    folder: string,
  ) => Promise<void>,
): Promise<void> {
  const cwd = await Deno.makeTempDir({ prefix: "seh-import-" });
  try {
    await Deno.copyFile(sample(name), `${cwd}/seh.db`);
    await run(
      (args, file = "seh.db") =>
        runInWorld(args, {
          cwd,
          now: importedAt,
          env: { SEH_DATABASE_URL: `sqlite:///${cwd}/${file}` },
        }),
      cwd,
    );
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
}

const bytesOf = (path: string) => Deno.readFile(path).then((one) => one.toString());

for (const name of ["python-tool-old.db", "python-tool-new.db"]) {
  Deno.test(`${name}: seh makes no tables there, and says how to take it over`, async () => {
    await withFile(name, async (seh, folder) => {
      const before = await bytesOf(`${folder}/seh.db`);
      for (const command of ["init-db", "status"]) {
        const { code, stderr } = await seh([command]);
        assert.equal(code, 6, command);
        assert.match(stderr, /is a database of the Python tool.*seh import .*seh\.db/s);
      }
      assert.equal(await bytesOf(`${folder}/seh.db`), before);
      assert.deepEqual([...Deno.readDirSync(folder)].map((one) => one.name), ["seh.db"]);
    });
  });

  Deno.test(`${name}: as source and target at once it stays as it is, and seh gets a file beside it`, async () => {
    await withFile(name, async (seh, folder) => {
      const before = await bytesOf(`${folder}/seh.db`);
      const { code, stderr, stdout } = await seh(["import", "seh.db"]);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^power_readings +7\d\d +0 +0 /m);
      assert.match(stderr, /set SEH_DATABASE_URL=sqlite:\/\/\/.*seh-harvest\.db/);
      assert.equal(await bytesOf(`${folder}/seh.db`), before);
      const again = await seh(["import", "seh.db"]);
      assert.match(again.stdout, /^0 new rows, 0 filled, /m);
    });
  });
}

Deno.test("one file with both sets of the Python tool's tables: the newer wins, the older fills", async () => {
  await withFile("python-tool-new.db", async (seh, folder) => {
    const file = new DatabaseSync(`${folder}/seh.db`);
    file.exec(`
      attach '${sample("python-tool-old.db")}' as old;
      create table sites as select * from old.sites;
      create table power_readings as select * from old.power_readings;
      insert into power_readings
        select id + 10000, site_id, timestamp, power_watts + 1, created_at, updated_at
        from seh_power_readings;
      detach old`);
    file.close();
    const { code, stdout, stderr } = await seh(["import", "seh.db"], "mine.db");
    assert.equal(code, 0, stderr);
    assert.match(stdout, /731 rows of power_readings differ from what seh holds/);
    const mine = new DatabaseSync(`${folder}/mine.db`);
    const [{ n, same }] = mine.prepare(`
      select count(*) as n, (
        select count(*) from power_readings p
        where timestamp > '2026-10-01' and power_w = cast(power_w as integer) and power_w % 4 = 0
      ) as same from power_readings`).all();
    mine.close();
    assert.deepEqual([n, same], [731 + 798, 731]);
    assert.match(
      (await seh(["import", "seh.db"], "mine.db")).stdout,
      /^0 new rows, 0 fill/m,
    );
  });
});

Deno.test("a file that the Python tool and seh share is separated: both parts come over", async () => {
  await using world = await harvestWorld("2026-06-01T12:07:00Z", {
    sites: [homeSite({ firstDay: "2026-05-30" })],
  });
  await world.sync({ only: ["sites", "equipment", "energy", "power"] });
  await world.database.close();
  const file = new DatabaseSync(`${world.folder}/seh.db`);
  file.exec(`attach '${sample("python-tool-new.db")}' as tool`);
  for (const name of ["sites", "power_readings", "energy_readings", "sync_metadata"]) {
    file.exec(`create table seh_${name} as select * from tool.seh_${name}`);
  }
  const count = (from: string) =>
    Number(file.prepare(`select count(*) as n from ${from}`).get()!.n);
  const [own, tool, covered] = [
    count("power_readings"),
    count("seh_power_readings"),
    count("coverage"),
  ];
  file.close();
  const before = await bytesOf(`${world.folder}/seh.db`);
  const { code, stderr } = await runInWorld(["import", "seh.db"], {
    cwd: world.folder,
    now: importedAt,
    env: { SEH_DATABASE_URL: `sqlite:///${world.folder}/seh.db` },
  });
  assert.equal(code, 0, stderr);
  assert.equal(await bytesOf(`${world.folder}/seh.db`), before);
  const mine = new DatabaseSync(`${world.folder}/seh-harvest.db`);
  const bySource = mine.prepare(
    "select source, count(*) as n from power_readings group by source order by source",
  ).all().map((one) => ({ ...one }));
  assert.deepEqual(bySource, [{ source: "python-tool", n: tool }, { source: "v1", n: own }]);
  assert.ok(Number(mine.prepare("select count(*) as n from coverage").get()!.n) > covered / 2);
  const tables = mine.prepare("select name from sqlite_schema where name like 'seh%'").all();
  assert.deepEqual(tables, []);
  mine.close();
});

Deno.test("what cannot be imported is refused in words that say what to do instead", async () => {
  await withFile("python-tool-new.db", async (seh, folder) => {
    const refused = async (name: string, text: string | null, says: RegExp) => {
      if (text !== null) await Deno.writeTextFile(`${folder}/${name}`, text);
      const { code, stderr } = await seh(["import", name], "mine.db");
      assert.equal(code, 2, stderr);
      assert.match(stderr, says);
    };
    await refused("a.xlsx", "PK\u0003\u0004rest", /spreadsheet.*Save it as CSV/);
    await refused(
      "a.sql",
      "--\n-- PostgreSQL database dump\n--\n",
      /Restore it into a database first/,
    );
    await refused("empty.csv", "", /is empty/);
    await refused("other.csv", "a,b\n1,2\n", /nothing that seh can import; it begins with "a,b"/);
    await refused("gone.csv", null, /there is no such file/);
    await refused(
      "newer.csv",
      "site_id,timestamp,local_time,interval_s,power_w,flux_w,source,updated_at\n",
      /does not know in power_readings: flux_w/,
    );
    await refused("chart.csv", "Time,System Production (W)\n25.06.2026 12:00,1\n", /--site NUMBER/);
    const other = await seh(["init-db"], "mine.db");
    assert.equal(other.code, 0);
    await refused("mine.db", null, /is a database of seh.*seh copy/);
  });
});

Deno.test("one file that cannot be imported does not keep the others out", async () => {
  await withFile("python-tool-new.db", async (seh, folder) => {
    await Deno.writeTextFile(`${folder}/other.csv`, "a,b\n1,2\n");
    const { code, stdout, stderr } = await seh(
      ["import", "other.csv", "seh.db"],
      "m.db",
    );
    assert.equal(code, 5);
    assert.match(stdout, /^power_readings +731/m);
    assert.match(stderr, /^seh: other\.csv is nothing that seh can import/m);
  });
});
