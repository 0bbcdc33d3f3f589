import assert from "node:assert/strict";
import { commands } from "../../src/cli/commands.ts";
import { exitCodes } from "../../src/cli/exit_codes.ts";
import { viewNames } from "../../src/database/migrate.ts";
import { datasetNames } from "../../src/export/datasets.ts";
import { allFormatNames } from "../../src/export/formats.ts";
import { dataTypes } from "../../src/model/data_type.ts";
import { tables } from "../../src/model/tables.ts";
import { type SettingFact, settingFacts } from "../../src/settings/setting_facts.ts";
import { loadSettings } from "../../src/settings/load.ts";
import { SettingsError } from "../../src/settings/settings.ts";
import { envExample, withSettings } from "../../docs/env_example.ts";
import { formattedSchemaDocument } from "../../docs/schema.ts";
import { DatabaseSync } from "node:sqlite";
import { sqliteSchema as schema } from "../../src/database/schemas.ts";
import manifest from "../../deno.json" with { type: "json" };

const root = new URL("../../", import.meta.url);
const read = (path: string) => Deno.readTextFileSync(new URL(path, root));
const readme = read("README.md");

/** The cells of every table row of a Markdown text, code marks taken off. */
const rows = (text: string) =>
  text.split("\n").filter((line) => line.startsWith("|"))
    .map((line) => line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim()));
const code = (cell: string) => /^`([^`]+)`/.exec(cell)?.[1] ?? null;

Deno.test("docs/schema.md says what the tables are (else: deno task schema)", async () => {
  assert.equal(read("docs/schema.md"), await formattedSchemaDocument());
});

Deno.test(".env.example is what the facts about the settings say (else: deno task settings)", () => {
  assert.equal(read(".env.example"), envExample());
  const lines = [...read(".env.example").matchAll(/^#?(SEH_\w+)=(.*)$/gm)]
    .map(([, name, value]) => [name, value]);
  const facts = settingFacts.map((fact: SettingFact) => [fact.name, fact.default ?? ""]);
  assert.deepEqual(lines.toSorted(), facts.toSorted());
});

Deno.test("a range that .env.example names is the range that is taken, to its ends and no further", () => {
  const isTaken = (name: string, value: string) => {
    try {
      loadSettings({ environment: { HOME: "/h", [name]: value }, file: null, cwd: "/w" });
      return true;
    } catch (error) {
      assert.ok(error instanceof SettingsError);
      return false;
    }
  };
  let ranges = 0;
  for (const { name, doc } of settingFacts) {
    const [, from, to] = /from (\d+) to (\d+)/.exec(doc) ?? [];
    if (from !== undefined) {
      ranges++;
      assert.ok(isTaken(name, from) && isTaken(name, to), doc);
      assert.ok(!isTaken(name, `${Number(to) + 1}`) && !isTaken(name, `${Number(from) - 1}`), doc);
    }
    if (/positive whole number/.test(doc)) {
      ranges++;
      assert.ok(isTaken(name, "1") && isTaken(name, "123456789012"), doc);
      assert.ok(!isTaken(name, "0") && !isTaken(name, "1.5"), doc);
    }
    if (/fractions/.test(doc)) assert.ok(isTaken(name, "0.5"), doc);
    const above = /above 0 and up to (\d+)/.exec(doc)?.[1];
    if (above) {
      assert.ok(isTaken(name, above) && !isTaken(name, "0") && !isTaken(name, `${above}.1`));
    }
  }
  assert.ok(ranges >= 12, String(ranges));
  for (const word of ["lenient", "skip", "strict"]) assert.ok(isTaken("SEH_ERROR_HANDLING", word));
  for (const word of ["DEBUG", "INFO", "WARNING", "ERROR"]) {
    assert.ok(isTaken("SEH_LOG_LEVEL", word));
  }
});

Deno.test(".env.example, filled in, is read as it stands", () => {
  const text = read(".env.example").replace(/^SEH_API_KEY=$/m, "SEH_API_KEY=KEY1");
  const all = text.replaceAll(/^#(SEH_\w+=)/gm, "$1");
  for (const one of [text, all]) {
    const { apiKey, maxRetries } = loadSettings({
      environment: { HOME: "/h" },
      file: { path: "/w/.env", text: one },
      cwd: "/w",
    });
    assert.deepEqual([apiKey?.reveal(), maxRetries], ["KEY1", 3]);
  }
});

Deno.test("the README has every setting with its default and its meaning (else: deno task settings)", () => {
  assert.equal(readme, withSettings(readme));
  const named = rows(readme).flatMap(([name]) =>
    code(name)?.startsWith("SEH_") ? [code(name)] : []
  );
  assert.deepEqual(named, settingFacts.map((one) => one.name));
});

Deno.test("the README has every exit code, as the program means it", () => {
  const listed = rows(readme).filter(([code, meaning]) => /^\d+$/.test(code) && meaning)
    .map(([code, meaning]) => [Number(code), meaning]);
  assert.deepEqual(listed, exitCodes.map((one) => [one.code, one.meaning]));
});

Deno.test("the README names every type of data, dataset, table, view and format", () => {
  const named = new Set([...readme.matchAll(/`([^`\n]+)`/g)].map(([, word]) => word));
  const wanted = [
    ...dataTypes,
    ...datasetNames,
    ...tables.map((one) => one.name),
    ...viewNames(schema),
    ...allFormatNames,
  ];
  assert.deepEqual(wanted.filter((one) => !named.has(one)), [], "each needs a line in the README");
});

Deno.test("the README has every command in its table of commands", () => {
  const listed = rows(readme).map(([name]) => name);
  const missing = commands.map((one) => `seh ${one.name}`)
    .filter((one) => !listed.some((cell) => cell.match(/`seh [\w-]+/g)?.includes(`\`${one}`)));
  assert.deepEqual(missing, [], "each needs a line in the README");
});

Deno.test("every task that a document names for the reader to run exists", () => {
  for (const path of ["README.md", "CONTRIBUTING.md"]) {
    const found = [...read(path).matchAll(/deno(?:@\S+)? task (?:--quiet )?([\w:]+)/g)].map((
      [, name],
    ) => name);
    assert.ok(found.length > 0, path);
    for (const name of found) assert.ok(name in manifest.tasks, `${path}: deno task ${name}`);
  }
});

Deno.test("the SQL that the README shows runs on the tables and views there are", () => {
  const database = new DatabaseSync(":memory:");
  try {
    for (const { sql } of schema.migrations) database.exec(sql);
    database.exec(schema.views);
    const blocks = [...readme.matchAll(/```sql\n(.*?)```/gs)].map(([, sql]) => sql);
    // Grafana puts milliseconds in the place of its variables.
    const statements = blocks.flatMap((sql) => sql.replace(/\$__\w+/g, "1700000000000").split(";"))
      .map((sql) => sql.trim()).filter((sql) => sql !== "");
    assert.ok(statements.length >= 3);
    for (const sql of statements) assert.doesNotThrow(() => database.prepare(sql).all(), sql);
    const shown = [...readme.matchAll(/`(v_\w+)`/g)].map(([, name]) => name);
    const made = database.prepare("select name from sqlite_schema where type = 'view'").all();
    const names = new Set(made.map((one) => String(one.name)));
    assert.ok(shown.length > 0);
    for (const name of shown) assert.ok(names.has(name), `${name} is no view`);
  } finally {
    database.close();
  }
});

Deno.test("links between the documents lead somewhere", () => {
  const paths = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", ...markdownIn("docs/")];
  for (const path of paths) {
    for (const [, target] of read(path).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)) {
      const file = new URL(target, new URL(path, root));
      assert.doesNotThrow(() => Deno.statSync(file), `${path} links to ${target}`);
    }
  }
});

function markdownIn(folder: string): string[] {
  return [...Deno.readDirSync(new URL(folder, root))].flatMap(({ name, isDirectory }) =>
    isDirectory ? markdownIn(`${folder}${name}/`) : name.endsWith(".md") ? [`${folder}${name}`] : []
  );
}
