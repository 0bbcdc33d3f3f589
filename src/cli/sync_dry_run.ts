import { isDatabaseError } from "../database/database_error.ts";
import { epochOf } from "../model/coverage.ts";
import type { Known } from "../model/harvest.ts";
import type { Remaining, Source } from "../source/source.ts";
import { type Plan, plan } from "../sync/plan.ts";
import { nothingDone } from "../sync/progress.ts";
import { historyLeft } from "../sync/report.ts";
import type { Wanted } from "../sync/wanted.ts";
import type { CommandContext } from "./context.ts";
import { lookFirst, lookText } from "./first_look.ts";
import type { Session } from "./session.ts";
import { fitted } from "./terminal/wrapped.ts";
import { noteLacking, type SyncOptions } from "./sync_options.ts";
import { rulesNow } from "./sync_cost.ts";
import { planAsJson, planAsText } from "./sync_plan_text.ts";

/**
 * Prints what a sync would ask. Nothing is sent where the sites are known; else a few requests find out about
 * them, and nothing is stored. Throws DatabaseError, SettingsError and SourceError.
 */
export async function printPlan(
  { world }: CommandContext,
  session: Session,
  wanted: Wanted,
  options: Pick<SyncOptions, "json" | "maxRequests" | "only">,
): Promise<void> {
  let known = await knownSoFar(session);
  const isFirst = known.sites.length === 0;
  const opened = await session.openSource({ mayAsk: isFirst, patience: world.interrupted() });
  const { source } = opened;
  noteLacking(options, opened, session);
  if (isFirst) {
    const look = await lookFirst(opened, wanted, world.clock.now());
    for (const line of lookText(look)) session.note(line);
    known = look.known;
  }
  const now = world.clock.now();
  const rules = await rulesNow(source, known, wanted, now);
  const spelled = options.json || session.options.verbose ? Infinity : 0;
  const planned = plan({ ...rules, progress: nothingDone, atOnce: spelled });
  const { steps } = planned;
  const history = historyLeft(planned, rules.pace, {
    quota: source.quota,
    now: epochOf(now),
    cadence: 1,
  });
  const asksForList = steps.some(({ request }) => request.query.role === "site-list");
  for (const id of wanted.siteIds ?? []) {
    if (known.sites.some((one) => one.siteId === id)) continue;
    session.note(
      asksForList && !isFirst
        ? `site ${id} is not known yet: its part of the plan follows from the list of sites`
        : `site ${id} is not among the sites of these credentials`,
    );
  }
  const view = {
    steps,
    older: planned.older,
    history,
    pace: rules.pace,
    quota: source.quota,
    maxRequests: options.maxRequests,
    left: await leftFor(source, planned),
    isFirst,
  };
  if (options.json) {
    for (const part of planAsJson(view)) world.stdout.print(part);
    return;
  }
  const text = planAsText(view, session.look(world.stdout), { lists: session.options.verbose });
  world.stdout.print(fitted(text, world.stdout));
}

/** What is left for the requests of a plan; null: it has none. */
async function leftFor(source: Source, { steps, older }: Plan): Promise<Remaining | null> {
  const some = steps.find(({ request }) => request.sites.length > 0) ?? steps.at(0);
  if (some) return await source.remaining(some.request);
  const [first] = older;
  if (!first) return null;
  const { query, site } = first;
  return await source.remaining({ query, sites: [site], reason: "history", necessity: "history" });
}

/** What the database holds; nothing where there is none yet, which a dry run does not create. */
async function knownSoFar(session: Session): Promise<Known> {
  const nothing: Known = { sites: [], devices: [], marks: [], coverage: [], spent: [] };
  try {
    const database = await session.openDatabase({ create: false });
    if (await database.state() === "empty") return nothing;
    await session.requireCurrent(database);
    return await database.known();
  } catch (error) {
    if (isDatabaseError(error, "absent")) return nothing;
    throw error;
  }
}
