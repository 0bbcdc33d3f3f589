import type { Clock } from "../../model/clock.ts";
import { askedOf } from "../asked.ts";
import type { JsonClient } from "../http/json_client.ts";
import type { PlannedRequest, Source } from "../source.ts";
import { SourceError } from "../source_error.ts";
import { readAnswer } from "../answer/read_answer.ts";
import { endpoints, v1Facts } from "./endpoints.ts";

/** What v1 of SolarEdge's monitoring API needs. */
export interface V1SourceOptions {
  readonly client: JsonClient;
  readonly clock: Pick<Clock, "now">;
  /** Requests in 24 hours, for the account and for each site alike. */
  readonly dailyLimit: number;
}

/** v1 of SolarEdge's monitoring API. */
export function createV1Source({ client, clock, dailyLimit }: V1SourceOptions): Source {
  const byName = new Map(endpoints.map((one) => [one.query.name, one]));

  return {
    ...v1Facts(dailyLimit),
    async fetch(request) {
      const found = byName.get(request.query.name);
      if (!found) {
        const detail = "this source has no such query";
        throw new SourceError({ kind: "rejected", endpoint: request.query.name, detail });
      }
      const path = found.path(request);
      const body = await client.getJson({
        path,
        parameters: found.parameters(request, path),
        charges: request.query.charges(request),
        asked: askedOf(request, "v1"),
        isProbe: request.isProbe,
      });
      return readAnswer(await found.loadParser(), body, {
        request,
        endpoint: path,
        now: clock.now(),
      });
    },
    remaining: (request: PlannedRequest) => client.remaining(request.query.charges(request)),
  };
}
