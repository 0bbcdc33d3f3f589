import type { Database } from "../database/database.ts";
import type { Settings } from "../settings/settings.ts";
import { quotaOwner } from "../source/http/quota_owner.ts";
import type { SourceFacts } from "../source/source.ts";
import { type CredentialKind, knownCredentialKind } from "./credential_kind.ts";

/**
 * The kind of credential that the settings choose, as far as it is known without asking anybody. Null: there are
 * no credentials, or a key that no server has accepted so far.
 */
export async function chosenCredentialKind(settings: Settings): Promise<CredentialKind | null> {
  return await knownCredentialKind(settings, settings.apiKey && await quotaOwner(settings.apiKey));
}

/**
 * What the chosen source can give, for those who only look: nothing is loaded that could send a request. Where no
 * credentials choose, it is the source that most of what the database remembers came from, else the one of today.
 * Throws DatabaseError.
 */
export async function sourceFacts(
  settings: Settings,
  database: Pick<Database, "known"> | null,
): Promise<SourceFacts> {
  const chosen = await chosenCredentialKind(settings);
  if (chosen !== null) return await factsOf(chosen, settings);
  const marks = database === null ? [] : (await database.known()).marks;
  const [today, old] = await Promise.all([
    factsOf("second with a login", settings),
    factsOf("first", settings),
  ]);
  const named = ({ queries }: SourceFacts) => {
    const names = new Set(queries.map((one) => one.series));
    return marks.filter((one) => names.has(one.series)).length;
  };
  return named(old) > named(today) ? old : today;
}

/** What the source that a kind of credential opens can give, within the limits of the settings. */
export async function factsOf(
  kind: CredentialKind,
  settings: Settings,
): Promise<SourceFacts> {
  const { apiDailyLimit, apiMonthlyLimit: monthly, apiMinuteLimit: minute } = settings;
  if (kind === "first") {
    const { v1Facts } = await import("../source/v1/endpoints.ts");
    return v1Facts(apiDailyLimit);
  }
  const { v2Facts } = await import("../source/v2/endpoints.ts");
  return v2Facts(kind === "second with a login" ? "site" : "fleet", { monthly, minute });
}
