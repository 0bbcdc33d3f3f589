import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { getLog } from "../logging/log.ts";
import { SourceError } from "../source/source_error.ts";
import { accessMonths, authorizeAddress, randomState } from "../source/v2/oauth/authorization.ts";
import {
  type CallbackServer,
  CannotListen,
  listenForCallback,
} from "../source/v2/oauth/callback_server.ts";
import { grantSentence } from "../source/v2/oauth/grant_life.ts";
import type { Grants } from "../source/v2/oauth/grants.ts";
import type { CommandContext } from "./context.ts";
import { UsageError } from "./failure.ts";
import {
  askForSite,
  type Granted,
  linesOf,
  patienceMinutes,
  waitForAnswer,
} from "./login_answer.ts";
import { openGrantClient, openGrants } from "./open_grants.ts";
import { openSession, type Session } from "./session.ts";
import { openInBrowser } from "./terminal/browser.ts";

/** How a login is to go. */
export interface LoginChoice {
  readonly paste: boolean;
  readonly siteId: number | null;
  readonly browser: boolean;
}

/** Leads the person through the grant, keeps it and tries it. Throws SettingsError, UsageError, SourceError. */
export async function login(
  context: CommandContext,
  command: CommandUnknownOpts,
  choice: LoginChoice,
): Promise<void> {
  const { world } = context;
  await using session = await openSession(context, command);
  const { settings, note } = session;
  const httpLog = getLog("http");
  const log = (level: "warning" | "debug", text: string) => httpLog[level](text);
  const grants = await openGrants(settings, context, log);
  const state = randomState();
  const address = authorizeAddress({
    authorizeUrl: settings.oauthAuthorizeUrl,
    redirectUri: settings.oauthRedirectUri,
    clientId: settings.oauthClientId!,
    state,
  });
  await using server = choice.paste ? null : listen(session, state);
  note("Open this address in a browser and grant access to one site:");
  world.stdout.print(`${address}\n`);
  if (server && choice.browser) await openInBrowser(address, world);
  note(
    server
      ? `Waiting ${patienceMinutes} minutes for the browser. If it runs on another machine, paste the ` +
        "address of the page it ends on here."
      : `Within ${patienceMinutes} minutes paste the address of the page it ends on here.`,
  );
  const lines = linesOf(() => Deno.stdin.readable);
  const { clock } = world;
  const answer = await waitForAnswer({
    server,
    lines,
    state,
    clock,
    interrupted: world.interrupted(),
  });
  context.hide([answer.code]);
  if (answer.stateMissing && answer.siteId !== null) {
    note("The answer did not repeat the state of this login; it is taken because it names a site.");
  }
  const siteId = siteOf(answer, choice, settings.siteIds) ??
    await askForSite(lines, () => note("For which site is this code? Its number:"));
  const grant = await grants.redeem(answer.code, siteId, accessMonths);
  note(`The grant is kept in ${settings.tokenFile}.`);
  const name = await siteName(session, context, grants, siteId, log);
  note(
    `seh can read site ${siteId}${name ? ` (${name})` : ""} ${grantSentence(grant, clock.now())}.`,
  );
}

/** Listens for the browser, or says why that cannot be and leaves it at pasting. */
function listen(session: Session, state: string): CallbackServer | null {
  try {
    return listenForCallback({
      redirectUri: session.settings.oauthRedirectUri,
      state,
      onRefused: (detail) => session.note(`An answer was refused: ${detail}. Still waiting.`),
    });
  } catch (error) {
    if (!(error instanceof CannotListen)) throw error;
    session.note(`${error.message}; the browser's answer must be pasted.`);
    return null;
  }
}

/** The site that is granted; null where neither the answer nor the person has said. Throws UsageError. */
function siteOf(
  answer: Granted,
  choice: LoginChoice,
  configured: readonly number[] | null,
): number | null {
  if (answer.siteId === null) {
    return choice.siteId ?? (configured?.length === 1 ? configured[0] : null);
  }
  if (choice.siteId !== null && choice.siteId !== answer.siteId) {
    throw new UsageError(
      `--site ${choice.siteId} was given, but access was granted to site ${answer.siteId}; ` +
        "nothing is kept. Run `seh login` again",
    );
  }
  return answer.siteId;
}

/** Tries the grant with one request. Throws SourceError. */
async function siteName(
  session: Session,
  { world }: CommandContext,
  grants: Grants,
  siteId: number,
  log: (level: "warning" | "debug", text: string) => void,
): Promise<string | null> {
  const { settings } = session;
  const quota = [
    { bucket: "minute", amount: settings.apiMinuteLimit, per: "minute" },
    { bucket: "credits", amount: settings.apiMonthlyLimit, per: "billing-month" },
  ] as const;
  await using client = await openGrantClient(settings, world, grants, quota, log);
  try {
    const site = await client.getJson({
      path: `/sites/${siteId}`,
      parameters: {},
      charges: quota.map(({ bucket }) => ({ bucket, amount: 1 })),
    });
    const name = (site as { readonly name?: unknown } | null)?.name;
    return typeof name === "string" && name !== "" ? name : null;
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    const { kind, facts } = error;
    const isRefused = kind === "credentials" || kind === "forbidden" || kind === "unavailable";
    throw new SourceError({
      ...facts,
      detail: `the new grant could not be tried: ${facts.detail}`,
      remedy: isRefused
        ? `Is ${siteId} the site you granted? End the grant with \`seh logout\` and log in again.`
        : facts.remedy ?? "The grant is kept; `seh check-api` tries it again.",
    });
  }
}
