// Not in test:fast: each command on each database.
import assert from "node:assert/strict";
import { openDatabase } from "../../src/database/open.ts";
import type { Value } from "../../src/model/table.ts";
import { table as factsOf } from "../../src/model/tables.ts";
import { fillFleet } from "../support/fleet_database.ts";
import type { FreshDatabase } from "../support/fresh_file.ts";
import { freshFile } from "../support/fresh_file.ts";
import { onEachDatabase } from "../support/on_each_database.ts";
import { runSeh } from "../support/run_seh.ts";

const now = Temporal.Instant.from("2026-06-01T12:07:00Z");
const site = 5_000_001;

/** Two sites with three days, and the quarter-hours of one of them. */
async function fill(place: FreshDatabase): Promise<void> {
  await using database = await openDatabase(place.url).then((one) => ({
    ...one,
    [Symbol.asyncDispose]: () => one.close(),
  }));
  await fillFleet(database, { sites: 2, now, days: 3 });
  const rows = [site, site + 1].flatMap((siteId) =>
    Array.from({ length: 96 }, (_, slot) => {
      const at = Temporal.Instant.from("2026-05-30T22:00:00Z").add({ minutes: 15 * slot });
      const values: Readonly<Record<string, Value>> = {
        site_id: siteId,
        timestamp: at.toString(),
        local_time: at.add({ hours: 2 }).toString().slice(0, 19),
        interval_s: 900,
        production_wh: 100,
        consumption_wh: 50,
        source: "v2",
        updated_at: "2026-06-01T12:00:00Z",
      };
      return factsOf("energy_details").columns.map((one) => values[one.name] ?? null);
    })
  );
  await database.write({ table: "energy_details", rows });
}

/** What a database of each kind takes as a time though it is none. */
function noTime(url: string): string {
  return url.startsWith("sqlite")
    ? "hello"
    : url.startsWith("postgres")
    ? "infinity"
    : "0000-00-00";
}

/** What a person may put there by hand, and which commands then miss a time. */
const cases = [
  {
    column: "reading_date",
    table: "energy_readings",
    where: "reading_date = '2026-05-31'",
    named: [
      "report",
      "check",
      "chart day",
      "chart days",
      "chart months",
      "chart heatmap",
      "export energy -f parquet -o x.parquet",
      "export energy -f parquet --partition -o parts/",
      "export energy --start 2026-05-01 --end 2026-05-31",
    ],
    passed: "export energy",
  },
  {
    column: "local_time",
    table: "energy_details",
    where: "local_time = '2026-05-31T10:00:00'",
    named: [
      "report",
      "check",
      "chart day --date 2026-05-31",
      "export energy-details -f parquet -o x.parquet",
      "export energy-details -f parquet --partition -o parts/",
      "export energy-details --start 2026-05-31 --end 2026-05-31",
    ],
    passed: "export energy-details",
  },
  {
    column: "timestamp",
    table: "energy_details",
    where: "local_time = '2026-05-31T10:00:00'",
    named: [
      "report",
      "check",
      "chart day --date 2026-05-31",
      "export energy-details -f parquet -o x.parquet",
      "export energy-details -f parquet --partition -o parts/",
      "export energy-details --start 2026-05-31 --end 2026-05-31",
      "export -f home-assistant",
    ],
    passed: "export energy-details",
  },
] as const;

for (const { column, table, where, named, passed } of cases) {
  onEachDatabase(
    `a ${column} that is none is named by whoever needs it, and is in the raw export as it is`,
    async (fresh) => {
      await using place = await fresh();
      await fill(place);
      const cwd = await Deno.makeTempDir({ prefix: "seh-test-" });
      const run = (line: string) =>
        runSeh(line.split(" "), { cwd, env: { SEH_DATABASE_URL: place.url }, at: now });
      const value = noTime(place.url);
      try {
        const { stdout: before } = await run(passed);
        await place.change(
          `update ${table} set ${column} = '${value}' where site_id = ${site} and ${where}`,
        );
        for (const line of named) {
          const { code, stderr } = await run(line);
          assert.equal(code, 6, `${line}: ${stderr}`);
          const said = stderr.replaceAll(/\s+/g, " ");
          assert.match(
            said,
            new RegExp(
              `a time cannot be read: in ${table}, site_id ${site}, .*${column} is "${value}.*"\\. ` +
                "Somebody has changed it by hand\\.",
            ),
            line,
          );
        }
        for (const format of ["csv", "json", "ndjson"]) {
          const { code, stdout } = await run(`${passed} -f ${format}`);
          assert.equal(code, 0);
          assert.ok(stdout.includes(value), `${passed} as ${format}`);
          if (format === "csv") {
            assert.equal(stdout.split("\n").length, before.split("\n").length);
          }
        }
        // Days that it does not lie in, and another site.
        if (column === "local_time") {
          assert.equal((await run(`${passed} --start 2026-01-01 --end 2026-01-31`)).code, 0);
        }
        assert.equal((await run(`chart day --site ${site + 1} --date 2026-05-31`)).code, 0);
        // A table without a row.
        assert.equal((await run("export meters --start 2026-05-31")).code, 0);
      } finally {
        await Deno.remove(cwd, { recursive: true });
      }
    },
  );
}

Deno.test("a day that no calendar has is not taken for another one", async () => {
  await using place = await freshFile();
  await fill(place);
  await place.change(
    `update energy_readings set reading_date = '2026-05-32' where site_id = ${site} and reading_date = '2026-05-31'`,
  );
  await place.change(
    `update energy_details set local_time = '2026-02-31T10:00:00' where site_id = ${site} and local_time = '2026-05-31T10:00:00'`,
  );
  const cwd = await Deno.makeTempDir({ prefix: "seh-test-" });
  try {
    for (const [dataset, said] of [["energy", "2026-05-32"], ["energy-details", "2026-02-31T10"]]) {
      const { code, stderr } = await runSeh(
        ["export", dataset, "-f", "parquet", "-o", "x.parquet"],
        {
          cwd,
          env: { SEH_DATABASE_URL: place.url },
          at: now,
        },
      );
      assert.equal(code, 6, stderr);
      assert.match(stderr.replaceAll(/\s+/g, " "), new RegExp(`is "(2026-05-32|${said}.*)"`));
    }
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
});
