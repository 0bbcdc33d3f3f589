import { compareInstants } from "../../model/interval.ts";
import type { Settings } from "../../settings/settings.ts";
import type { Exchange } from "../../source/http/transport.ts";
import type { Remaining } from "../../source/source.ts";
import { StateFileError } from "../../source/http/state_file.ts";
import { SourceError } from "../../source/source_error.ts";
import { accessSentence, remainingLife, type SiteGrant } from "../../source/v2/oauth/grant_life.ts";
import { grantsIn } from "../../source/v2/oauth/grants.ts";
import { quotaOwner } from "../../source/http/quota_owner.ts";
import { quotaSentence } from "../account_quota.ts";
import { unknownSite } from "../check_api_action.ts";
import type { CommandContext } from "../context.ts";
import { rememberCredentialKind } from "../credential_kind.ts";
import { sourceTrouble } from "../failure.ts";
import { tokenFiles } from "../open_grants.ts";
import { openSource } from "../open_source.ts";
import { siteListRequest } from "../site_list.ts";
import { chosenCredentialKind } from "../source_facts.ts";
import { about, type Finding } from "./finding.ts";

/** What was learned about the way to SolarEdge. */
export interface AccessFindings {
  readonly findings: readonly Finding[];
  /** What the answer to the one request said of its own time; null: nothing was asked or it did not say. */
  readonly serverDate: string | null;
}

const access = about("access");
const quota = about("quota");

/** Whether seh may read, for how long, and what is left of the quota; sends one request at most, and none offline. */
export async function examineAccess(
  settings: Settings,
  context: CommandContext,
  { offline }: { readonly offline: boolean },
): Promise<AccessFindings> {
  const now = context.world.clock.now();
  const kind = await chosenCredentialKind(settings);
  const isLogin = kind === "second with a login" && settings.oauthClientId !== null;
  if (!isLogin && !settings.apiKey) {
    const finding = access.wrong("seh has no access to SolarEdge yet.", "Run: seh setup");
    return { findings: [finding], serverDate: null };
  }
  const grants = isLogin ? await examineGrants(settings, now) : null;
  const findings: Finding[] = grants ? [...grants.findings] : [];
  if (grants && grants.siteIds.length === 0) return { findings, serverDate: null };
  const isUntried = kind === null;
  if (isUntried && offline) {
    const text = "SolarEdge has not accepted the key so far. It was not tried (--offline).";
    return { findings: [access.warning(text, "Run: seh check-api")], serverDate: null };
  }
  let serverDate: string | null = null;
  const onRequest = (exchange: Exchange) => void (serverDate = exchange.serverDate);
  try {
    // A doctor who tries again and again costs more than the answer is worth.
    const once: Settings = {
      ...settings,
      maxRetries: 0,
      // Of a key that was never accepted today's API is asked: the old one is off.
      ...isUntried ? { apiVersion: "2" } : {},
    };
    await using opened = await openSource(once, context, () => {}, { mayAsk: false, onRequest });
    const list = siteListRequest(opened.source);
    if (!offline) {
      const query = opened.source.queries.find((one) => one.role === "last-update");
      await opened.source.fetch(
        grants && query ? { ...list, query, sites: [unknownSite(grants.siteIds[0])] } : list,
      );
      findings.push(access.ok("SolarEdge accepted the access."));
      if (isUntried) await rememberAccepted(settings);
    } else if (!grants) findings.push(access.ok("A key is set. It was not tried (--offline)."));
    findings.push(quotaFinding(await opened.source.remaining(list), now));
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    findings.push(refusal(error));
  }
  return { findings, serverDate };
}

/** The next run need not find out again; where nothing can be written, it will. */
async function rememberAccepted(settings: Settings): Promise<void> {
  if (!settings.apiKey) return;
  try {
    const owner = await quotaOwner(settings.apiKey);
    await rememberCredentialKind(settings, owner, "second with a key");
  } catch (error) {
    if (!(error instanceof StateFileError)) throw error;
  }
}

async function examineGrants(
  settings: Settings,
  now: Temporal.Instant,
): Promise<{ findings: Finding[]; siteIds: number[] }> {
  const { tokenFile, spareFolder } = tokenFiles(settings);
  try {
    const grants = await grantsIn(tokenFile, spareFolder);
    if (grants.length === 0) {
      return { findings: [access.wrong("You are not logged in.", "Run: seh login")], siteIds: [] };
    }
    const alive = grants.filter((one) =>
      one.refusedAt === null && remainingLife(one, now).sign > 0
    );
    return {
      findings: grants.map((one) => grantFinding(one, now)),
      siteIds: alive.map((one) => one.siteId),
    };
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return { findings: [refusal(error)], siteIds: [] };
  }
}

/** So many days before a login ends the doctor warns of it. */
const soonDays = 14;

function grantFinding(grant: SiteGrant, now: Temporal.Instant): Finding {
  const sentence = accessSentence(grant, `site ${grant.siteId}`, now);
  const days = remainingLife(grant, now).total("hours") / 24;
  if (grant.refusedAt !== null || days <= 0) {
    const [text, cure] = sentence.split(" Run: ");
    return access.wrong(text, `Run: ${cure ?? "seh login"}`);
  }
  if (days > soonDays) return access.ok(sentence);
  return compareInstants(grant.idleEndsAt, grant.endsAt) < 0
    ? access.warning(sentence, "Run: seh sync. Each run makes the login last longer.")
    : access.warning(sentence, "Run: seh login");
}

function quotaFinding(left: Remaining, now: Temporal.Instant): Finding {
  const sentence = quotaSentence(left, now);
  return left.requests > 0
    ? quota.ok(sentence)
    : quota.warning(sentence, "Wait: the next runs go on by themselves. Nothing is lost.");
}

/** A refusal of the server or the network in two parts: what happened, what to do. */
function refusal(error: SourceError): Finding {
  const { happened, remedy } = sourceTrouble(error);
  return error.kind === "quota"
    ? quota.warning(happened, "Wait: nothing is lost.")
    : access.wrong(happened, remedy);
}
