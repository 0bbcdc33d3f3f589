import type { PlannedRequest } from "../source.ts";

/** Sites of one page of the list: the most that the API allows. */
export const sitesPerPage = 1000;

/** Which page of the site list comes next, and which sites the pages before had. */
export interface SiteListPage {
  /** 1 for the first. */
  readonly page: number;
  readonly seen: readonly number[];
}

/** The page that a request for the site list asks for. */
export function siteListPage(request: Pick<PlannedRequest, "page">): SiteListPage {
  return (request.page as SiteListPage | undefined) ?? { page: 1, seen: [] };
}

/** Alerts of one page: the most that the API allows. */
export const alertsPerPage = 100;

/** Which page of the alerts comes next, 1 for the first, and which alerts the pages before had. */
export interface AlertsPage {
  readonly page: number;
  readonly seen: readonly string[];
}

/** The page that a request for alerts asks for. */
export function alertsPage(request: Pick<PlannedRequest, "page">): AlertsPage {
  return (request.page as AlertsPage | undefined) ?? { page: 1, seen: [] };
}
