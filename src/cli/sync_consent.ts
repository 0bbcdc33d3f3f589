import type { Database } from "../database/database.ts";
import type { Wanted } from "../sync/wanted.ts";
import type { CommandContext } from "./context.ts";
import { UsageError } from "./failure.ts";
import { lookFirst, lookText } from "./first_look.ts";
import type { OpenedSource } from "./open_source.ts";
import type { Session } from "./session.ts";
import { costText, mostUnasked, rangeCost } from "./sync_cost.ts";
import type { SyncOptions } from "./sync_options.ts";
import { isAgreed, isPersonThere } from "./terminal/confirm.ts";
import { countText } from "./terminal/human.ts";

/**
 * Says what a range costs before anything of it is sent, and asks a person where that is much. Throws
 * UsageError where there is nobody to ask.
 */
export async function agree(
  { world }: CommandContext,
  session: Session,
  opened: OpenedSource,
  database: Database,
  wanted: Wanted,
  options: Pick<SyncOptions, "maxRequests" | "json" | "yes" | "repair">,
): Promise<"agreed" | "nothing"> {
  let known = await database.known();
  if (known.sites.length === 0) {
    const look = await lookFirst(opened, wanted, world.clock.now());
    for (const line of lookText(look)) session.note(line);
    known = look.known;
  }
  const cost = await rangeCost(
    opened.source,
    known,
    wanted,
    world.clock.now(),
    options.maxRequests,
  );
  if (cost.requests === 0 && !options.json) {
    session.note(options.repair ? "Nothing to fetch: nothing is missing." : "Nothing to fetch.");
    return "nothing";
  }
  const text = costText(cost);
  session.note(text);
  if (cost.requests <= mostUnasked || options.yes) return "agreed";
  if (!isPersonThere(world)) {
    throw new UsageError(
      `${
        countText(cost.requests)
      } requests are more than ${mostUnasked}, and nobody is there to ask. Nothing ` +
        `was fetched. Add --yes to go on, or --max-requests ${mostUnasked} to fetch a part.`,
    );
  }
  if (await isAgreed(world, "Go on? [y/N] ")) return "agreed";
  session.note("Stopped. Nothing was fetched.");
  return "nothing";
}
