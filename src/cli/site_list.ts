import type { PlannedRequest, Source } from "../source/source.ts";

/** The request for the list of sites, which the account's quota pays for. */
export function siteListRequest(source: Source): PlannedRequest {
  const query = source.queries.find((one) => one.role === "site-list");
  if (!query) throw new Error(`the source ${source.name} has no list of sites`);
  return { query, sites: [], reason: "asked-for", necessity: "due" };
}
