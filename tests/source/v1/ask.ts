import assert from "node:assert/strict";
import type { SiteFacts } from "../../../src/model/harvest.ts";
import type { Value } from "../../../src/model/table.ts";
import type { TableName } from "../../../src/model/table.ts";
import type { JsonRequest } from "../../../src/source/http/json_client.ts";
import type { Answer, PlannedRequest } from "../../../src/source/source.ts";
import { createV1Source } from "../../../src/source/v1/source.ts";

/** How a test asks; times are wall clock of the site. */
export interface Question {
  readonly zone?: string | null;
  readonly siteIds?: readonly number[];
  /** Start and end of the window: `2026-05-31` or `2026-05-31T14:00`. */
  readonly window?: readonly [start: string, end: string];
  readonly lastUpdate?: string;
  /** Defaults to long after everything. */
  readonly now?: string;
  readonly serial?: string;
  readonly page?: unknown;
}

/** What came of it. */
export interface Reply extends Answer {
  readonly request: JsonRequest;
  /** Rows of a table, each as an object. */
  table(name: TableName): Record<string, Value>[];
  /** Ranges as text: `covered 2026-05-30T22:00:00Z/2026-05-31T22:00:00Z`, with ` of …` a device's. */
  readonly spans: string[];
}

/** A moment from the wall clock of a zone, or from UTC where it ends with Z. */
export function moment(local: string, zone: string): Temporal.Instant {
  if (local.endsWith("Z")) return Temporal.Instant.from(local);
  return Temporal.PlainDateTime.from(local).toZonedDateTime(zone).toInstant();
}

/** Asks the source for one query of a server that answers with this body. */
export async function ask(name: string, body: unknown, question: Question = {}): Promise<Reply> {
  const zone = question.zone === undefined ? "Europe/Berlin" : question.zone;
  const clockZone = zone ?? "UTC";
  const now = moment(question.now ?? "2027-01-01T00:00", clockZone);
  const sent: JsonRequest[] = [];
  const source = createV1Source({
    client: {
      getJson(request) {
        sent.push(request);
        return Promise.resolve(body);
      },
      remaining: () => Promise.resolve({ requests: 300, limit: 300, freesAt: null }),
      sent: 0,
    },
    clock: { now: () => now },
    dailyLimit: 300,
  });
  const query = source.queries.find((one) => one.name === name);
  assert.ok(query, `no query ${name}`);
  const sites = query.scope === "account" ? [] : (question.siteIds ?? [1]).map((siteId) =>
    ({
      siteId,
      name: null,
      timeZone: zone,
      lastUpdateLabel: null,
      lastUpdate: question.lastUpdate ? moment(question.lastUpdate, clockZone) : null,
      firstDay: null,
      lastSeen: now,
    }) satisfies SiteFacts
  );
  const serialNumber = question.serial ?? "7F000001-11";
  const [start, end] = question.window ?? ["2026-05-31", "2026-06-01"];
  const request: PlannedRequest = {
    query,
    sites,
    reason: "asked-for",
    necessity: "due",
    ...(question.page === undefined ? {} : { page: question.page }),
    ...(query.axis
      ? { window: { start: moment(start, clockZone), end: moment(end, clockZone) } }
      : {}),
    ...(query.scope === "device"
      ? {
        device: {
          siteId: 1,
          deviceKey: serialNumber,
          serialNumber,
          category: "inverter",
          lastSeen: now,
        },
      }
      : {}),
  };
  const answer = await source.fetch(request);
  return {
    ...answer,
    request: sent[0]!,
    table: (table) =>
      answer.rows.filter((one) => one.table === table).flatMap(({ columns, rows }) =>
        rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]!])))
      ),
    spans: answer.ranges.map(({ state, interval, deviceKey }) =>
      `${state} ${interval.start}/${interval.end}${deviceKey && ` of ${deviceKey}`}`
    ),
  };
}
