import { isDatabaseError } from "../database/database_error.ts";
import type { Known } from "../model/harvest.ts";
import type { Source } from "../source/source.ts";
import { plan } from "../sync/plan.ts";
import { historyLeft } from "../sync/report.ts";
import { needPerDay } from "../sync/spare.ts";
import type { Wanted } from "../sync/wanted.ts";
import type { CommandContext } from "./context.ts";
import type { Session } from "./session.ts";
import { planAsJson, planAsText } from "./sync_plan_text.ts";

/** Prints what a sync would ask, and sends nothing. Throws DatabaseError. */
export async function printPlan(
  { world }: CommandContext,
  session: Session,
  source: Source,
  wanted: Wanted,
  wish: { readonly json: boolean; readonly maxRequests: number | null },
): Promise<void> {
  const known = await knownSoFar(session);
  const now = world.clock.now();
  const nothing = { attempted: new Set<string>(), reported: new Set<number>() };
  const progress = { ...nothing, refused: new Set<number>(), assumeChanged: true };
  const planned = plan(known, source, wanted, now, progress, Infinity);
  const { steps, notes } = planned;
  const history = historyLeft(
    planned,
    source.quota,
    {
      depth: wanted.depth,
      needPerDay: needPerDay(known, source.queries, wanted),
      today: now.toZonedDateTimeISO("UTC").toPlainDate(),
    },
  );
  for (const note of notes) session.note(note);
  const asksForList = steps.some(({ request }) => request.query.role === "site-list");
  if (known.sites.length === 0) {
    session.note("No site is known yet: the rest of the plan follows from the list of sites.");
  } else {
    for (const id of wanted.siteIds ?? []) {
      if (known.sites.some((one) => one.siteId === id)) continue;
      session.note(
        asksForList
          ? `site ${id} is not known yet: its part of the plan follows from the list of sites`
          : `site ${id} is not among the sites of these credentials`,
      );
    }
  }
  world.stdout.print(
    wish.json
      ? `${JSON.stringify(planAsJson(steps, history, source.quota), null, 2)}\n`
      : planAsText(steps, history, source.quota, wish.maxRequests, session.look(world.stdout)),
  );
}

/** What the database holds; nothing where there is none yet, which a dry run does not create. */
async function knownSoFar(session: Session): Promise<Known> {
  const nothing: Known = { sites: [], devices: [], marks: [], coverage: [] };
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
