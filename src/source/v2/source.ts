import type { Clock } from "../../model/clock.ts";
import { askedOf } from "../asked.ts";
import type { JsonClient } from "../http/json_client.ts";
import type { PlannedRequest, Source } from "../source.ts";
import { SourceError } from "../source_error.ts";
import { readAnswer } from "../answer/read_answer.ts";
import { endpoints, v2Facts } from "./endpoints.ts";
import { chargesOfMonth, type Limits } from "./limits.ts";
import { listOfGrants } from "./site_attributes.ts";
import { withAnyZone, withZoneOfStamps } from "./zone_of_stamps.ts";

/** What v2 of SolarEdge's monitoring API needs. */
export interface V2SourceOptions {
  /** Its base address ends with `/v2`. */
  readonly client: JsonClient;
  readonly clock: Pick<Clock, "now">;
  readonly limits: Limits;
  /** `fleet`: an API key, which lists its sites; `site`: grants of single sites. */
  readonly access: "fleet" | "site";
  /** For access `site`: the sites of the grants, which are their list. */
  readonly grantedSites?: readonly number[];
}

/** v2 of SolarEdge's monitoring API; remembers nothing between two requests. */
export function createV2Source(options: V2SourceOptions): Source {
  const { client, clock, limits, access, grantedSites = [] } = options;
  const byName = new Map(endpoints(access).map((one) => [one.query.name, one]));

  return {
    ...v2Facts(access, limits),
    async fetch(request) {
      const found = byName.get(request.query.name);
      if (!found) {
        const detail = "this source has no such query";
        throw new SourceError({ kind: "rejected", endpoint: request.query.name, detail });
      }
      if (access === "site" && grantedSites.length === 0) {
        const detail = "you are not logged in";
        throw new SourceError({ kind: "credentials", endpoint: request.query.name, detail });
      }
      if (found.isKnownHere) return listOfGrants(grantedSites);
      const path = found.path(request);
      const asking = client.getJson({
        path,
        parameters: found.parameters(withAnyZone(request), path, clock.now()),
        charges: request.query.charges(request),
        asked: askedOf(request, `v2 ${access}`),
        isProbe: request.isProbe,
      });
      const body = await (access === "site" ? ofGrant(asking, request) : asking);
      return readAnswer(await found.loadParser(), body, {
        request: withZoneOfStamps(request, body),
        endpoint: path,
        now: clock.now(),
      });
    },
    // Every call costs the same.
    remaining: () => client.remaining(chargesOfMonth),
  };
}

/** A refusal of an access token by the API is about the site of its grant alone. */
async function ofGrant(asking: Promise<unknown>, { sites }: PlannedRequest): Promise<unknown> {
  try {
    return await asking;
  } catch (error) {
    const isAnswer = error instanceof SourceError && error.kind === "credentials" &&
      error.facts.endpoint.startsWith("/sites/");
    throw isAnswer ? new SourceError({ ...error.facts, siteId: sites[0]?.siteId }) : error;
  }
}
