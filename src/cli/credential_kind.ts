import { dirname, join } from "node:path";
import type { Settings } from "../settings/settings.ts";
import { SourceError } from "../source/source_error.ts";

const credentialKinds = ["first", "second with a key", "second with a login"] as const;

/** Which API the credentials open, and what kind of credential it is: a key of v1, a fleet key of v2, a login. */
export type CredentialKind = typeof credentialKinds[number];

/**
 * What the settings say by themselves: a number, a login (its token file or its application), or what an
 * earlier run found out about the key. Null where only the server knows.
 */
export async function knownCredentialKind(
  settings: Settings,
  keyOwner: string | null,
): Promise<CredentialKind | null> {
  const { apiVersion, apiKey } = settings;
  // A login that was made with the settings of another folder does not stand in the way of a key here.
  const hasLogin = settings.oauthClientId !== null ||
    (apiKey === null && await exists(settings.tokenFile));
  if (apiVersion === "1") return "first";
  if (apiVersion === "2") return hasLogin || !apiKey ? "second with a login" : "second with a key";
  if (hasLogin) return "second with a login";
  return keyOwner === null ? null : (await remembered(settings))[keyOwner] ?? null;
}

/**
 * Asks v2 with the key, then v1. Which of them took it is remembered under the
 * key's hash; a key that neither takes may be good tomorrow. Throws SourceError.
 */
export async function findCredentialKind(
  settings: Settings,
  keyOwner: string,
  ask: { readonly second: () => Promise<void>; readonly first: () => Promise<void> },
): Promise<CredentialKind> {
  const refusal = await refusalOf(ask.second);
  const other = refusal && await refusalOf(ask.first);
  if (refusal && other) throw refusedByBoth(refusal, other);
  const found: CredentialKind = refusal ? "first" : "second with a key";
  await rememberCredentialKind(settings, keyOwner, found);
  return found;
}

/** Remembers under the key's hash which API took it. Throws StateFileError. */
export async function rememberCredentialKind(
  settings: Settings,
  keyOwner: string,
  found: CredentialKind,
): Promise<void> {
  const { replaceStateFile, stateFileTarget } = await import("../source/http/state_file.ts");
  const answers = { ...await remembered(settings), [keyOwner]: found };
  const target = await stateFileTarget(file(settings));
  await replaceStateFile(target, `${JSON.stringify(answers)}\n`);
}

/** Null where the credential was accepted. Throws SourceError where the server did not say. */
async function refusalOf(ask: () => Promise<void>): Promise<SourceError | null> {
  try {
    await ask();
    return null;
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    // Limits are reached with a credential that is accepted; trouble on the way says nothing about it.
    if (["transport", "quota", "state"].includes(error.kind)) throw error;
    return error;
  }
}

function refusedByBoth(second: SourceError, first: SourceError): SourceError {
  const isOff = first.kind === "retired";
  return new SourceError({
    ...first.facts,
    kind: isOff ? "retired" : "credentials",
    detail: isOff
      ? `SolarEdge's API refuses this key (${second.facts.detail}), and its old one is off: ` +
        first.facts.detail
      : `neither SolarEdge's API (${second.facts.detail}) nor its old one (${first.facts.detail}) takes this key`,
    remedy: isOff
      ? wayToSecond
      : "Homeowners run `seh login`; installers check SEH_API_KEY: it takes a key of SolarEdge's developer console.",
  });
}

/** What somebody can do whose credentials are those of v1. */
export const wayToSecond =
  "SolarEdge has retired its old API: homeowners run `seh login`, installers set SEH_API_KEY to a key of " +
  "SolarEdge's developer console.";

const file = (settings: Settings) => join(dirname(settings.quotaFile), "generation.json");

async function remembered(settings: Settings): Promise<Readonly<Record<string, CredentialKind>>> {
  try {
    // To open a pipe would wait for its other end.
    if (!(await Deno.stat(file(settings))).isFile) return {};
    const answers: unknown = JSON.parse(await Deno.readTextFile(file(settings)));
    return Object.fromEntries(
      Object.entries(answers as Record<string, unknown>)
        .flatMap(([owner, answer]) => {
          const known = credentialKinds.find((one) => one === answer);
          return known ? [[owner, known]] : [];
        }),
    );
  } catch {
    // Not there yet, or not readable: the server is asked again, which costs one request.
    return {};
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch {
    return false;
  }
}
