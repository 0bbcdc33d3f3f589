/** A site of the list of sites. */
export interface ListedSite {
  readonly siteId: number;
  readonly name: string | null;
  readonly timeZone: string | null;
  /** Local date and time of its last report. */
  readonly lastUpdate: string | null;
}
