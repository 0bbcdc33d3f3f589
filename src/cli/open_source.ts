import type { Clock } from "../model/clock.ts";
import { type Settings, SettingsError } from "../settings/settings.ts";
import { requireApiKey } from "../settings/load.ts";
import type { JsonClient } from "../source/http/json_client.ts";
import { createJsonClient } from "../source/http/client.ts";
import { quotaOwner } from "../source/http/quota.ts";
import type { Source } from "../source/source.ts";
import { quotaWindows } from "../source/v1/endpoints.ts";
import { createV1Source } from "../source/v1/source.ts";
import type { World } from "./world.ts";

/** A source that requests can be sent with. */
export interface OpenedSource extends AsyncDisposable {
  readonly source: Source;
  /** For the number of requests sent so far, retries included. */
  readonly client: Pick<JsonClient, "sent">;
}

/** What is known of a source without credentials. */
export type SourceFacts = Pick<Source, "name" | "queries" | "quota" | "lacks">;

/** The generation that the settings choose. Throws SettingsError. */
export async function openSource(
  settings: Settings,
  world: World,
  log: (level: "warning" | "debug", text: string) => void,
): Promise<OpenedSource> {
  requireKnownGeneration(settings);
  const key = requireApiKey(settings);
  const client = createJsonClient({
    baseUrl: settings.apiBaseUrl,
    authorize: (url) => url.searchParams.set("api_key", key.reveal()),
    secrets: [key],
    quotaFile: settings.quotaFile,
    quotaOwner: await quotaOwner(key),
    quotaWindows: quotaWindows(settings.apiDailyLimit),
    maxConcurrent: settings.apiMaxConcurrent,
    timeoutSeconds: settings.apiTimeoutSeconds,
    maxRetries: settings.maxRetries,
    retryDelaySeconds: settings.retryDelaySeconds,
    clock: world.clock,
    random: world.random,
    userAgent: `seh/${world.version}`,
    log,
  });
  return {
    source: createSource(settings, client, world.clock),
    client,
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}

/** What the chosen source can give, for those who only look. Throws SettingsError. */
export function sourceFacts(settings: Settings, world: World): SourceFacts {
  requireKnownGeneration(settings);
  return createSource(settings, offline, world.clock);
}

function createSource(settings: Settings, client: JsonClient, clock: Clock): Source {
  return createV1Source({ client, clock, dailyLimit: settings.apiDailyLimit });
}

function requireKnownGeneration({ apiVersion }: Settings): void {
  if (apiVersion === "2") {
    throw new SettingsError([
      "SEH_API_VERSION is 2, but this version of seh speaks the first generation of the API only; set it to auto or 1, or leave it out",
    ]);
  }
}

const offline: JsonClient = {
  getJson: () => Promise.reject(new Error("no request is sent without credentials")),
  remaining: () => Promise.reject(new Error("there is no quota without credentials")),
  sent: 0,
};
