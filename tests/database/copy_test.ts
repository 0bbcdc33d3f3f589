// Not in test:fast: processes that are killed in the middle.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { isSameValue } from "../../src/database/same_value.ts";
import {
  type CopiedTable,
  copyHarvest,
  requireHarvest,
  rowsText,
} from "../../src/database/copy.ts";
import type { Database } from "../../src/database/database.ts";
import { DatabaseError } from "../../src/database/database_error.ts";
import { openDatabase } from "../../src/database/open.ts";
import type { Value } from "../../src/model/table.ts";
import { freshFile } from "../support/fresh_file.ts";
import { onEachDatabase } from "../support/on_each_database.ts";
import { rows } from "./conformance/dialect.ts";
import { delivery, noon, powerDelivery, quarterHours, rowsOf } from "./deliveries.ts";
import { saveSmallHarvest, smallHarvestRows } from "./small_harvest.ts";

const { signal } = new AbortController();

/** A test with a small harvest, an empty target with tables, and the files of both. */
function test(
  name: string,
  run: (source: Database, target: Database, files: [string, string]) => Promise<void>,
): void {
  Deno.test(name, async () => {
    const folder = await Deno.makeTempDir({ prefix: "seh-test-" });
    const files: [string, string] = [`${folder}/from.db`, `${folder}/to.db`];
    const source = await openDatabase(`sqlite:///${files[0]}`);
    const target = await openDatabase(`sqlite:///${files[1]}`);
    try {
      await source.migrate();
      await target.migrate();
      await saveSmallHarvest(source);
      await run(source, target, files);
    } finally {
      await source.close();
      await target.close();
      await Deno.remove(folder, { recursive: true });
    }
  });
}

async function migrated(url: string): Promise<Database> {
  const database = await openDatabase(url);
  await database.migrate();
  return database;
}

const written = (copied: readonly CopiedTable[]) =>
  copied.reduce((sum, one) => sum + one.written, 0);
const unequal = (copied: readonly CopiedTable[]) =>
  copied.filter((one) => !one.isEqual).map((one) => one.table);

onEachDatabase(
  "a copy whose process was killed goes on and ends equal, into it and out of it",
  async (fresh) => {
    await using place = await fresh();
    await using file = await freshFile();
    await using other = await freshFile();
    for (const url of [file.url, place.url, other.url]) await (await migrated(url)).close();
    const first = await openDatabase(file.url);
    await saveSmallHarvest(first);
    await first.close();
    for (const [from, to] of [[file.url, place.url], [place.url, other.url]]) {
      const child = new Deno.Command(Deno.execPath(), {
        args: [
          ...["run", "--quiet", "-A", new URL("copy_child.ts", import.meta.url).pathname],
          ...[from, to, "6"],
        ],
        stdout: "piped",
        stderr: "inherit",
      }).spawn();
      const reader = child.stdout.getReader();
      assert.equal(new TextDecoder().decode((await reader.read()).value), "half way\n");
      reader.releaseLock();
      child.kill("SIGKILL");
      await child.status;
      await child.stdout.cancel();

      // Two sites, five devices and four batches of readings are there.
      const [source, target] = [await openDatabase(from), await openDatabase(to)];
      const copied = await copyHarvest(source, target, { signal });
      assert.equal(written(copied), smallHarvestRows - 2 - 5 - 4 * 50);
      assert.deepEqual(unequal(copied), []);
      await source.close();
      await target.close();
    }
  },
);

onEachDatabase("a target with rows of its own is refused as it is", async (fresh) => {
  await using place = await fresh();
  await using file = await freshFile();
  const [source, target] = [await migrated(file.url), await migrated(place.url)];
  await saveSmallHarvest(source);
  await target.save(powerDelivery(quarterHours("2026-05-01", 3)));
  await assert.rejects(
    copyHarvest(source, target, { signal }),
    (error) => error instanceof DatabaseError && error.kind === "foreign",
  );
  assert.equal((await rows(target, { table: "power_readings" })).length, 3);
  assert.deepEqual(await rows(target, { table: "sites" }), []);
  await source.close();
  await target.close();
});

test(
  "what is known of the harvest is copied after the data it speaks of",
  async (source, target) => {
    const order: string[] = [];
    const watched: Database = {
      ...target,
      write(given) {
        order.push(given.table);
        return target.write(given);
      },
    };
    await copyHarvest(source, watched, { signal });
    assert.ok(order.indexOf("coverage") > order.lastIndexOf("power_readings"), String(order));
    assert.ok(!order.includes("schema_migrations"));
  },
);

test("copying again writes nothing", async (source, target) => {
  await copyHarvest(source, target, { signal });
  const again = await copyHarvest(source, target, { signal });
  assert.equal(written(again), 0);
  assert.deepEqual(unequal(again), []);
});

test("a later state of the source brings a copy up to date", async (source, target) => {
  await copyHarvest(source, target, { signal });
  const later = { fetchedAt: noon.add({ hours: 1 }) };
  await source.save(powerDelivery(quarterHours("2026-01-01", 3), later));
  await source.save(powerDelivery(quarterHours("2025-12-31", 2), later));
  await source.save(delivery(rowsOf("sites", [{ site_id: 2, name: "New name" }]), later));
  const copied = await copyHarvest(source, target, { signal });
  assert.deepEqual(unequal(copied), []);
  assert.equal((await rows(target, { table: "sites" }))[1].name, "New name");
});

test("a target with rows that the source lacks is refused as it is", async (source, target) => {
  await target.save(powerDelivery(quarterHours("2026-05-01", 3)));
  await assert.rejects(copyHarvest(source, target, { signal }), (error) => {
    assert.ok(error instanceof DatabaseError && error.kind === "foreign", String(error));
    assert.match(error.message, /power_readings.* site_id 1, timestamp 2026-05-01T00:00:00Z,/);
    assert.match(error.message, /is not in .*from\.db.*No row was changed/);
    return true;
  });
  assert.equal((await rows(target, { table: "power_readings" })).length, 3);
  assert.deepEqual(await rows(target, { table: "sites" }), []);
});

test(
  "a target with a value of its own is refused, unless the source has a later one",
  async (source, target, [, file]) => {
    await copyHarvest(source, target, { signal });
    using other = new DatabaseSync(file);
    const change = (set: string) =>
      other.exec(`update power_readings set ${set} where site_id = 2`);
    change("power_w = -1");
    await assert.rejects(
      copyHarvest(source, target, { signal }),
      /differs from that in .*from\.db/,
    );
    change("updated_at = '2026-06-01T12:00:01Z'");
    await assert.rejects(copyHarvest(source, target, { signal }), DatabaseError);
    assert.equal((await rows(target, { table: "power_readings", siteIds: [2] }))[0].power_w, -1);
    change("updated_at = '2026-06-01T11:59:59Z'");
    assert.deepEqual(unequal(await copyHarvest(source, target, { signal })), []);
  },
);

test("a value that the target alters shows in the comparison", async (source, target, [, file]) => {
  using other = new DatabaseSync(file);
  other.exec(`create trigger lossy after insert on power_readings
    when new.timestamp = '2026-01-01T00:15:00Z'
    begin update power_readings set power_w = power_w + 1e-9
      where site_id = new.site_id and timestamp = new.timestamp; end`);
  const copied = await copyHarvest(source, target, { signal });
  assert.deepEqual(unequal(copied), ["power_readings"]);
  const power = copied.find((one) => one.table === "power_readings")!;
  assert.equal(power.source.rows, power.target.rows);
  assert.notEqual(power.source.sha256, power.target.sha256);
});

test("a copy that is interrupted ends between two batches", async (source, target) => {
  const interrupt = new AbortController();
  const copying = copyHarvest(source, target, {
    signal: interrupt.signal,
    rowsPerWrite: 100,
    onProgress({ step, table }) {
      if (step === "copying" && table === "power_readings") interrupt.abort(new Error("enough"));
    },
  });
  await assert.rejects(copying, /enough/);
  assert.equal((await rows(target, { table: "power_readings" })).length, 100);
  assert.deepEqual(unequal(await copyHarvest(source, target, { signal })), []);
});

test("a source without tables or without a site is nothing to copy", async (source, target) => {
  await requireHarvest(source);
  await assert.rejects(requireHarvest(target), /holds no site; there is nothing to copy/);
  const bare = await openDatabase("sqlite:///:memory:");
  await assert.rejects(requireHarvest(bare), /holds no site; there is nothing to copy/);
  await bare.close();
});

Deno.test("only equal values give rows the same text, however they come in pages", () => {
  const value: fc.Arbitrary<Value> = fc.oneof(
    fc.constant(null),
    fc.string({ unit: "binary" }),
    fc.constantFrom("null", "1", '"', ",", "],["),
    fc.integer({ min: -3, max: 3 }),
    fc.bigInt({ min: -3n, max: 3n }),
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  );
  const row = fc.array(value, { minLength: 1, maxLength: 2 });
  fc.assert(fc.property(row, row, (a, b) => {
    const isSame = a.length === b.length && a.every((one, at) => isSameValue(one, b[at]));
    assert.equal(rowsText([a]) === rowsText([b]), isSame);
  }));
  fc.assert(fc.property(fc.array(row), fc.nat(), (rows, at) => {
    const pages = [rows.slice(0, at % 9), rows.slice(at % 9)];
    assert.equal(pages.map(rowsText).join(""), rowsText(rows));
  }));
  assert.ok(isSameValue(1n, 1) && isSameValue(-0, 0) && isSameValue(null, null));
  for (const [a, b] of [["1", 1], [null, 0], [null, ""], [0.3, 0.1 + 0.2], [1n, 2]] as const) {
    assert.ok(!isSameValue(a, b) && !isSameValue(b, a), `${a} ${b}`);
  }
});
