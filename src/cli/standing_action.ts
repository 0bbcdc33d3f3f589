import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { Database } from "../database/database.ts";
import { readLastRun } from "./last_run.ts";
import { isDatabaseError } from "../database/database_error.ts";
import type { Known } from "../model/harvest.ts";
import { compareInstants, later } from "../model/interval.ts";
import { readInstant } from "../model/site_time.ts";
import { grantsIn } from "../source/v2/oauth/grants.ts";
import { accessSentence, type SiteGrant } from "../source/v2/oauth/grant_life.ts";
import { harvestSeries } from "../sync/knowledge.ts";
import type { CommandContext } from "./context.ts";
import { describe } from "./failure.ts";
import { firstSyncText } from "./guide.ts";
import { tokenFiles } from "./open_grants.ts";
import { isSyncRunning } from "./running_sync.ts";
import { openSession, type Session } from "./session.ts";
import type { World } from "./world.ts";
import { agoText, countText } from "./terminal/human.ts";
import { type NextStep, nextStepsText } from "./terminal/next_steps.ts";
import { printableName } from "./terminal/printable.ts";
import { fitted } from "./terminal/wrapped.ts";

/** What `seh` alone says: where you stand, and the next step. */
interface Standing {
  readonly text: string;
  /** Commands, each with what it does. */
  readonly next: readonly NextStep[];
}

const help = ["seh --help", "all commands"] as const;
const look = ["seh status", "what is here"] as const;
const timer = ["seh service install", "keeps it up to date by itself"] as const;
const diagnosis = ["seh doctor", "finds what is wrong"] as const;
const demo = ["seh demo", "tries seh without an account"] as const;

/**
 * Says where the person stands and what is next; whatever is wrong is said, and is no failure. Sends no
 * request.
 */
export async function standing(
  context: CommandContext,
  command: CommandUnknownOpts,
): Promise<void> {
  const { world } = context;
  let found: Standing;
  try {
    await using session = await openSession(context, command);
    found = await whereWeStand(session, world);
  } catch (error) {
    found = {
      text: `Something is wrong: ${describe(error).text}`,
      next: [diagnosis, help],
    };
  }
  const { stdout } = world;
  const next = nextStepsText(found.next, stdout.isTerminal ? stdout.columns : Infinity);
  stdout.print(context.redact(fitted(`${found.text}\n\nNext:\n${next}`, stdout)));
}

/** What is set up, what is stored, and what to do next. */
async function whereWeStand(session: Session, world: World): Promise<Standing> {
  const now = world.clock.now();
  const { apiKey, oauthClientId } = session.settings;
  const { tokenFile, spareFolder } = tokenFiles(session.settings);
  const grants = apiKey === null || oauthClientId !== null
    ? await grantsIn(tokenFile, spareFolder)
    : [];
  if (apiKey === null && oauthClientId === null && grants.length === 0) {
    const stored = await storedSites(session);
    if (stored) {
      return {
        text: `${stored}: data is here. seh has no access to SolarEdge yet.`,
        next: [look, ["seh setup", "lets seh fetch what is new"], help],
      };
    }
    return {
      text: "seh is not set up in this folder yet.",
      next: [["seh setup", "sets it up, step by step"], demo, help],
    };
  }
  if (apiKey === null && oauthClientId === null) {
    return {
      text: "A login is kept on this machine, but the settings here do not name its application.",
      next: [["seh setup", "sets seh up in this folder"], look, help],
    };
  }
  if (apiKey === null && grants.length === 0) {
    return {
      text: "You are not logged in.",
      next: [["seh login", "lets seh read your site"], help],
    };
  }
  const lost = grants.filter((one) => isOver(one, now));
  if (lost.length > 0) {
    return {
      text: lost.map((one) => accessSentence(one, `site ${one.siteId}`, now)).join("\n"),
      next: [["seh login", "lets seh read your site again"], look, help],
    };
  }
  const database = await existing(session);
  const state = await database?.state() ?? "empty";
  if (!database || state === "empty") return nothingYet(grants, now);
  if (state === "behind") {
    return {
      text: "The database was made by an older version of seh.",
      next: [["seh init-db", "upgrades it; nothing is lost"], help],
    };
  }
  return await harvested(database, grants, now, world);
}

/** There is access, and no data. */
function nothingYet(grants: readonly SiteGrant[], now: Temporal.Instant): Standing {
  const access = grants.length === 0
    ? "seh has a key to SolarEdge."
    : grants.map((one) => accessSentence(one, `site ${one.siteId}`, now)).join("\n");
  return {
    text: `${access}\nNothing has been fetched yet. ${firstSyncText(Math.max(1, grants.length))}`,
    next: [["seh sync", "fetches the first data"], ["seh check-api", "lists your sites"], help],
  };
}

/** There is data: how fresh it is, and how the last sync ended. */
async function harvested(
  database: Database,
  grants: readonly SiteGrant[],
  now: Temporal.Instant,
  world: World,
): Promise<Standing> {
  const run = await readLastRun(database, now);
  const known = await database.known();
  if (!run || known.sites.length === 0) return nothingYet(grants, now);
  const complete = lastComplete(known);
  const code = run.exit_code === null ? null : Number(run.exit_code);
  const when = complete
    ? `everything up to date ${agoText(complete, now)}.`
    : "not everything is here yet.";
  const text = `${sitesText(known)}: ${when}`;
  const again = ["seh sync", "fetches what is new"] as const;
  if (code === null) {
    const isRunning = await isSyncRunning(database, world);
    const began = agoText(readInstant(String(run.started_at)), now);
    return isRunning
      ? { text: `${text}\nA sync began ${began} and is still running.`, next: [look, help] }
      : {
        text: `${text}\nThe last sync (${began}) did not finish. What it fetched is saved.`,
        next: [["seh sync", "goes on from there"], look, help],
      };
  }
  if (code === 0) {
    return {
      text,
      next: [look, ["seh export", "writes the data to a file"], again, timer, help],
    };
  }
  return {
    text: `${text}\nThe last sync ended with ${wordsOf(code)}.`,
    next: [look, again, diagnosis, help],
  };
}

/** The sites of a database that was filled without access, as by an import; null where there are none. */
async function storedSites(session: Session): Promise<string | null> {
  const database = await existing(session);
  if (await database?.state() !== "current") return null;
  const known = await database!.known();
  return known.sites.length > 0 ? sitesText(known) : null;
}

/** Null where there is no database yet. */
async function existing(session: Session): Promise<Database | null> {
  try {
    return await session.openDatabase({ create: false, briefly: true });
  } catch (error) {
    if (isDatabaseError(error, "absent")) return null;
    throw error;
  }
}

function isOver(grant: SiteGrant, now: Temporal.Instant): boolean {
  return grant.refusedAt !== null ||
    [grant.idleEndsAt, grant.endsAt].some((end) => compareInstants(end, now) <= 0);
}

function lastComplete({ marks }: Known): Temporal.Instant | null {
  return marks.filter((one) => one.series === harvestSeries && one.lastSuccess)
    .map((one) => one.lastSuccess!)
    .reduce<Temporal.Instant | null>((last, one) => last ? later(last, one) : one, null);
}

function sitesText({ sites }: Known): string {
  const [first] = sites;
  return sites.length === 1
    ? first.name ? printableName(first.name) : `Site ${first.siteId}`
    : `${countText(sites.length)} sites`;
}

/** Why a run ended so, for people. */
function wordsOf(code: number): string {
  switch (code) {
    case 4:
      return "a refusal of your login or key";
    case 5:
      return "some data missing";
    case 75:
      return "some requests left for later";
    case 130:
    case 143:
      return "an interruption; everything fetched until then is saved";
    default:
      return `an error (exit code ${code})`;
  }
}
