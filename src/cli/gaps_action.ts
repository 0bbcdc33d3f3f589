import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { epochOf } from "../model/coverage.ts";
import type { DataType } from "../model/data_type.ts";
import { partsOf } from "../sync/gaps.ts";
import { arrange, brings } from "../sync/knowledge.ts";
import { readDaylight } from "../sync/daylight.ts";
import type { CommandContext } from "./context.ts";
import { gapsAsJson, gapsAsText, joinGaps } from "./gaps_text.ts";
import { openSession } from "./session.ts";
import { noteUnstored } from "./site_choice.ts";
import { fitted } from "./terminal/wrapped.ts";

/** What the user asked `seh gaps` for. */
export interface GapsChoice {
  /** Null: the sites of the settings, else all. */
  readonly siteIds: readonly number[] | null;
  /** Null: all types of data. */
  readonly only: readonly DataType[] | null;
  readonly json: boolean;
}

/** Shows what is missing. Throws SettingsError and DatabaseError. */
export async function showGaps(
  context: CommandContext,
  command: CommandUnknownOpts,
  choice: GapsChoice,
): Promise<void> {
  const { world } = context;
  await using session = await openSession(context, command);
  const database = await session.openDatabase({ create: false });
  await session.requireCurrent(database);
  const siteIds = choice.siteIds ?? session.settings.siteIds;
  const known = await database.known(siteIds ?? undefined);
  const now = world.clock.now();
  const knowledge = arrange(known, epochOf(now), await readDaylight(database, now));
  const { queries } = await session.sourceFacts(database);
  const only = choice.only && new Set(choice.only);
  const chosen = queries.filter((one) => !only || brings(one, only));
  const sites = known.sites.map((site) => ({
    site,
    gaps: joinGaps(
      partsOf(site, { knowledge, queries, now: epochOf(now) })
        .filter((one) => chosen.includes(one.query)).flatMap((one) => one.gaps),
    ),
  }));
  noteUnstored(siteIds, known.sites.map((one) => one.siteId), session.note);
  if (choice.json) {
    world.stdout.print(`${JSON.stringify(gapsAsJson(sites), null, 2)}\n`);
  } else {
    const { table, text } = gapsAsText(sites, session.look(world.stdout), {
      each: session.options.verbose,
    });
    world.stdout.print(table + fitted(context.redact(text), world.stdout));
  }
}
