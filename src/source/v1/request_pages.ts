import type { PlannedRequest } from "../source.ts";

/** Sites of one page of the list: the most that the API allows. */
export const sitesPerPage = 100;

/** Where the next page of the site list begins, and which sites the pages before had. */
export interface SiteListPage {
  readonly startIndex: number;
  readonly seen: readonly number[];
}

/** The page that a request for the site list asks for. */
export function siteListPage(request: Pick<PlannedRequest, "page">): SiteListPage {
  return (request.page as SiteListPage | undefined) ?? { startIndex: 0, seen: [] };
}
