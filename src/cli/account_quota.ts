import { getLog } from "../logging/log.ts";
import type { Clock } from "../model/clock.ts";
import type { SiteFacts } from "../model/harvest.ts";
import { Secret } from "../model/secret.ts";
import type { Settings } from "../settings/settings.ts";
import { quotaOwner } from "../source/http/quota_owner.ts";
import type { Remaining, Role } from "../source/source.ts";
import { chargesOfMonth } from "../source/v2/limits.ts";
import { chosenCredentialKind, factsOf } from "./source_facts.ts";
import { countText, durationText, waitText } from "./terminal/human.ts";

/** What the quota still allows. */
export interface QuotaLeft {
  readonly account: Remaining;
  /** The least that one of the sites has left; null: they draw on the account's. */
  readonly site: Remaining | null;
}

/**
 * What is left for the account and for these sites; null without credentials, in words where it is not known. No
 * request is sent, and nothing is loaded that could send one.
 */
export async function quotaLeft(
  { settings, clock }: { readonly settings: Settings; readonly clock: Clock },
  sites: readonly SiteFacts[],
): Promise<QuotaLeft | string | null> {
  const { apiKey, oauthClientId } = settings;
  if (!apiKey && !oauthClientId) return null;
  const kind = await chosenCredentialKind(settings);
  if (kind === null) {
    return "SolarEdge has not accepted SEH_API_KEY yet. To test the key, run: seh check-api";
  }
  const { quota: windows, queries } = await factsOf(kind, settings);
  const { openQuota } = await import("../source/http/quota.ts");
  const { StateFileError } = await import("../source/http/state_file.ts");
  const credential = kind === "second with a login" ? new Secret(oauthClientId ?? "") : apiKey!;
  const quota = openQuota({
    path: settings.quotaFile,
    owner: await quotaOwner(credential),
    windows,
    billingDay: settings.apiBillingDay,
    clock,
    onDamage: (text) => getLog("quota").warning(text),
  });
  const left = (role: Role, of: readonly SiteFacts[]) =>
    quota.remaining(
      kind === "first"
        ? queries.find((one) => one.role === role)!.charges({ sites: of })
        : chargesOfMonth,
    );
  try {
    const account = await left("site-list", []);
    if (sites.length === 0) return { account, site: null };
    const site = await left("last-update", sites);
    return { account, site: site.limit === account.limit ? site : null };
  } catch (error) {
    if (error instanceof StateFileError) return `requests cannot be counted: ${error.message}`;
    throw error;
  }
}

/** `quotaLeft` as a line, or two where a site has less left than the account. */
export function quotaLeftText({ account, site }: QuotaLeft, now: Temporal.Instant): string {
  const line = quotaSentence(account, now);
  if (!site || site.requests >= account.requests) return line;
  return `${line}\nThe site with the fewest left has ${countText(site.requests)} of ${
    countText(site.limit)
  }.`;
}

/** What is left of the quota, and when there is more, in a sentence. A quota that ends at a time of its own is a month's. */
export function quotaSentence(
  { requests, limit, freesAt, resetsAt }: Remaining,
  now: Temporal.Instant,
): string {
  const [left, all] = [countText(requests), countText(limit)];
  if (resetsAt) {
    const next = `the next month begins in ${waitText(secondsUntil(resetsAt, now))}`;
    return `${left} of this month's ${all} credits are left; ${next}.`;
  }
  const line = `${left} of the ${all} requests in 24 hours are left`;
  const wait = freesAt ? secondsUntil(freesAt, now) : 0;
  return requests < limit && wait > 0 ? `${line}; more in ${durationText(wait)}.` : `${line}.`;
}

function secondsUntil(then: Temporal.Instant, now: Temporal.Instant): number {
  return (then.epochMilliseconds - now.epochMilliseconds) / 1000;
}
