import type { Clock } from "../model/clock.ts";
import type { JsonClient } from "../source/http/json_client.ts";
import { parseLeniently } from "../source/http/lenient_json.ts";
import type { Answer, Source } from "../source/source.ts";
import { createV1Source } from "../source/v1/source.ts";
import { createV2Source } from "../source/v2/source.ts";
import { type ArchivedAnswer, requestOf } from "./line.ts";

/** Sources that read what is in the archive instead of asking anybody. */
export interface Replay {
  /** The time at which the answer came that is being read. */
  readonly clock: Pick<Clock, "now">;
  /** The source that the answer came from; null: none of today. It has no quota: nothing is spent. */
  sourceOf(answer: ArchivedAnswer): Source | null;
  /** Reads an answer as it was read when it came. Throws SourceError, or SyntaxError for what is no JSON. */
  read(answer: ArchivedAnswer, source: Source): Promise<Answer>;
}

/** Makes the sources; each remembers nothing between two answers. */
export function createReplay(): Replay {
  let current: ArchivedAnswer | null = null;
  const clock = { now: () => current!.at };
  const client: JsonClient = {
    getJson: () => Promise.resolve(parseLeniently(current!.body).json),
    remaining: () => Promise.reject(new Error("nothing is asked, so there is no quota")),
    sent: 0,
  };
  const limits = { monthly: 0, minute: 0 };
  const made: Readonly<Record<string, (siteIds: readonly number[]) => Source>> = {
    "v1": () => createV1Source({ client, clock, dailyLimit: 0 }),
    "v2 fleet": () => createV2Source({ client, clock, limits, access: "fleet" }),
    "v2 site": (grantedSites) =>
      createV2Source({ client, clock, limits, access: "site", grantedSites }),
  };
  return {
    clock,
    sourceOf({ source, sites }) {
      if (!Object.hasOwn(made, source)) return null;
      return { ...made[source](sites.map((one) => one.siteId)), quota: [] };
    },
    read(answer, source) {
      current = answer;
      const query = source.queries.find((one) => one.name === answer.query)!;
      return source.fetch(requestOf(answer, query));
    },
  };
}
