import type { PlannedRequest, Remaining, Source } from "../source/source.ts";
import type { Session } from "./session.ts";
import { countText, durationText } from "./terminal/human.ts";

/** What the account's quota still allows; null without credentials. Throws SourceError. */
export async function accountQuota(session: Session): Promise<Remaining | null> {
  if (!session.settings.apiKey) return null;
  const { source } = await session.openSource();
  return await source.remaining(siteListRequest(source, "quota"));
}

/** The request for the list of sites, which the account's quota pays for. */
export function siteListRequest(source: Source, reason: string): PlannedRequest {
  const query = source.queries.find((one) => one.role === "site-list");
  if (!query) throw new Error(`the source ${source.name} has no list of sites`);
  return { query, sites: [], reason, necessity: "due" };
}

/** What is left of the quota, and when more of it frees, as a sentence. */
export function quotaSentence(remaining: Remaining, now: Temporal.Instant): string {
  const left = `${countText(remaining.requests)} of ${countText(remaining.limit)} requests left`;
  if (!remaining.freesAt || remaining.requests >= remaining.limit) return `Quota: ${left}.`;
  const wait = (remaining.freesAt.epochMilliseconds - now.epochMilliseconds) / 1000;
  return wait > 0 ? `Quota: ${left}; more in ${durationText(wait)}.` : `Quota: ${left}.`;
}
