import { Secret } from "../model/secret.ts";
import { type SettingFact, settingFacts } from "./setting_facts.ts";
import type { Settings } from "./settings.ts";

/** The settings that hold a secret, as the table of settings says. */
export const secretSettings: readonly SettingFact[] = settingFacts.filter((
  one: SettingFact,
) => one.secret);

/** What of the settings no text may show. */
export function secretsOf(settings: Pick<Settings, SettingFact["field"]>): Secret[] {
  return secretSettings.flatMap((fact) => {
    const value = settings[fact.field];
    return value instanceof Secret ? secretPartsOf(fact, value.reveal()) : [];
  });
}

/** What of these values by name no text may show; before they are validated, or where they cannot be. */
export function secretsAmong(values: Readonly<Record<string, string>>): Secret[] {
  return secretSettings.flatMap((fact) => secretPartsOf(fact, values[fact.name]?.trim() ?? ""));
}

/** The whole of a key; of an address the password alone: people must be able to read where it leads. */
function secretPartsOf(fact: SettingFact, text: string): Secret[] {
  if (text === "") return [];
  return fact.default?.includes("://") ? passwordsOf(text) : [new Secret(text)];
}

/**
 * The password in an address, as it is written there and decoded. Where it holds an unencoded @ or /, nobody
 * knows where it ends: all readings count, the longest up to the last @.
 */
export function passwordsOf(url: string): Secret[] {
  const rest = url.replace(/^[a-z0-9+.-]+:\/\//i, "");
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
