import assert from "node:assert/strict";
import { importFolder } from "./import_folder.ts";

/** What an import did with one file, and whether a dry run had said the same. */
export async function imported(
  content: string | Uint8Array,
  options: readonly string[] = [],
  name = "file.csv",
) {
  await using folder = await importFolder();
  await folder.put(name, content);
  const counts = (text: string) =>
    text === "" ? null : JSON.parse(text).sources.map(
      ({ tables, left_out }: { tables: Record<string, unknown>[]; left_out: number }) => [
        tables.map((one) => [one.table, one.inserted, one.changed, one.unchanged, one.differing]),
        left_out,
      ],
    );
  const dry = await folder.seh(["import", name, ...options, "--dry-run", "--json"]);
  const { code, stdout, stderr } = await folder.seh(["import", name, ...options, "--json"]);
  assert.equal(dry.code, code);
  assert.deepEqual(counts(dry.stdout), counts(stdout), "a dry run counts what comes in");
  const again = await folder.seh(["import", name, ...options, "--json"]);
  for (const [tables] of counts(again.stdout) ?? []) {
    for (const [table, inserted, changed] of tables) {
      assert.deepEqual([inserted, changed], [0, 0], `${table} a second time`);
    }
  }
  const badLines = stdout === "" ? [] : JSON.parse(stdout).sources.flatMap(
    (one: { left_out_lines: { line: number | null; text: string }[] }) =>
      one.left_out_lines.map(({ line, text }) => `${line}: ${text}`),
  );
  const notes = stdout === "" ? [] : JSON.parse(stdout).sources.flatMap(
    (one: { notes: string[] }) => one.notes,
  );
  return {
    code,
    stderr,
    badLines,
    notes,
    power: folder.rows("select local_time, power_w from power_readings order by 1")
      .map((one) => Object.values(one)),
    details: folder.rows("select local_time, production_w from power_details order by 1")
      .map((one) => Object.values(one)),
    days: folder.rows("select reading_date, energy_wh from energy_readings order by 1")
      .map((one) => Object.values(one)),
  };
}

/** The site of the samples. */
export const site = ["--site", "1234567"];
/** A file of the portal. */
export const portal = (...lines: string[]) =>
  ["Time,System Production (W)", ...lines, ""].join("\n");
/** A CSV of the Python tool. */
export const tool = (...lines: string[]) =>
  ["site_id,site_name,timestamp,power_watts,power_kw", ...lines, ""].join("\r\n");
/** A time of 25 June. */
export const at = (time: string) => `2026-06-25T${time}:00`;
/** A line of such a CSV. */
export const row = (time: string, watts: string) => `1234567,Example Barn,${at(time)},${watts},0`;
/** An export of seh. */
export const own = (...lines: string[]) =>
  ["site_id,timestamp,local_time,interval_s,power_w,source,updated_at", ...lines, ""].join("\n");
/** A line of such an export. */
export const ours = (time: string, watts: string, source = "v1") =>
  `1234567,2026-06-25T${time}:00Z,2026-06-25T${time}:00,900,${watts},${source},2026-06-26T00:00:00Z`;
