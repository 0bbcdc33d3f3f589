import { dirname } from "node:path";
import { Secret } from "../model/secret.ts";
import { NoCredentials, type Settings } from "../settings/settings.ts";
import { createJsonClient } from "../source/http/client.ts";
import type { JsonClient } from "../source/http/json_client.ts";
import { quotaOwner } from "../source/http/quota_owner.ts";
import type { QuotaWindow } from "../source/source.ts";
import { callsOfMinute, monthIsSpent } from "../source/v2/limits.ts";
import { createGrants, type Grants } from "../source/v2/oauth/grants.ts";
import type { CommandContext } from "./context.ts";
import { type Log, sendingOptions, type Waiting } from "./sending_options.ts";
import type { World } from "./world.ts";

/** The homeowners' grants that the settings name. Throws SettingsError without an application. */
export async function openGrants(
  settings: Settings,
  context: Pick<CommandContext, "world" | "hide">,
  log: Log,
): Promise<Grants> {
  const { oauthClientId: clientId, oauthClientSecret: clientSecret } = settings;
  if (clientId === null || clientSecret === null) {
    const missing = [
      ...clientId === null ? ["SEH_OAUTH_CLIENT_ID"] : [],
      ...clientSecret === null ? ["SEH_OAUTH_CLIENT_SECRET"] : [],
    ];
    throw new NoCredentials([
      `Set ${missing.join(" and ")} in .env. You get ${missing.length > 1 ? "them" : "it"} in ` +
      "SolarEdge's developer console (developer.solaredge.com): make a new application there, with the " +
      `redirect address ${settings.oauthRedirectUri}. \`seh setup\` explains it step by step. Installers set ` +
      "SEH_API_KEY to a key of that console instead.",
    ]);
  }
  return await createGrants({
    ...tokenFiles(settings),
    clientId,
    clientSecret,
    ...tokenServer(settings, context.world),
    hide: context.hide,
    log,
  });
}

/** Where tokens are kept; the folder for state takes what their own file does not. */
export function tokenFiles({ tokenFile, quotaFile }: Settings) {
  return { tokenFile, spareFolder: dirname(quotaFile) };
}

/** Where tokens are asked for. */
export function tokenServer(settings: Settings, world: World) {
  return {
    baseUrl: settings.apiBaseUrl,
    timeoutSeconds: settings.apiTimeoutSeconds,
    clock: world.clock,
    userAgent: `seh/${world.version}`,
  };
}

/** A client whose requests go with the grants and draw on the application's quota. */
export async function openGrantClient(
  settings: Settings,
  world: World,
  grants: Grants,
  quotaWindows: readonly QuotaWindow[],
  log: Log,
  waiting: Waiting = {},
): Promise<JsonClient & AsyncDisposable> {
  return createJsonClient({
    baseUrl: new URL(`${settings.apiBaseUrl.href.replace(/\/$/, "")}/v2`),
    authorize: grants.authorize,
    secrets: grants.secrets,
    quotaFile: settings.quotaFile,
    quotaOwner: await quotaOwner(new Secret(settings.oauthClientId ?? "")),
    quotaWindows,
    billingDay: settings.apiBillingDay,
    isPeriodSpent: monthIsSpent,
    readServerCount: callsOfMinute,
    remedies: { credentials: "Run `seh login` again." },
    ...await sendingOptions(settings, world, log, waiting),
  });
}
