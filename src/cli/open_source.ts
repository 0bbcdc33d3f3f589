import { requireApiKey } from "../settings/load.ts";
import type { Settings } from "../settings/settings.ts";
import { type ClientOptions, createJsonClient } from "../source/http/client.ts";
import type { JsonClient } from "../source/http/json_client.ts";
import type { Wait } from "../source/http/retry.ts";
import { quotaOwner } from "../source/http/quota_owner.ts";
import { SourceError } from "../source/source_error.ts";
import type { Source } from "../source/source.ts";
import { quotaWindows as dailyWindows } from "../source/v1/endpoints.ts";
import { createV1Source } from "../source/v1/source.ts";
import {
  callsOfMinute,
  monthIsSpent,
  quotaWindows as monthlyWindows,
} from "../source/v2/limits.ts";
import { createV2Source } from "../source/v2/source.ts";
import type { CommandContext } from "./context.ts";
import { findCredentialKind, knownCredentialKind, wayToSecond } from "./credential_kind.ts";
import type { SiteGrant } from "../source/v2/oauth/grant_life.ts";
import { openGrantClient, openGrants } from "./open_grants.ts";
import { type Log, sendingOptions, type Waiting } from "./sending_options.ts";
import { siteListRequest } from "./site_list.ts";
import type { World } from "./world.ts";

/** A source that requests can be sent with. */
export interface OpenedSource extends AsyncDisposable {
  readonly source: Source;
  /** For the number of requests sent so far, retries included. */
  readonly client: Pick<JsonClient, "sent">;
  /** The grants that it asks with, as they are now; none where a key opens it. Throws SourceError. */
  grants(): Promise<readonly SiteGrant[]>;
}

/** How a source is opened. */
export interface SourceChoice {
  /** Whether the server may be asked which API a key belongs to. */
  readonly mayAsk: boolean;
  /** Once aborted, every request ends at once. */
  readonly patience?: AbortSignal;
  readonly onWait?: (wait: Wait) => void;
  /** Called after each request. */
  readonly onRequest?: ClientOptions["onRequest"];
}

/**
 * The source that settings and credentials choose. Where only the server knows what kind of key it is, it is
 * asked once; where it may not be asked, v1 is taken. Throws SettingsError and SourceError.
 */
export async function openSource(
  settings: Settings,
  context: Pick<CommandContext, "world" | "hide">,
  log: Log,
  { mayAsk, patience, onWait, onRequest }: SourceChoice,
): Promise<OpenedSource> {
  const { world } = context;
  const waiting = { interrupted: patience, onWait, onRequest };
  let asked = 0;
  const owner = settings.apiKey && await quotaOwner(settings.apiKey);
  let kind = await knownCredentialKind(settings, owner);
  if (kind === null && !mayAsk) kind = "first";
  if (kind === null) {
    const key = requireApiKey(settings);
    await using second = await fleetClient(settings, world, log, waiting);
    await using first = await keyClient(settings, world, log, waiting);
    kind = await findCredentialKind(settings, await quotaOwner(key), {
      second: () => listsSites(secondSource(settings, second, world, null)),
      first: () => listsSites(firstSource(settings, first, world)),
    });
    asked = second.sent + first.sent;
  }
  switch (kind) {
    case "first":
      return opened(
        asked,
        await keyClient(settings, world, log, waiting),
        (client) => firstSource(settings, client, world),
      );
    case "second with a key":
      return opened(
        asked,
        await fleetClient(settings, world, log, waiting),
        (client) => secondSource(settings, client, world, null),
      );
    case "second with a login": {
      const grants = await openGrants(settings, context, log);
      const granted = (await grants.sites()).map((one) => one.siteId);
      if (granted.length === 0 && mayAsk) throw notLoggedIn();
      const client = await openGrantClient(
        settings,
        world,
        grants,
        monthlyWindows(limitsOf(settings)),
        log,
        waiting,
      );
      return opened(
        asked,
        client,
        () => secondSource(settings, client, world, granted),
        grants.sites,
      );
    }
  }
}

/** Whether the credentials open a source: asks for its list of sites. Throws SourceError. */
async function listsSites(source: Source): Promise<void> {
  await source.fetch(siteListRequest(source));
}

function opened(
  asked: number,
  client: JsonClient & AsyncDisposable,
  create: (client: JsonClient) => Source,
  grants: OpenedSource["grants"] = () => Promise.resolve([]),
): OpenedSource {
  return {
    source: create(client),
    grants,
    client: {
      get sent() {
        return asked + client.sent;
      },
    },
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}

function firstSource(settings: Settings, client: JsonClient, { clock }: World): Source {
  return createV1Source({ client, clock, dailyLimit: settings.apiDailyLimit });
}

/** `granted`: the sites of a homeowner's logins; null for a key that lists its sites. */
function secondSource(
  settings: Settings,
  client: JsonClient,
  { clock }: World,
  granted: readonly number[] | null,
): Source {
  const limits = limitsOf(settings);
  return granted === null
    ? createV2Source({ client, clock, limits, access: "fleet" })
    : createV2Source({ client, clock, limits, access: "site", grantedSites: granted });
}

function limitsOf({ apiMonthlyLimit: monthly, apiMinuteLimit: minute }: Settings) {
  return { monthly, minute };
}

/** Where nothing may be asked, nothing is complete. */
function notLoggedIn(): SourceError {
  return new SourceError({
    kind: "credentials",
    endpoint: "",
    detail: "You are not logged in",
    remedy: "Run: seh login",
  });
}

const wrongForFirst =
  "Check SEH_API_KEY: SolarEdge's old API (off since November 2026) takes keys of the monitoring portal. With a " +
  "key of SolarEdge's developer console set SEH_API_VERSION=2; homeowners run `seh login`.";

const wrongForSecond =
  "Check SEH_API_KEY (and SEH_API_ACCOUNT_KEY where there is one): SolarEdge's API takes keys of its developer " +
  "console. Homeowners run `seh login` instead; with a key of the monitoring portal set SEH_API_VERSION=1.";

async function keyClient(settings: Settings, world: World, log: Log, waiting: Waiting) {
  const key = requireApiKey(settings);
  return createJsonClient({
    ...await clientOptions(settings, world, log, waiting),
    authorize: (url) => url.searchParams.set("api_key", key.reveal()),
    remedies: { credentials: wrongForFirst, forbidden: wrongForFirst, retired: wayToSecond },
    quotaWindows: dailyWindows(settings.apiDailyLimit),
  });
}

async function fleetClient(settings: Settings, world: World, log: Log, waiting: Waiting) {
  const key = requireApiKey(settings);
  const { apiAccountKey, apiBaseUrl } = settings;
  return createJsonClient({
    ...await clientOptions(settings, world, log, waiting),
    baseUrl: new URL(`${apiBaseUrl.href.replace(/\/$/, "")}/v2`),
    authorize: (_url, headers) => {
      headers.set("X-API-Key", key.reveal());
      if (apiAccountKey) headers.set("X-Account-Key", apiAccountKey.reveal());
    },
    remedies: { credentials: wrongForSecond, forbidden: wrongForSecond },
    quotaWindows: monthlyWindows(limitsOf(settings)),
    billingDay: settings.apiBillingDay,
    isPeriodSpent: monthIsSpent,
    readServerCount: callsOfMinute,
  });
}

async function clientOptions(
  settings: Settings,
  world: World,
  log: Log,
  waiting: Waiting,
): Promise<Omit<ClientOptions, "authorize" | "quotaWindows">> {
  const key = requireApiKey(settings);
  return {
    baseUrl: settings.apiBaseUrl,
    secrets: settings.apiAccountKey ? [key, settings.apiAccountKey] : [key],
    quotaFile: settings.quotaFile,
    quotaOwner: await quotaOwner(key),
    ...await sendingOptions(settings, world, log, waiting),
  };
}
