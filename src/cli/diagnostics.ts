import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { Clock } from "../model/clock.ts";
import { Secret } from "../model/secret.ts";
import { settingFacts } from "../settings/setting_facts.ts";
import type { Settings } from "../settings/settings.ts";
import { grantSentence } from "../source/v2/oauth/grant_life.ts";
import { grantsIn } from "../source/v2/oauth/grants.ts";
import { quotaLeft, quotaLeftText } from "./account_quota.ts";
import type { CommandContext } from "./context.ts";
import { tokenFiles } from "./open_grants.ts";
import { openSession, type Session } from "./session.ts";
import { sizeText } from "./terminal/human.ts";

/**
 * Shows what somebody who is to help needs to know; secrets are hidden, no request is sent. A database
 * that cannot be used is part of the picture and no failure. Throws SettingsError.
 */
export async function showDiagnostics(
  context: CommandContext,
  command: CommandUnknownOpts,
  asJson: boolean,
): Promise<void> {
  const { world } = context;
  await using session = await openSession(context, command);
  const { settings } = session;
  const facts: readonly (readonly [string, string])[] = [
    ["seh", world.version],
    ["runtime", `Deno ${Deno.version.deno}, V8 ${Deno.version.v8}`],
    ["system", `${Deno.build.os} ${Deno.build.arch}`],
    ["clock", world.clock.now().toString({ smallestUnit: "second" })],
    ["settings file", session.settingsFile ?? "none"],
    ["API", `${settings.apiBaseUrl}, source ${(await session.sourceFacts(null)).name}`],
    ["API key", settings.apiKey ? "set" : "not set"],
    ["quota", await quota(session.settings, world.clock)],
    ["quota file", settings.quotaFile],
    ["token file", settings.tokenFile],
    ...await grants(settings, world.clock.now()),
    ["log", settings.logFile ?? "stderr"],
    ["database", await database(session)],
  ];
  const values = settingFacts.map((one) => [one.name, shown(settings[one.field])] as const);
  if (asJson) {
    const json = {
      ...Object.fromEntries(facts.map(([name, value]) => [name.replaceAll(" ", "_"), value])),
      settings: Object.fromEntries(values),
    };
    world.stdout.print(context.redact(`${JSON.stringify(json, null, 2)}\n`));
    return;
  }
  // Not a table: nothing of a path or address may be cut.
  const width = Math.max(...facts.concat(values).map(([name]) => name.length)) + 2;
  const lines = (pairs: typeof facts) =>
    pairs.map(([name, value]) => `${name.padEnd(width)}${value}`.trimEnd() + "\n").join("");
  world.stdout.print(context.redact(`${lines(facts)}\n${lines(values)}`));
}

async function quota(settings: Settings, clock: Clock): Promise<string> {
  try {
    const left = await quotaLeft({ settings, clock }, []);
    if (!left) return "not known without access";
    return typeof left === "string" ? left : quotaLeftText(left, clock.now()).trim();
  } catch (error) {
    return `trouble: ${error instanceof Error ? error.message : error}`;
  }
}

/** How long each grant of a login lasts. */
async function grants(
  settings: Settings,
  now: Temporal.Instant,
): Promise<(readonly [string, string])[]> {
  const { tokenFile, spareFolder } = tokenFiles(settings);
  try {
    return (await grantsIn(tokenFile, spareFolder))
      .map((one) => [`access to site ${one.siteId}`, grantSentence(one, now)] as const);
  } catch (error) {
    return [["grants", `trouble: ${error instanceof Error ? error.message : error}`]];
  }
}

async function database(session: Session): Promise<string> {
  try {
    const found = await session.lookForDatabase();
    if (typeof found === "string") return found;
    const bytes = await found.size();
    return `${found.dialect} ${found.address}${bytes === null ? "" : `, ${sizeText(bytes)}`}`;
  } catch (error) {
    return `trouble: ${error instanceof Error ? error.message : error}`;
  }
}

/** A setting as text; of a secret only whether there is one. */
function shown(value: Settings[keyof Settings]): string {
  if (value === null) return "";
  if (value instanceof Secret) return value.toString();
  if (value instanceof Map) return [...value].map((pair) => pair.join("=")).join(",");
  return Array.isArray(value) ? value.join(",") : String(value);
}
