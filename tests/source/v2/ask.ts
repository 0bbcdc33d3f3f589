import assert from "node:assert/strict";
import type { SiteFacts } from "../../../src/model/harvest.ts";
import type { TableName, Value } from "../../../src/model/table.ts";
import type { JsonRequest } from "../../../src/source/http/json_client.ts";
import type { Parser } from "../../../src/source/answer/answer_body.ts";
import { readAnswer } from "../../../src/source/answer/read_answer.ts";
import type { Answer, PlannedRequest, Query, Source } from "../../../src/source/source.ts";
import { createV2Source } from "../../../src/source/v2/source.ts";

/** How a test asks; times are wall clock of the site. */
export interface Question {
  readonly zone?: string;
  /** What the server said of the zone, where it is not that of the test's wall clocks. */
  readonly siteZone?: string | null;
  /** Start and end of the window: `2026-05-31` or `2026-05-31T14:00`. */
  readonly window?: readonly [start: string, end: string];
  readonly lastUpdate?: string;
  readonly firstDay?: string;
  /** Defaults to long after everything. */
  readonly now?: string;
  readonly page?: unknown;
  /** Sites of grants; without them a fleet's key. */
  readonly granted?: readonly number[];
}

/** What came of it. */
export interface Reply extends Answer {
  readonly request: JsonRequest;
  /** Rows of a table, each as an object. */
  table(name: TableName): Record<string, Value>[];
  /** Ranges as text: `covered 2026-05-30T22:00:00Z/2026-05-31T22:00:00Z`, with ` of …` a device's. */
  readonly spans: string[];
}

/** A source of a server that answers with what `answer` gives. */
export function sourceOf(
  answer: (request: JsonRequest) => unknown,
  { now = Temporal.Instant.from("2026-06-01T00:00:00Z"), granted }: {
    now?: Temporal.Instant;
    granted?: readonly number[];
  } = {},
): Source {
  return createV2Source({
    client: {
      getJson: (request) => Promise.try(answer, request),
      remaining: () => Promise.resolve({ requests: 7, limit: 10, freesAt: null }),
      sent: 0,
    },
    clock: { now: () => now },
    limits: { monthly: 2000, minute: 10 },
    access: granted ? "site" : "fleet",
    grantedSites: granted,
  });
}

/** Asks the source for one query of a server that answers with this body. */
export async function ask(name: string, body: unknown, question: Question = {}): Promise<Reply> {
  const { now, requestFor } = asked(question);
  const sent: JsonRequest[] = [];
  const source = sourceOf((request) => {
    sent.push(request);
    return body;
  }, { now, granted: question.granted });
  const query = source.queries.find((one) => one.name === name);
  assert.ok(query, `no query ${name}`);
  const answer = await source.fetch(requestFor(query));
  return { ...answer, request: sent.at(-1)!, ...shown(answer) };
}

/** What a parser makes of a body, whether or not there is a query for it. */
export function parsed(parse: Parser, body: unknown, question: Question = {}) {
  const { now, requestFor } = asked(question);
  const query: Query = {
    name: "a test",
    dataType: "energy",
    fills: [],
    series: "a test",
    scope: "site",
    maxSites: 1,
    leastDays: 1,
    tier: 1,
    axis: { bucket: "day", ladder: null, lookback: "energy", keeps: "whole" },
    charges: () => [],
  };
  const answer = readAnswer(parse, body, { request: requestFor(query), endpoint: "/a/test", now });
  return { ...answer, ...shown(answer) };
}

function shown(answer: Answer): Pick<Reply, "table" | "spans"> {
  return {
    table: (table) =>
      answer.rows.filter((one) => one.table === table).flatMap(({ columns, rows }) =>
        rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]!])))
      ),
    spans: answer.ranges.map(({ state, interval, deviceKey }) =>
      `${state} ${interval.start}/${interval.end}${deviceKey && ` of ${deviceKey}`}`
    ),
  };
}

/** When a question is asked, and its request for a query. */
function asked(question: Question) {
  const zone = question.zone ?? "Europe/Berlin";
  const moment = (local: string) =>
    Temporal.PlainDateTime.from(local).toZonedDateTime(zone).toInstant();
  const now = moment(question.now ?? "2027-01-01T00:00");
  const site: SiteFacts = {
    siteId: 1,
    name: null,
    timeZone: question.siteZone === undefined ? zone : question.siteZone,
    lastUpdateLabel: null,
    lastUpdate: question.lastUpdate ? moment(question.lastUpdate) : null,
    firstDay: question.firstDay ? Temporal.PlainDate.from(question.firstDay) : null,
    lastSeen: now,
  };
  const [start, end] = question.window ?? ["2026-05-31", "2026-06-01"];
  const requestFor = (query: Query): PlannedRequest => ({
    query,
    sites: query.scope === "account" ? [] : [site],
    reason: "asked-for",
    necessity: "due",
    ...(question.page === undefined ? {} : { page: question.page }),
    ...(query.axis ? { window: { start: moment(start!), end: moment(end!) } } : {}),
  });
  return { now, requestFor };
}

/** A body of site energy, site power or another series of single values. */
export function series(
  unit: string,
  resolution: string,
  values: readonly (readonly [timestamp: string, value: unknown])[],
) {
  return {
    period: { from: "2026-05-31T00:00:00+02:00", to: "2026-05-31T17:05:45.016061916+02:00" },
    unit,
    resolution,
    values: values.map(([timestamp, value]) => ({ timestamp, value })),
  };
}
