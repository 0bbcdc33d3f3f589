import { join } from "node:path";
import type { Clock } from "../../../src/model/clock.ts";
import { Secret } from "../../../src/model/secret.ts";
import { createJsonClient } from "../../../src/source/http/client.ts";
import { createGrants, type Grants } from "../../../src/source/v2/oauth/grants.ts";
import { keepGrant } from "../../support/have_grant.ts";
import type { TokenServer } from "./token_server.ts";

/** What a process of a homeowner needs. */
export interface Homeowner {
  readonly origin: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly tokenFile: string;
  readonly spareFolder?: string;
  readonly clock: Clock;
  readonly hide?: (secrets: readonly Secret[]) => void;
  readonly log?: (text: string) => void;
}

/** The grants of a homeowner, and a client that sends with them. */
export async function openHomeowner(options: Homeowner) {
  const { origin, clientId, clientSecret, tokenFile, clock } = options;
  const log = (_level: string, text: string) => options.log?.(text);
  const grants: Grants = await createGrants({
    tokenFile,
    spareFolder: options.spareFolder,
    clientId,
    clientSecret: new Secret(clientSecret),
    baseUrl: new URL(origin),
    timeoutSeconds: 10,
    clock,
    userAgent: "seh/0.0.0",
    hide: options.hide,
    log,
  });
  const client = createJsonClient({
    baseUrl: new URL(`${origin}/v2`),
    authorize: grants.authorize,
    secrets: grants.secrets,
    quotaFile: join(tokenFile, "..", "quota.json"),
    quotaOwner: "owner",
    quotaWindows: [{ allowance: "credits", amount: 1000, per: "billing-month" }],
    maxConcurrent: 3,
    timeoutSeconds: 10,
    maxRetries: 0,
    retryDelaySeconds: 0,
    clock,
    random: () => 0,
    userAgent: "seh/0.0.0",
    log,
  });
  const site = (siteId: number) =>
    client.getJson({
      path: `/sites/${siteId}`,
      parameters: {},
      charges: [{ allowance: "credits", amount: 1 }],
    });
  return { grants, client, site, [Symbol.asyncDispose]: () => client[Symbol.asyncDispose]() };
}

/** Puts a grant that the server has just made into the token file, as a login at `at` would have. */
export async function haveGrant(
  server: TokenServer,
  tokenFile: string,
  siteId: number,
  at: Temporal.Instant,
): Promise<void> {
  await keepGrant(tokenFile, server.clientId, { siteId, tokens: server.makeGrant(siteId), at });
}
