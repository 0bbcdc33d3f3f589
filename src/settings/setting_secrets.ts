import { Secret } from "../model/secret.ts";
import { type SettingFact, settingFacts } from "./setting_facts.ts";
import type { Settings } from "./settings.ts";

/** The settings that hold a secret, as the table of settings says. */
export const secretSettings: readonly SettingFact[] = settingFacts.filter((
  one: SettingFact,
) => one.secret);

/** What of the settings no text may show. */
export function secretsOf(settings: Pick<Settings, SettingFact["field"]>): Secret[] {
  return secretSettings.flatMap(({ field }) => {
    const value = settings[field];
    return value instanceof Secret ? secretPartsOf(value.reveal()) : [];
  });
}

/** What of these values by name no text may show; before they are validated, or where they cannot be. */
export function secretsAmong(values: Readonly<Record<string, string>>): Secret[] {
  return secretSettings.flatMap(({ name }) => secretPartsOf(values[name]?.trim() ?? ""));
}

/** The whole of a key; of an address the password alone: people must be able to read where it leads. */
function secretPartsOf(text: string): Secret[] {
  if (text === "") return [];
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? passwordsOf(text) : [new Secret(text)];
}

/**
 * The password in an address, as it is written there and decoded. Where it holds an unencoded @ or /, nobody can
 * tell where it ends: all readings count, the longest up to the last @.
 */
export function passwordsOf(url: string): Secret[] {
  const rest = /^[a-z0-9+.-]+:\/\/(.*)$/is.exec(url)?.[1] ?? "";
  const colon = rest.indexOf(":");
  const ends = [...rest.matchAll(/@/g)].map((one) => one.index).filter((end) => end > colon + 1);
  const written = colon < 0 ? [] : ends.map((end) => rest.slice(colon + 1, end));
  const [, query = ""] = /\?(.*)$/s.exec(rest) ?? [];
  const parameters = [...query.matchAll(/(?:^|&)password=([^&#]+)/gi)].map(([, one]) => one);
  return [...new Set([...written, ...parameters].flatMap((one) => [one, decoded(one)]))]
    .map((one) => new Secret(one));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
