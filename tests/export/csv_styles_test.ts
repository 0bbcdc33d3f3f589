import assert from "node:assert/strict";
import { csvFormat } from "../../src/export/csv.ts";
import { dataset } from "../../src/export/dataset.ts";
import { readDecimalSign } from "../../src/cli/arguments.ts";
import { homeSite } from "../../src/simulator/scenarios.ts";
import { harvestWorld } from "../support/harvest_world.ts";
import { runInWorld } from "../support/captured_world.ts";

const sites = dataset("sites");
const energy = dataset("energy");

/** The cells of one row in a style, where nothing but the given columns is set. */
function line(
  set: Readonly<Record<string, string | number>>,
  style: Parameters<typeof csvFormat>[0],
  of = sites,
): string {
  const format = csvFormat(style);
  format.open();
  format.openDataset(of);
  return format.rows([of.columns.map((one) => set[one.name] ?? null)]);
}

Deno.test("--safe puts an apostrophe before text that a spreadsheet would calculate, and before nothing else", () => {
  for (
    const name of [
      '=HYPERLINK("http://x","Barn")',
      "+1",
      "-2+3",
      "@SUM(A1)",
      "\t=1",
      "\r=1",
      " =1+1",
      "＝1+1",
    ]
  ) {
    const text = line({ name }, { isSafe: true });
    assert.ok(text.includes(`'${name.replaceAll('"', '""')}`), text);
    assert.ok(!line({ name }, {}).includes("'"), name);
    assert.ok(line({ name }, { excel: { decimalSign: "." } }).includes("'"), name);
  }
  for (const name of ["Barn", "7E-1", "a=b", "Größe", "'quoted"]) {
    assert.ok(!line({ name }, { isSafe: true }).includes(`'${name}`), name);
  }
  // Numbers are numbers.
  assert.ok(line({ energy_wh: -12.5 }, { isSafe: true }, energy).includes(",-12.5,"));
});

Deno.test("for Excel of Central Europe: a mark, semicolons, decimal commas, times that it knows", () => {
  const style = { excel: { decimalSign: "," } } as const;
  const format = csvFormat(style);
  assert.equal(format.open(), "\uFEFF");
  const head = format.openDataset(energy);
  assert.ok(head.startsWith("site_id;time_unit;reading_date;energy_wh;") && head.endsWith("\r\n"));
  const row = line(
    {
      site_id: 1234567,
      energy_wh: 1234.5,
      extra: 'a;b,"c"',
      updated_at: "2026-03-29T01:15:00Z",
    },
    style,
    energy,
  );
  assert.match(row, /^1234567;;;1234,5;/);
  assert.ok(row.includes('"a;b,""c"""'), row);
  assert.ok(row.includes(";2026-03-29 01:15:00") && row.endsWith("\r\n"), row);
  const english = line({ energy_wh: 1234.5 }, { excel: { decimalSign: "." } }, energy);
  assert.match(english, /^,,,1234\.5,/);
});

Deno.test("the decimal sign is that of the language, however it is written", () => {
  for (const tag of ["de-DE", "de_DE.UTF-8", "fr-FR", "de_AT@euro", "pl"]) {
    assert.equal(readDecimalSign(tag), ",", tag);
  }
  for (const tag of ["en-US", "en_GB.UTF-8", "de-CH", "ja-JP"]) {
    assert.equal(readDecimalSign(tag), ".");
  }
  assert.throws(() => readDecimalSign("not a language"), /de-DE/);
});

Deno.test("seh export --csv-for excel writes what Excel opens, and says where the options do not fit", async () => {
  const world = await harvestWorld("2026-06-01T12:07:00Z", {
    sites: [homeSite({ firstDay: "2026-05-31" })],
  });
  await world.sync();
  await world.simulator.close();
  try {
    const env = { SEH_DATABASE_URL: `sqlite:///${world.folder}/seh.db` };
    const seh = (args: readonly string[], more: Record<string, string> = {}) =>
      runInWorld(["export", ...args], { cwd: world.folder, env: { ...env, ...more } });
    const german = await seh(["power", "--csv-for", "excel", "--locale", "de-DE"]);
    assert.equal(german.code, 0, german.stderr);
    assert.match(german.stdout, /site_id;timestamp;.*\r\n\d+;2026-05-\d\d \d\d:\d\d:00;/);
    const ofMachine = await seh(["power", "--csv-for", "excel"], { LANG: "de_DE.UTF-8" });
    assert.equal(ofMachine.stdout, german.stdout);
    const plain = await seh(["power", "--csv-for", "excel"], { LANG: "C.UTF-8" });
    assert.match(plain.stdout, /site_id,timestamp/);
    for (
      const [args, says] of [
        [["power", "--safe", "-f", "json"], /--safe is about CSV/],
        [["power", "--csv-for", "excel", "-f", "ndjson"], /--csv-for is about CSV/],
        [["power", "--locale", "de-DE"], /--locale needs --csv-for excel/],
        [["power", "--csv-for", "calc"], /Allowed choices are excel|excel/],
      ] as const
    ) {
      const wrong = await seh(args);
      assert.equal(wrong.code, 2, args.join(" "));
      assert.match(wrong.stderr, says);
    }
  } finally {
    await Deno.remove(world.folder, { recursive: true });
  }
});
