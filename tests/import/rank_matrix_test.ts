import assert from "node:assert/strict";
import type { Database } from "../../src/database/database.ts";
import type { ImportEvent } from "../../src/import/event.ts";
import { runImport } from "../../src/import/run.ts";
import type { ImportedSource } from "../../src/model/sources.ts";
import type { Value } from "../../src/model/table.ts";
import { onEachDatabase } from "../support/on_each_database.ts";
import { storedRows } from "../support/stored_rows.ts";
import { importedAt, migrated } from "./python_truth.ts";

/** Something that gives one or both of two values of a row. */
interface Giver {
  readonly name: string;
  /** An API that answers, an import, or an API whose answer comes from an export. */
  readonly kind: "answer" | "import" | "export";
  readonly source: string;
  readonly columns: readonly string[];
}

const [a, b] = ["production_w", "consumption_w"];
const givers: readonly (Giver | null)[] = [
  null,
  { name: "v1 A", kind: "answer", source: "v1", columns: [a] },
  { name: "v1 B", kind: "answer", source: "v1", columns: [b] },
  { name: "v1 AB", kind: "answer", source: "v1", columns: [a, b] },
  { name: "v2 A", kind: "answer", source: "v2", columns: [a] },
  { name: "v2 AB", kind: "answer", source: "v2", columns: [a, b] },
  { name: "tool A", kind: "import", source: "python-tool", columns: [a] },
  { name: "tool AB", kind: "import", source: "python-tool", columns: [a, b] },
  { name: "portal B", kind: "import", source: "portal-csv", columns: [b] },
  { name: "export v2 A", kind: "export", source: "v2", columns: [a] },
];

/** Three of them, one after another: each way there is. */
const stories = givers.flatMap((one) =>
  givers.flatMap((two) => givers.map((three) => [one, two, three]))
);

const stampOf = (story: number) =>
  new Date(Date.UTC(2026, 0, 1) + story * 900_000).toISOString().replace(".000Z", "Z");

/** No two values of a story are the same. */
const valueOf = (step: number, giver: Giver, column: string) =>
  (step + 1) * 1000 + givers.indexOf(giver) * 10 + (column === a ? 1 : 2);

async function give(database: Database, giver: Giver, step: number): Promise<void> {
  const isExport = giver.kind === "export";
  const own = isExport ? ["source", "updated_at"] : [];
  const columns = ["site_id", "timestamp", "local_time", "interval_s", ...giver.columns, ...own];
  const rows = stories.flatMap((story, at): Value[][] => {
    if (story[step] !== giver) return [];
    const stamp = stampOf(at);
    const values = giver.columns.map((one) => valueOf(step, giver, one));
    const ofTheRow = isExport ? [giver.source, "2026-05-01T00:00:00Z"] : [];
    return [[1, stamp, stamp.slice(0, 19), 900, ...values, ...ofTheRow]];
  });
  const given = { table: "power_details" as const, columns, rows };
  if (giver.kind === "answer") {
    await database.save({
      ...{ source: giver.source, series: "power-details", dataType: "power-details" },
      ...{ harvest: { rows: [given] }, ranges: [], marks: [], fetchedAt: importedAt },
    });
    return;
  }
  const event: ImportEvent = {
    ...{ kind: "rows", rows: given },
    rank: isExport ? "filling" : "renewal",
  };
  const reader = {
    ...{ what: "a test", order: 0, expected: null, close: () => Promise.resolve() },
    source: (isExport ? "seh-export" : giver.source) as ImportedSource,
    async *read() {
      await Promise.resolve();
      yield event;
    },
  };
  const options = {
    ...{ database, distrust: false, now: importedAt, timeZone: null, siteTimeZones: new Map() },
    ...{ signal: new AbortController().signal, onProgress: () => {} },
  };
  const counts = async (isDryRun: boolean) => {
    const [{ tables: [one] }] = await runImport([{ name: "x", reader }], { ...options, isDryRun });
    return [one.inserted, one.changed, one.unchanged, one.differing];
  };
  const counted = await counts(true);
  assert.deepEqual(await counts(false), counted, `${giver.name}: a dry run counts what comes in`);
}

onEachDatabase(
  "no imported value stays where an API has sent one, and none replaces one, in whatever order they come",
  async (fresh) => {
    await using place = await fresh();
    const database = await migrated(place.url);
    try {
      for (const step of [0, 1, 2]) {
        for (const giver of givers) if (giver) await give(database, giver, step);
      }
      const rows = new Map(
        (await storedRows(database, "power_details")).map((one) => [one.timestamp, one]),
      );
      for (const [at, story] of stories.entries()) {
        const steps = story.flatMap((giver, step) => giver ? [{ giver, step }] : []);
        const row = rows.get(stampOf(at));
        const name = story.map((one) => one?.name ?? "-").join(", ");
        if (steps.length === 0) {
          assert.equal(row, undefined);
          continue;
        }
        assert.ok(row, name);
        check(name, row, steps);
      }
      const before = await storedRows(database, "power_details");
      await give(database, givers.findLast((one) => one?.kind === "import")!, 2);
      assert.deepEqual(await storedRows(database, "power_details"), before, "once more");
    } finally {
      await database.close();
    }
  },
);

function check(
  name: string,
  row: Readonly<Record<string, Value>>,
  steps: readonly { readonly giver: Giver; readonly step: number }[],
): void {
  const source = String(row.source);
  const isApi = ({ kind }: Giver) => kind !== "import";
  let holdsImported = false;
  for (const column of [a, b]) {
    const giving = steps.filter(({ giver }) => giver.columns.includes(column));
    const byApi = giving.filter(({ giver }) => isApi(giver));
    const values = (of: typeof steps) => of.map(({ giver, step }) => valueOf(step, giver, column));
    const where = `${name}: ${column} ${row[column]} of ${source}`;
    if (giving.length === 0) assert.equal(row[column], null, where);
    else if (byApi.length === 0) {
      holdsImported = true;
      assert.ok(values(giving).includes(Number(row[column])), where);
    } else {
      assert.ok(values(byApi).includes(Number(row[column])), where);
      // Of one API alone its newest word counts, whatever was imported before and after.
      const answers = steps.filter(({ giver }) => isApi(giver));
      const isOne = answers.every(({ giver }) =>
        giver.kind === "answer" && giver.source === answers[0].giver.source
      );
      if (isOne) assert.equal(row[column], values(byApi).at(-1), where);
    }
  }
  const apis = steps.filter(({ giver }) => isApi(giver)).map(({ giver }) => giver.source);
  const imports = steps.filter(({ giver }) => !isApi(giver)).map(({ giver }) => giver.source);
  if (apis.length === 0) assert.ok(imports.includes(source), `${name}: ${source}`);
  else if (imports.length === 0) assert.ok(apis.includes(source), `${name}: ${source}`);
  else {
    const [owner, imported] = source.split("+");
    assert.ok(apis.includes(owner), `${name}: ${source}`);
    if (holdsImported) assert.ok(imports.includes(imported), `${name}: ${source}`);
  }
}
