import { z } from "zod";
import type { DeviceFacts, SiteFacts } from "../model/harvest.ts";
import type { PlannedRequest, Query } from "../source/source.ts";

const instant = z.string().transform((text) => Temporal.Instant.from(text));
const text = z.string().nullable();

const site = z.object({
  siteId: z.number(),
  name: text,
  timeZone: text,
  lastUpdateLabel: text,
  lastUpdate: instant.nullable(),
  firstDay: z.string().transform((one) => Temporal.PlainDate.from(one)).nullable(),
  lastSeen: instant,
  shareFactor: z.literal([1, 100]).optional(),
});

const device = z.object({
  siteId: z.number(),
  deviceKey: z.string(),
  serialNumber: z.string(),
  category: text,
  lastSeen: instant,
});

const line = z.object({
  v: z.literal(1),
  at: instant,
  endpoint: z.string(),
  status: z.number(),
  asked: z.object({
    source: z.string(),
    query: z.string(),
    sites: z.array(site),
    device: device.optional(),
    window: z.object({ start: instant, end: instant }).optional(),
    page: z.unknown().optional(),
  }),
  body: z.string(),
});

/** A line of the archive, read. */
export interface ArchivedAnswer {
  readonly at: Temporal.Instant;
  readonly endpoint: string;
  readonly status: number;
  readonly source: string;
  readonly query: string;
  readonly sites: readonly SiteFacts[];
  readonly device?: DeviceFacts;
  readonly window?: { readonly start: Temporal.Instant; readonly end: Temporal.Instant };
  readonly page?: unknown;
  readonly body: string;
}

/** Reads a line. Throws where it is none. */
export function readLine(json: string): ArchivedAnswer {
  const { asked, at, endpoint, status, body } = line.parse(JSON.parse(json));
  return { at, endpoint, status, body, ...asked };
}

/** The request as the engine had planned it. */
export function requestOf(answer: ArchivedAnswer, query: Query): PlannedRequest {
  const { sites, device, window, page } = answer;
  return {
    query,
    sites,
    ...(device ? { device } : {}),
    ...(window ? { window } : {}),
    reason: "asked-for",
    necessity: "due",
    ...(page === undefined ? {} : { page }),
  };
}
