/**
 * The product's own way of saving, on real tables and in key order, against one `INSERT … SELECT` inside the
 * same database with the same rules for rows that are there: rows per second and their ratio, first into
 * an empty table, then again with the same values. The product saves delivery after delivery, each in a
 * transaction of its own, as a harvest does; the statement has it all in one. Each takes its turn, and the
 * best of the rounds counts, since what else a machine does only ever slows them down. Each database has a
 * process of its own, as it has with a user: code that has met another one before runs slower.
 * `deno run -A bench/save_bench.ts [POWER_ROWS] [TELEMETRY_ROWS] [DATABASE]`
 */
import { openDatabase } from "../src/database/open.ts";
import { countText } from "../src/cli/terminal/human.ts";
import { type EngineName, engineNames, type Place, startEngine } from "./engines.ts";
import { judge } from "./goals.ts";
import { type Load, powerLoad, rowsPerDelivery, telemetryLoad } from "./loads.ts";
import { memoryOption } from "./memory.ts";

const rounds = 3;
const kinds = ["insert", "unchanged"];

const [powerRows = "1000000", telemetryRows = "1000000", only] = Deno.args;
if (only) {
  const name = engineNames.find((one) => one === only);
  if (name) await measure(name);
  else console.error(`no database is named ${only}; there are ${engineNames.join(", ")}`);
  Deno.exit(name ? undefined : 2);
}
console.log(`rows per second, in deliveries of ${countText(rowsPerDelivery)} rows:`);
console.log(line("database", "table", "run", "save", "in-engine"));
for (const name of engineNames) {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", memoryOption, "--allow-all", import.meta.filename!],
      ...[powerRows, telemetryRows, name],
    ],
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).output();
  if (!success) Deno.exitCode = 1;
}

/** Prints what one database does. */
async function measure(name: EngineName): Promise<void> {
  const engine = await startEngine(name);
  if (!engine) return;
  for (const load of [powerLoad(Number(powerRows)), telemetryLoad(Number(telemetryRows))]) {
    const ours = kinds.map(() => 0);
    const limit = kinds.map(() => 0);
    for (let round = 0; round < rounds; round++) {
      await using place = await engine.fresh();
      keepBest(ours, await product(place, load));
      const statement = await place.insertSelect(load);
      for (const at of kinds.keys()) {
        const start = performance.now();
        await statement();
        limit[at] = Math.max(limit[at], speed(load, performance.now() - start));
      }
    }
    for (const [at, kind] of kinds.entries()) {
      console.log(line(name, load.table, kind, figure(ours[at]), figure(limit[at])));
      judge("save", `${name}, against one statement in the engine`, ours[at] / limit[at]);
    }
  }
}

/** Rows per second of saving all of it, and of saving it again. */
async function product(place: Place, load: Load): Promise<number[]> {
  const database = await openDatabase(place.url);
  await database.migrate();
  const speeds: number[] = [];
  for (const unchanged of [0, load.rowCount]) {
    let milliseconds = 0;
    let same = 0;
    for (const delivery of load.deliveries()) {
      const start = performance.now();
      same += (await database.save(delivery)).unchanged;
      milliseconds += performance.now() - start;
    }
    speeds.push(speed(load, milliseconds));
    if (same !== unchanged) throw new Error(`${same} rows unchanged instead of ${unchanged}`);
  }
  await database.close();
  return speeds;
}

function speed({ rowCount }: Load, milliseconds: number): number {
  return rowCount / milliseconds * 1000;
}

function keepBest(best: number[], speeds: readonly number[]): void {
  for (const [at, one] of speeds.entries()) best[at] = Math.max(best[at], one);
}

function figure(rowsPerSecond: number): string {
  return `${Math.round(rowsPerSecond / 1000)} k/s`;
}

function line(...[database, table, run, ...figures]: string[]): string {
  return [
    `  ${database.padEnd(11)}`,
    table.padEnd(19),
    run.padEnd(10),
    ...figures.map((one) => one.padStart(10)),
  ].join("");
}
