import type { SiteFacts } from "../model/harvest.ts";
import type { Remaining } from "../source/source.ts";
import type { Session } from "./session.ts";
import { siteListRequest } from "./site_list.ts";
import { countText, durationText, waitText } from "./terminal/human.ts";

/** What the quota still allows. */
export interface QuotaLeft {
  readonly account: Remaining;
  /** The least that one of the sites has left; null: they draw on the account's. */
  readonly site: Remaining | null;
}

/** What is left for the account and for these sites; null without credentials. Throws SourceError. */
export async function quotaLeft(
  session: Session,
  sites: readonly SiteFacts[],
): Promise<QuotaLeft | null> {
  const { apiKey, oauthClientId } = session.settings;
  if (!apiKey && !oauthClientId) return null;
  const { source } = await session.openSource({ mayAsk: false });
  const account = await source.remaining(siteListRequest(source));
  const query = source.queries.find((one) => one.role === "last-update");
  if (!query || sites.length === 0) return { account, site: null };
  const site = await source.remaining({ query, sites, reason: "rhythm", necessity: "due" });
  return { account, site: site.limit === account.limit ? site : null };
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
