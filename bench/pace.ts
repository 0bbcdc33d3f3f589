/** The pace that the engine itself would work out now, for benches that hold its promises against it. */
import { dataTypes } from "../src/model/data_type.ts";
import { epochOf } from "../src/model/coverage.ts";
import type { JsonClient } from "../src/source/http/json_client.ts";
import type { Remaining, Source } from "../src/source/source.ts";
import { createV1Source } from "../src/source/v1/source.ts";
import { createV2Source } from "../src/source/v2/source.ts";
import { arrange } from "../src/sync/knowledge.ts";
import type { Pace } from "../src/sync/pacing.ts";
import { type Rules, rulesFor } from "../src/sync/rules.ts";
import type { Wanted } from "../src/sync/wanted.ts";
import type { Database } from "../src/database/database.ts";

/** Nothing is sent through it: of a source only its facts are needed. */
const offline: JsonClient = {
  sent: 0,
  getJson: () => Promise.reject(new Error("nothing is sent here")),
  remaining: () => Promise.reject(new Error("nothing is sent here")),
};

/** v1 and v2, without a connection. */
export const sources = {
  v1: createV1Source({ client: offline, clock: { now: noTime }, dailyLimit: 300 }),
  v2: createV2Source({
    client: offline,
    clock: { now: noTime },
    limits: { monthly: 2000, minute: 10 },
    access: "fleet",
  }),
} as const satisfies Record<string, Source>;

/** What a user who names no options chooses. */
export const plainChoice: Wanted = {
  depth: "recent",
  siteIds: null,
  dataTypes: new Set(dataTypes),
  range: null,
  lookbackDays: { energy: 365, power: 7 },
  overlapMinutes: 15,
  spareQuota: "spend",
};

/** The rules that hold for a database at a moment; `creditsLeft` of a month of v2. */
export async function rulesAt(
  database: Pick<Database, "known">,
  source: Source,
  { now, wanted, creditsLeft }: {
    readonly now: Temporal.Instant;
    readonly wanted: Wanted;
    readonly creditsLeft?: number;
  },
): Promise<Rules> {
  const left = new Map<string, Remaining>();
  if (creditsLeft !== undefined) {
    const month = now.toZonedDateTimeISO("UTC").with({ day: 1 }).startOfDay();
    left.set("credits", {
      requests: creditsLeft,
      limit: 2000,
      freesAt: null,
      resetsAt: month.add({ months: 1 }).toInstant(),
    });
  }
  return rulesFor({
    knowledge: arrange(await database.known(), epochOf(now)),
    source,
    wanted,
    now: epochOf(now),
    left,
    cadence: 1,
    widths: new Map(),
  });
}

/** Requests for history that the scarcest allowance has on a day. */
export function historyShare({ shares }: Pace): number {
  return Math.min(
    ...[...shares.values()].map((one) => one.historyPerDay).filter((one) => one > 0),
  );
}

function noTime(): Temporal.Instant {
  throw new Error("nothing is asked here");
}
