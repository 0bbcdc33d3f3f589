import type { SiteFacts } from "../model/harvest.ts";
import type { Remaining } from "../source/source.ts";
import type { Session } from "./session.ts";
import { siteListRequest } from "./site_list.ts";
import { countText, durationText } from "./terminal/human.ts";

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
  return `${line}\nQuota of the site with the least: ${leftText(site, now)}.`;
}

/** What is left of the quota, and when more of it frees, as a sentence. */
export function quotaSentence(remaining: Remaining, now: Temporal.Instant): string {
  return `Quota: ${leftText(remaining, now)}.`;
}

function leftText({ requests, limit, freesAt }: Remaining, now: Temporal.Instant): string {
  const left = `${countText(requests)} of ${countText(limit)} requests left`;
  if (!freesAt || requests >= limit) return left;
  const wait = (freesAt.epochMilliseconds - now.epochMilliseconds) / 1000;
  return wait > 0 ? `${left}; more in ${durationText(wait)}` : left;
}
