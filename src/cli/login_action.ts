import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { getLog } from "../logging/log.ts";
import type { Secret } from "../model/secret.ts";
import { SourceError } from "../source/source_error.ts";
import {
  accessMonths,
  authorizeAddress,
  challengeOf,
  randomState,
  randomVerifier,
} from "../source/v2/oauth/authorization.ts";
import {
  type CallbackServer,
  CannotListen,
  listenForCallback,
} from "../source/v2/oauth/callback_server.ts";
import { accessSentence } from "../source/v2/oauth/grant_life.ts";
import type { Grants } from "../source/v2/oauth/grants.ts";
import type { CommandContext } from "./context.ts";
import { UsageError } from "./failure.ts";
import { firstSync } from "./guide.ts";
import {
  type Answer,
  askForSite,
  type Lines,
  linesOf,
  patienceMinutes,
  waitForAnswer,
  wrongCallback,
} from "./login_answer.ts";
import { openGrantClient, openGrants } from "./open_grants.ts";
import { openSession, type Session } from "./session.ts";
import { openInBrowser } from "./terminal/browser.ts";

type Granted = Extract<Answer, { kind: "granted" }>;

/** How a login is to go. */
export interface LoginChoice {
  readonly paste: boolean;
  readonly siteId: number | null;
  readonly browser: boolean;
  /** Whether the link proves who redeems its code, if the server knows how (PKCE). */
  readonly pkce: boolean;
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
  const lines = linesOf(() => world.stdin());
  const { answer, verifier } = await askForAccess(session, context, choice, lines);
  context.hide([answer.code]);
  const siteId = siteOf(answer, choice, settings.siteIds) ??
    await askForSite(
      lines,
      () => note("Site number (in the portal's address or on your installer's paper):"),
      world.interrupted(),
    );
  const grant = await grants.redeem(answer.code, siteId, accessMonths, verifier);
  note(`The login is kept in ${settings.tokenFile}.`);
  const name = await siteName(session, context, grants, siteId, log);
  const site = `site ${siteId}${name ? ` (${name})` : ""}`;
  note(accessSentence(grant, site, world.clock.now()));
  note(`Next: seh sync (about ${firstSync.credits} credits and ${firstSync.minutes} minutes)`);
}

/** What a login brings: the code, and the verifier that its link was made with. */
interface Access {
  readonly answer: Granted;
  readonly verifier: Secret | null;
}

/**
 * Shows the link and waits for the answer. SolarEdge does not say whether it knows PKCE: a page that refuses it
 * gets a link without. Throws SourceError, UsageError.
 */
async function askForAccess(
  session: Session,
  context: CommandContext,
  choice: LoginChoice,
  lines: Lines,
): Promise<Access> {
  for (const verifier of choice.pkce ? [randomVerifier(), null] : [null]) {
    const answer = await oneAnswer(session, context, choice, lines, verifier);
    if (answer.kind === "granted") return { answer, verifier };
    if (verifier !== null && /invalid_request|pkce|challenge/i.test(answer.detail)) {
      session.note("SolarEdge's page did not take this link. Here is another one:");
      continue;
    }
    throw new SourceError({
      kind: "forbidden",
      endpoint: "",
      detail: `SolarEdge's page gave no access: ${answer.detail}`,
      remedy:
        "Run `seh login` again and allow access. Only the owner of a site can allow it; owners of several " +
        "sites need a fleet key instead (seh setup).",
    });
  }
  throw new Error("the last attempt returns or throws");
}

async function oneAnswer(
  session: Session,
  { world }: CommandContext,
  choice: LoginChoice,
  lines: Lines,
  verifier: Secret | null,
): Promise<Answer> {
  const { settings, note } = session;
  const state = randomState();
  const address = authorizeAddress({
    authorizeUrl: settings.oauthAuthorizeUrl,
    redirectUri: settings.oauthRedirectUri,
    clientId: settings.oauthClientId!,
    state,
    challenge: verifier && await challengeOf(verifier),
  });
  await using server = choice.paste ? null : listen(session, state);
  note("Open this link, log in to SolarEdge and allow access to your site:");
  world.stdout.print(`${address}\n`);
  const isOpened = server !== null && choice.browser && await openInBrowser(address, world);
  if (isOpened) note("It opens in your browser now.");
  note(
    server
      ? `Waiting up to ${patienceMinutes} minutes until you have allowed access. If the browser runs on another ` +
        "machine, paste the address from its address bar here afterwards."
      : `Then paste the address from the browser's address bar here, within ${patienceMinutes} minutes:`,
  );
  return await waitForAnswer({
    server,
    lines,
    state,
    siteId: choice.siteId,
    say: note,
    clock: world.clock,
    interrupted: world.interrupted(),
  });
}

/** Listens for the browser, or says why that cannot be and leaves it at pasting. */
function listen(session: Session, state: string): CallbackServer | null {
  const noted = new Set<string>();
  try {
    return listenForCallback({
      redirectUri: session.settings.oauthRedirectUri,
      state,
      onRefused: (why) => {
        if (!noted.has(why)) session.note(wrongCallback[why]);
        noted.add(why);
      },
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
      `--site ${choice.siteId} was given, but you allowed access to site ${answer.siteId}; ` +
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
    { allowance: "minute", amount: settings.apiMinuteLimit, per: "minute" },
    { allowance: "credits", amount: settings.apiMonthlyLimit, per: "billing-month" },
  ] as const;
  await using client = await openGrantClient(settings, world, grants, quota, log);
  try {
    const site = await client.getJson({
      path: `/sites/${siteId}`,
      parameters: {},
      charges: quota.map(({ allowance }) => ({ allowance, amount: 1 })),
    });
    const name = (site as { readonly name?: unknown } | null)?.name;
    return typeof name === "string" && name !== "" ? name : null;
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    const { kind, facts } = error;
    const isRefused = kind === "credentials" || kind === "forbidden" || kind === "unavailable";
    throw new SourceError({
      ...facts,
      detail: `the new login could not be tried: ${facts.detail}`,
      remedy: isRefused
        ? `Is ${siteId} your site? End the access with \`seh logout\` and log in again.`
        : facts.remedy ?? "The login is kept; `seh check-api` tries it again.",
    });
  }
}
