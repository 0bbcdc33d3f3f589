import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { grantsIn, revokeGrant } from "../source/v2/oauth/grants.ts";
import type { CommandContext } from "./context.ts";
import { UsageError } from "./failure.ts";
import { tokenFiles, tokenServer } from "./open_grants.ts";
import { openSession } from "./session.ts";

/** Revokes and deletes the grants for the sites, null for all. Throws UsageError and SourceError. */
export async function logout(
  context: CommandContext,
  command: CommandUnknownOpts,
  sites: readonly number[] | null,
): Promise<void> {
  await using session = await openSession(context, command);
  const { settings, note } = session;
  const { tokenFile, spareFolder } = tokenFiles(settings);
  const granted = (await grantsIn(tokenFile, spareFolder)).map((one) => one.siteId);
  const strangers = (sites ?? []).filter((one) => !granted.includes(one));
  if (strangers.length > 0) {
    const there = granted.length > 0
      ? `there are logins for ${granted.join(", ")}`
      : "there is none";
    throw new UsageError(`no login for site ${strangers.join(", ")} is in ${tokenFile}; ${there}`);
  }
  if (granted.length === 0) note(`No login is in ${tokenFile}; nothing to end.`);
  const server = tokenServer(settings, context.world);
  for (const siteId of sites ?? granted) {
    const wasKnown = await revokeGrant(
      { tokenFile, spareFolder, hide: context.hide, ...server },
      siteId,
    );
    note(
      wasKnown
        ? `seh may no longer read site ${siteId}: the access is ended and its tokens are deleted.`
        : `The tokens of site ${siteId} are deleted; SolarEdge did not know the access any more.`,
    );
  }
}
