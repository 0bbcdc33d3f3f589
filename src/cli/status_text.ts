import type { Glyphs } from "../chart/glyphs.ts";
import { quotaLeftText } from "./account_quota.ts";
import { mostBlocks, type SiteView } from "./site_view.ts";
import type { Overview } from "./status_json.ts";
import type { StatusOptions } from "./status_options.ts";
import { mishapText, siteText } from "./status_site_text.ts";
import { agoText, counted, countText, sizeText } from "./terminal/human.ts";
import type { Look } from "./terminal/cells.ts";
import { wrapped } from "./terminal/wrapped.ts";

/** How the status is to be shown. */
export interface StatusManner {
  readonly now: Temporal.Instant;
  readonly look: Look;
  readonly glyphs: Glyphs;
  /** What a plan pays for that is too small, in a sentence. */
  readonly need: string | null;
  readonly options: Pick<StatusOptions, "isList" | "onlyFailing" | "sorting">;
  /** A line for each kind of data of each site too. */
  readonly each: boolean;
  readonly isTerminal: boolean;
}

/** The status for people: the sites first, then the machinery. */
export async function statusText(
  overview: Overview,
  views: readonly SiteView[],
  { now, look, glyphs, need, options, each, isTerminal }: StatusManner,
): Promise<string> {
  const notes = [...need ? [need] : [], ...overviewLines(overview, views.length, now)]
    .map((line) => `${isTerminal ? wrapped(line, look.width) : line}\n`).join("");
  const sites = await sitesText(views, { now, look, glyphs, options, each }, overview);
  return sites === "" ? notes : `${sites}\n${notes}`;
}

/** What only a fleet or a list needs is loaded for these: a table with names takes a library. */
async function sitesText(
  views: readonly SiteView[],
  { now, look, glyphs, options, each }: Pick<
    StatusManner,
    "now" | "look" | "glyphs" | "options" | "each"
  >,
  overview: Overview,
): Promise<string> {
  if (options.onlyFailing) {
    const { troublesText } = await import("./status_fleet_text.ts");
    return views.length > 0
      ? troublesText(views, look)
      : overview.isThere
      ? "No site has trouble.\n"
      : "";
  }
  if (views.length === 0) return "";
  const isList = options.isList || options.sorting !== null;
  if (!isList && (views.length <= mostBlocks || each)) {
    const isRunning = overview.isRunning ?? false;
    const kinds = each ? await import("./status_kinds_text.ts") : null;
    return views.map((one) =>
      siteText(one, now, look, { each, isRunning, glyphs }) +
      (kinds ? `\n${kinds.kindsText(one.status, now, look)}` : "")
    ).join("\n");
  }
  const { fleetText, listText } = await import("./status_fleet_text.ts");
  return isList ? listText(views, look) : fleetText(views, look);
}

/** What is not about one site: the last run, the quota, the database. */
function overviewLines(
  { database, isThere, sizeBytes, lastRun, isRunning, quota, listMishaps }: Overview,
  sites: number,
  now: Temporal.Instant,
): string[] {
  const lines: string[] = [];
  if (lastRun) lines.push(lastRunText(lastRun, isRunning, now));
  lines.push(...listMishaps.map((one) => mishapText("The list of sites", one, null)));
  if (isThere && !lastRun && sites === 0) lines.push("Nothing has been fetched yet. Run: seh sync");
  lines.push(
    ...typeof quota === "string"
      ? [`The quota is not known: ${quota}`]
      : quota
      ? quotaLeftText(quota, now).split("\n")
      : [
        "The credits left are shown once seh has access to SolarEdge. Run: seh setup",
      ],
  );
  const size = sizeBytes === null ? "" : `, ${sizeText(sizeBytes)}`;
  lines.push(isThere ? `Database: ${database}${size}` : `Nothing is here yet: ${database}`);
  if (!isThere) lines.push("To try seh without access: seh demo");
  return lines;
}

function lastRunText(
  run: NonNullable<Overview["lastRun"]>,
  isRunning: boolean | null,
  now: Temporal.Instant,
): string {
  const at = Date.parse(String(run.started_at));
  const started = Number.isNaN(at)
    ? "at a time that cannot be read"
    : agoText(Temporal.Instant.fromEpochMilliseconds(at), now);
  if (run.finished_at === null) {
    if (isRunning) return `A sync began ${started} and is still running.`;
    return isRunning === null
      ? `A sync began ${started}; whether it still runs is not known.`
      : `The last sync (${started}) did not finish. What it fetched is saved; run: seh sync`;
  }
  const code = Number(run.exit_code);
  const end = endings[code] ?? `it ended with exit code ${code}`;
  return `Last sync: ${started}, ${counted(Number(run.requests), "request")}, ${
    counted(Number(run.rows_inserted), "new row")
  }, ${countText(Number(run.rows_changed))} changed${end === "" ? "." : `; ${end}.`}`;
}

/** How a run ended, in words, by its exit code; nothing is said of one that did what it should. */
const endings: Readonly<Record<number, string>> = {
  0: "",
  4: "SolarEdge refused the access",
  5: "some data could not be fetched or stored",
  75: "the rest is fetched by a later run",
  130: "it was stopped, everything fetched so far is saved",
  143: "it was stopped, everything fetched so far is saved",
};
