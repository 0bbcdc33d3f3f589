import type { ImportDevice, ImportMeter } from "../event.ts";

/** What is known of the site that a file belongs to. */
export interface SiteOfFile {
  readonly siteId: number;
  readonly name: string | null;
  readonly devices: readonly ImportDevice[];
  readonly meters: readonly ImportMeter[];
  /** The device that a person has named for this file. */
  readonly serial: string | null;
}
