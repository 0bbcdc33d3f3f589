/** Writes docs/schema.md from the facts about the tables and from views.sql: `deno task schema`. */
import { DatabaseSync } from "node:sqlite";
import type { Column, Table, TableKind } from "../src/model/table.ts";
import { tables } from "../src/model/tables.ts";
import { sqliteSchema as schema } from "../src/database/schemas.ts";

const kinds: readonly { kind: TableKind; title: string; rule: string }[] = [
  {
    kind: "attributes",
    title: "Sites and devices",
    rule:
      "One row for each thing, always as the server tells it now: a value that the server takes " +
      "back becomes NULL here, but for zone, last update and first day of a site and the model of a " +
      "device, of which a NULL says nothing. A thing that vanishes keeps its row; `last_seen` says when it was " +
      "last listed.",
  },
  {
    kind: "readings",
    title: "Readings",
    rule: "One row for each site (or device) and time. A NULL that arrives later never erases a " +
      "value. `source` names the generation of the API that gave the value.",
  },
  {
    kind: "engine",
    title: "What seh remembers",
    rule: "Needed to know what to ask next. Read them as you like; writing to them makes seh ask " +
      "too much or too little.",
  },
];

/** The whole document, not yet formatted. */
export function schemaDocument(): string {
  return [
    head,
    ...kinds.flatMap(({ kind, title, rule }) => [
      `## ${title}`,
      rule,
      ...tables.filter((one) => one.kind === kind).map(tableSection),
    ]),
    "## Views",
    "Made anew by `seh init-db`, and by `seh sync` when a version has others; they hold no data of their own.",
    viewTable(),
    notThere,
  ].join("\n\n") + "\n";
}

/** The document as `deno fmt` lays it out. */
export async function formattedSchemaDocument(): Promise<string> {
  const formatter = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--quiet", "--ext", "md", "--line-width", "100", "-"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = formatter.stdin.getWriter();
  await writer.write(new TextEncoder().encode(schemaDocument()));
  await writer.close();
  const { success, stdout } = await formatter.output();
  if (!success) throw new Error("deno fmt refused the document");
  return new TextDecoder().decode(stdout);
}

function tableSection(table: Table): string {
  return [
    `### ${table.name}`,
    `${capital(table.doc)}. Key: ${table.key.map((name) => `\`${name}\``).join(", ")}.`,
    [
      "| column | type | unit | meaning | filled by | from |",
      "| --- | --- | --- | --- | --- | --- |",
      ...table.columns.map((column) => columnRow(column, table)),
    ].join("\n"),
  ].join("\n\n");
}

function columnRow(column: Column, table: Table): string {
  const required = column.required || table.key.includes(column.name);
  return row([
    `\`${column.name}\``,
    required ? `${column.type}, never NULL` : column.type,
    column.unit ?? "",
    column.doc,
    filledBy(column, table),
    column.from ? `\`${column.from}\`` : "",
  ]);
}

const generations = ["v1", "v2"];

/**
 * The generation of the API that fills a column; what the program adds to each row comes with any that fills
 * the table.
 */
function filledBy({ from }: Column, table: Table): string {
  const told = from === undefined ? table.columns.map((one) => one.from) : [from];
  const named = generations.filter((one) =>
    told.some((field) => new RegExp(`(^|; )${one} `).test(field ?? ""))
  );
  return named.length === generations.length ? "both" : named.join();
}

/** The comment above each view is its description; SQLite itself says which columns it has. */
function viewTable(): string {
  const database = new DatabaseSync(":memory:");
  try {
    for (const { sql } of schema.migrations) database.exec(sql);
    database.exec(schema.views);
    const described = [
      ...schema.views.matchAll(/((?:^-- .*\n)+)drop view if exists (\w+);/gm),
    ];
    return [
      "| view | what it shows | columns |",
      "| --- | --- | --- |",
      ...described.map(([, comment, name]) => {
        const columns = database.prepare("select name from pragma_table_info(?)").all(name);
        return row([
          `\`${name}\``,
          comment.replace(/^-- /gm, "").trim().replaceAll("\n", " "),
          columns.map((one) => `\`${one.name}\``).join(", "),
        ]);
      }),
    ].join("\n");
  } finally {
    database.close();
  }
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function capital(text: string): string {
  return text[0].toUpperCase() + text.slice(1);
}

const head = `# The database, table by table

Written by \`deno task schema\` from the facts in \`src/model/tables\`; a test keeps it up to date.

| type | holds | SQLite |
| --- | --- | --- |
| integer, real, text | what they say; missing is NULL, never 0 | INTEGER, REAL, TEXT |
| instant | a moment in UTC, whole seconds: \`2026-03-29T01:15:00Z\` | TEXT |
| local | the wall clock at the site, without offset: \`2026-03-29T03:15:00\` | TEXT |
| date | a local date: \`2026-03-29\` | TEXT |
| flag | 0 or 1 | INTEGER |
| json | JSON text | TEXT |

Power is in W and energy in Wh, whatever unit the server used. Columns of a *net* flow are signed: import from
the grid and discharge of a battery are positive, export and charging negative, so that pv + grid + storage =
load. Columns named after a direction (purchased, feed-in, charged, discharged) are never negative. In
\`power_details\` and \`energy_details\`, production is the AC output of the inverters with what the battery
gives, so that production = self-consumption + feed-in and consumption = self-consumption + purchased.

**filled by** is the generation of SolarEdge's API that fills a column: \`v1\`, \`v2\` or both; a column that
your generation does not fill stays NULL. **from** names the field of the answer, after the generation.

The generations differ in what they measure. *Power* (\`power_readings.power_w\`) is the AC output of the
inverters in v1; in v2 it is net of the battery: what the modules give, with the charge of the battery
added and its discharge taken out. Without a battery the two are the same. *Telemetry* is samples and
registers in v1 (\`interval_s\` 0) and means and sums of quarter-hours in v2 (\`interval_s\` 900), stamped
with the beginning of the quarter-hour. *Production* in \`energy_details\` comes in v2 from the production
meters, and from the energy of the site for the time in which none has told.`;

const notThere = `## Promised by the Python tool, given by no API

An older tool of the same name, written in Python, describes tables with data that no generation of SolarEdge's
API gives, or not to everybody. Their names are kept where something may fill them one day.

| promised | what there is |
| --- | --- |
| optimizer telemetry: voltage, current, power and energy of each panel | no generation of the API has it. v1 tells how many optimizers hang on an inverter (\`equipment.connected_optimizers\`), v2 lists them in \`equipment\` and \`inventory\`. SolarEdge's web portal shows it. \`optimizer_telemetry\` stays empty |
| meter readings with voltage, current and power factor | a meter gives its energy register (v1: \`meter_readings.lifetime_energy_wh\`) or the energy and power of each quarter-hour (v2). Voltage, current and cos φ exist for inverters: \`inverter_telemetry\` |
| alerts with severity, codes and affected components | in the first generation only for SolarEdge's partners; ordinary keys are refused (403), which \`seh status\` shows as not available; the second generation gives them to all. An account key gives their number and highest severity: \`sites.alert_quantity\`, \`sites.alert_severity\` |
| optimizers and their versions in \`equipment\` | v2 lists them, without a version |
| state of charge in \`batteries\` | not an attribute but a measurement: the newest one is in \`v_battery_status\`, all of them in \`battery_telemetry\` |`;

if (import.meta.main) {
  await Deno.writeTextFile(new URL("schema.md", import.meta.url), await formattedSchemaDocument());
}
