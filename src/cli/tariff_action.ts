import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { resolve } from "node:path";
import type { Database } from "../database/database.ts";
import { storedTariffs, storeTariffs } from "../tariff/stored.ts";
import { type Band, noEnd, type Tariff, TariffError, type Tariffs } from "../tariff/tariff.ts";
import { readTariffs } from "../tariff/tariff_file.ts";
import { clockText, weekdayName } from "../tariff/week.ts";
import type { CommandContext } from "./context.ts";
import { UsageError } from "./failure.ts";
import { openSession } from "./session.ts";
import type { Cell, Look } from "./terminal/cells.ts";
import { renderTable } from "./terminal/table.ts";

/** What the user asked `seh tariff` for. */
export interface TariffOptions {
  readonly action: "load" | "check" | "show";
  readonly file: string | null;
  readonly json: boolean;
}

/** Throws UsageError for a file that cannot be used, SettingsError and DatabaseError. */
export async function tariff(
  context: CommandContext,
  command: CommandUnknownOpts,
  { action, file, json }: TariffOptions,
): Promise<void> {
  const { world } = context;
  if (action === "show") {
    if (file !== null) throw new UsageError("`seh tariff show` takes no file.");
    await using session = await openSession(context, command);
    const database = await session.openDatabase({ create: false });
    await session.requireCurrent(database);
    const stored = await storedTariffs(database);
    if (json) world.stdout.print(`${JSON.stringify(asJson(stored), null, 2)}\n`);
    else world.stdout.print(asText(stored, session.look(world.stdout)));
    return;
  }
  if (file === null) {
    throw new UsageError(`Which file? For example: seh tariff ${action} tariffs.yaml`);
  }
  const tariffs = await fromFile(file, world.cwd);
  await using session = await openSession(context, command);
  if (action === "check") {
    world.stdout.print(asText(tariffs, session.look(world.stdout)));
    session.note(`${file} can be used. Next: seh tariff load ${file}`);
    return;
  }
  const database = await session.openDatabase({ create: false });
  await session.requireCurrent(database);
  for (const line of await warningsOf(database, tariffs)) session.note(line);
  await storeTariffs(database, tariffs);
  session.note(
    `${counted(tariffs.tariffs.length, "price list")} loaded, in place of what was there. ` +
      "Next: seh report",
  );
}

async function fromFile(file: string, cwd: string): Promise<Tariffs> {
  let text: string;
  try {
    text = await Deno.readTextFile(resolve(cwd, file));
  } catch (error) {
    throw new UsageError(
      error instanceof Deno.errors.NotFound
        ? `There is no file ${file}.`
        : `${file} cannot be read: ${error instanceof Error ? error.message : error}`,
    );
  }
  try {
    return readTariffs(text);
  } catch (error) {
    if (!(error instanceof TariffError)) throw error;
    const lines = error.problems.map((one) => `${file}, line ${one.line}: ${one.text}.`);
    throw new UsageError(`${lines.join("\n")}\nNothing was loaded. See docs/tariffs.md.`);
  }
}

/** What is no mistake of the file, but will not do what the person means. */
async function warningsOf(database: Database, { tariffs, investments }: Tariffs) {
  const { sites } = await database.known();
  const known = new Set(sites.map((one) => one.siteId));
  const named = new Set([...tariffs, ...investments].map((one) => one.siteId));
  const missing = [...named].filter((id) => id !== 0 && !known.has(id));
  const isUnclear = known.size > 1 && investments.some((one) => one.siteId === 0);
  return [
    ...missing.map((id) => `Site ${id} of the file is not in the database yet.`),
    ...isUnclear
      ? ["An investment names no site, and the database has several: it counts for none."]
      : [],
  ];
}

function asText({ tariffs, investments }: Tariffs, look: Look): string {
  if (tariffs.length === 0 && investments.length === 0) {
    return "No prices yet. Load a file: seh tariff load tariffs.yaml (see docs/tariffs.md)\n";
  }
  const prices = tariffs.flatMap((one) =>
    timesOf(one.bands).map(({ when, price }): Cell[] => [
      one.direction === "purchase" ? "purchase" : "feed-in",
      one.siteId === 0 ? "all" : String(one.siteId),
      one.firstDay,
      one.lastDay === noEnd ? null : one.lastDay,
      when,
      `${price} ${one.currency}`,
    ])
  );
  const paid = investments.map((one) =>
    `Investment on ${one.paidOn}${one.siteId === 0 ? "" : `, site ${one.siteId}`}: ` +
    `${one.amount} ${one.currency}\n`
  );
  const table = prices.length === 0 ? "" : renderTable(
    [
      { head: "price of" },
      { head: "site", drops: 2 },
      { head: "from", drops: 3 },
      { head: "to", drops: 1 },
      { head: "when", shrinks: true },
      { head: "a kWh", align: "right" },
    ],
    prices,
    look,
  );
  return `${table}${paid.join("")}`;
}

/** The bands of a week, those of equal days in one line: `mon-fri 06:00-22:00`. */
function timesOf(bands: readonly Band[]): { when: string; price: number }[] {
  const hours = (one: Band) => `${clockText(one.fromMinute)}-${clockText(one.toMinute)}`;
  const lines = new Map<string, { days: number[]; hours: string; price: number }>();
  for (const one of bands) {
    const key = `${hours(one)} ${one.pricePerKwh}`;
    const line = lines.get(key) ?? { days: [], hours: hours(one), price: one.pricePerKwh };
    line.days.push(one.weekday);
    lines.set(key, line);
  }
  return [...lines.values()].map(({ days, hours, price }) => ({
    when: [daysText(days), hours === "00:00-24:00" ? "" : hours].filter(Boolean).join(" ") ||
      "always",
    price,
  }));
}

function daysText(days: readonly number[]): string {
  if (days.length === 7) return "";
  const isRow = days.every((one, at) => one === days[0] + at);
  if (isRow && days.length > 1) {
    return `${weekdayName(days[0])}-${weekdayName(days[days.length - 1])}`;
  }
  return days.map(weekdayName).join(", ");
}

function asJson({ tariffs, investments }: Tariffs) {
  return {
    tariffs: tariffs.map((one: Tariff) => ({
      direction: one.direction,
      site_id: one.siteId === 0 ? null : one.siteId,
      first_day: one.firstDay,
      last_day: one.lastDay === noEnd ? null : one.lastDay,
      currency: one.currency,
      prices: timesOf(one.bands).map(({ when, price }) => ({ when, price_per_kwh: price })),
    })),
    investments: investments.map((one) => ({
      paid_on: one.paidOn,
      site_id: one.siteId === 0 ? null : one.siteId,
      amount: one.amount,
      currency: one.currency,
    })),
  };
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
