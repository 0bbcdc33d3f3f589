// Not in test:fast: days and a month of two sites, harvested and read again.
import assert from "node:assert/strict";
import { reparse, type ReparseReport } from "../../src/archive/reparse.ts";
import { sumOf } from "../../src/database/copy.ts";
import type { Database } from "../../src/database/database.ts";
import { openDatabase } from "../../src/database/open.ts";
import { tables } from "../../src/model/tables.ts";
import { businessSite, homeSite } from "../../src/simulator/scenarios.ts";
import { harvestWorld } from "../support/harvest_world.ts";
import { kinds as all } from "../support/on_each_database.ts";
import { inTurns, scope } from "../support/scope.ts";
import { storedRows } from "../support/stored_rows.ts";

/** What a run remembers of itself: when it ran and asked, what it spent, how far back it wants to go. */
const ofTheRun = ["schema_migrations", "runs", "spending", "sync_metadata", "coverage"];

/** Rows and checksum of each table, as `seh copy` compares them. */
async function sums(database: Database): Promise<Record<string, string>> {
  const { signal } = new AbortController();
  const found: [string, string][] = [];
  for (const table of tables.filter((one) => !ofTheRun.includes(one.name))) {
    const { rows, sha256 } = await sumOf(database, table, { signal });
    found.push([table.name, `${rows} ${sha256}`]);
  }
  return Object.fromEntries(found);
}

/** Which time is known to be fetched. */
async function fetched(database: Database): Promise<string[]> {
  return (await storedRows(database, "coverage")).map((one) =>
    [one.site_id, one.series, one.device_key, one.start_at, one.end_at, one.state].join(" ")
  );
}

/** How a server cuts its tables matters to nobody who writes rows. */
const kinds = all.filter((one) => !one.name.includes("partitioned"));

const since = (firstDay: string) => ({ firstDay, installationDate: firstDay });

const threeSyncs = ["2026-06-13T09:07:00Z", "2026-06-14T12:07:00Z", "2026-06-15T15:07:00Z"];

/** Some days of two sites, harvested by some syncs, with every answer kept. */
async function archived(
  generation: "v1" | "v2",
  firstDay = "2026-06-11",
  syncs: readonly string[] = threeSyncs,
) {
  const folder = await Deno.makeTempDir({ prefix: "seh-archive-" });
  const sites = [homeSite(since(firstDay))];
  // A month of two sites takes a minute.
  if (syncs === threeSyncs || scope === "all") {
    sites.push(businessSite({ ...since(firstDay), changes: [] }));
  }
  const world = await harvestWorld(syncs[0], { sites }, undefined, folder);
  for (const now of syncs) {
    world.setNow(now);
    await world.sync({ generation, depth: "full", dailyLimit: 2000, monthlyLimit: 20_000 });
  }
  return {
    ...world,
    archive: folder,
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Reads an archive into a database, its tables made first. */
async function again(
  database: Database,
  folder: string,
  choice: { signal?: AbortSignal; onDamage?: string[]; onProgress?: () => void } = {},
): Promise<ReparseReport> {
  await database.migrate();
  return await reparse(database, {
    folder,
    from: null,
    signal: choice.signal ?? new AbortController().signal,
    onDamage: (_, what) => void choice.onDamage?.push(what),
    onProgress: choice.onProgress,
  });
}

for (const generation of inTurns(["v1", "v2"] as const, "answers")) {
  Deno.test({
    name:
      `answers of ${generation}, read again into an empty database, are the same rows to the last digit`,
    ignore: kinds.some((one) => one.fresh === null),
    async fn() {
      // What is read goes through the same saving as what a sync asks for.
      const into = inTurns(kinds, `reparse, ${generation}`);
      await using world = await archived(generation);
      const wanted = await sums(world.database);
      const asked = world.simulator.requests.length;
      for (const { name, fresh } of into) {
        await using place = await fresh!();
        const database = await openDatabase(place.url);
        try {
          const report = await again(database, world.archive);
          assert.deepEqual([report.unread, report.passed + report.answers], [0, asked], name);
          assert.deepEqual(await sums(database), wanted, name);
          assert.deepEqual(await fetched(database), await fetched(world.database), name);
        } finally {
          await database.close();
        }
      }
      assert.equal(world.simulator.requests.length, asked);
    },
  });
}

/** A month in which the clocks are changed, or where that would take too long, two weeks of it. */
const firstOfMonth = scope === "all" ? "2026-10-01" : "2026-10-18";

/** The moments of a harvest, to two days after the end of the month: day by day, or in steps of five days. */
function month(): readonly string[] {
  const step = scope === "all" ? 1 : 5;
  const first = Temporal.PlainDate.from(firstOfMonth).add({ days: 1 });
  const days = first.until("2026-11-03").days;
  return Array.from({ length: Math.floor(days / step) + 1 }, (_, at) => {
    const day = first.add({ days: at * step });
    // Each at another time of day.
    return `${day}T${String(5 + at * 3 % 17).padStart(2, "0")}:07:00Z`;
  });
}

for (const generation of inTurns(["v1", "v2"] as const, "a month")) {
  Deno.test({
    name:
      `a month of ${generation}, harvested with the archive on, is the same in an empty database`,
    ignore: kinds.some((one) => one.fresh === null),
    async fn() {
      await using world = await archived(generation, firstOfMonth, month());
      const wanted = await sums(world.database);
      const asked = world.simulator.requests.length;
      for (const { name, fresh } of inTurns(kinds, `a month again, ${generation}`)) {
        await using place = await fresh!();
        const database = await openDatabase(place.url);
        try {
          const report = await again(database, world.archive);
          assert.deepEqual([report.unread, report.passed + report.answers], [0, asked], name);
          assert.deepEqual(await sums(database), wanted, name);
          assert.deepEqual(await fetched(database), await fetched(world.database), name);
        } finally {
          await database.close();
        }
      }
    },
  });
}

Deno.test("a reparse that was cut off, and is begun again, ends with the same rows", async () => {
  await using world = await archived("v1", "2026-06-13");
  const place = `sqlite:///${world.folder}/again.db`;
  const database = await openDatabase(place);
  try {
    const stop = new AbortController();
    let answers = 0;
    await assert.rejects(
      again(database, world.archive, {
        signal: stop.signal,
        onProgress: () => ++answers === 12 && stop.abort(new Error("stopped")),
      }),
      /stopped/,
    );
    assert.equal(answers, 12);
    const report = await again(database, world.archive);
    assert.ok(report.answers > 12);
    const [rows, wanted] = [await sums(database), await sums(world.database)];
    for (const name of ["power_readings", "energy_details", "inverter_telemetry", "equipment"]) {
      assert.equal(rows[name], wanted[name], name);
    }
  } finally {
    await database.close();
  }
});

Deno.test("a damaged line costs that line: cut off, overwritten, or of another form", async () => {
  await using world = await archived("v1", "2026-06-13");
  const whole = await openDatabase(`sqlite:///${world.folder}/whole.db`);
  const hurt = await openDatabase(`sqlite:///${world.folder}/hurt.db`);
  try {
    const { answers, passed } = await again(whole, world.archive);
    const file = `${world.archive}/1234567/2026-06-14.ndjson.gz`;
    const bytes = await Deno.readFile(file);
    // A process that died left half a line; the next one wrote behind it.
    const first = `${world.archive}/1234567/2026-06-13.ndjson.gz`;
    const cut = await Deno.readFile(first);
    await Deno.writeFile(first, cut.subarray(0, cut.length - 20));
    await Deno.writeFile(first, bytes.subarray(0, 40), { append: true });
    // A disk lost some bytes in the middle of a line.
    bytes.fill(0, 60, 90);
    await Deno.writeFile(file, bytes);
    await Deno.writeTextFile(`${world.archive}/account/2026-06-13.ndjson.gz`, "no line\n", {
      append: true,
    });
    const damage: string[] = [];
    const report = await again(hurt, world.archive, { onDamage: damage });
    assert.equal(report.answers + report.passed, answers + passed - 2, damage.join("\n"));
    assert.equal(report.unread, damage.length);
    assert.deepEqual(damage.toSorted(), [
      "a line is damaged",
      "a line is damaged",
      "the line at byte 0 cannot be read",
    ]);
  } finally {
    await whole.close();
    await hurt.close();
  }
});
