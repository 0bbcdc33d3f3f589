import { dirname, join } from "node:path";
import type { Settings } from "../settings/settings.ts";
import { openStateFile } from "../source/http/state_file.ts";
import { SourceError } from "../source/source_error.ts";

/** The generation of the API, and the kind of credential that opens it. */
export type Generation = "first" | "second with a key" | "second with a login";

/**
 * What the settings say by themselves: a number, a login (its token file or its application), or what an
 * earlier run found out about the key. Null where only the server can tell.
 */
export async function knownGeneration(
  settings: Settings,
  keyOwner: string | null,
): Promise<Generation | null> {
  const { apiVersion, apiKey } = settings;
  const hasLogin = settings.oauthClientId !== null || await exists(settings.tokenFile);
  if (apiVersion === "1") return "first";
  if (apiVersion === "2") return hasLogin || !apiKey ? "second with a login" : "second with a key";
  if (hasLogin) return "second with a login";
  return keyOwner === null ? null : (await remembered(settings))[keyOwner] ?? null;
}

/**
 * Asks the second generation with the key, and takes a refusal for an answer: then it is a key of the
 * first. What it was is remembered under the key's hash. Throws SourceError where the server cannot tell.
 */
export async function findGeneration(
  settings: Settings,
  keyOwner: string,
  askSecond: () => Promise<void>,
): Promise<Generation> {
  let found: Generation;
  try {
    await askSecond();
    found = "second with a key";
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    // Limits are reached with a credential that is accepted; trouble on the way tells nothing.
    if (error.kind === "transport" || error.kind === "quota") throw error;
    found = "first";
  }
  await remember(settings, { ...await remembered(settings), [keyOwner]: found });
  return found;
}

const file = (settings: Settings) => join(dirname(settings.quotaFile), "generation.json");

async function remembered(settings: Settings): Promise<Readonly<Record<string, Generation>>> {
  try {
    return JSON.parse(await Deno.readTextFile(file(settings)));
  } catch {
    // Not there yet, or not readable: the server is asked again, which costs one request.
    return {};
  }
}

async function remember(
  settings: Settings,
  answers: Readonly<Record<string, Generation>>,
): Promise<void> {
  const path = file(settings);
  const fresh = await openStateFile(`${path}.new`);
  try {
    await fresh.truncate(0);
    await fresh.write(new TextEncoder().encode(`${JSON.stringify(answers)}\n`));
    await fresh.sync();
  } finally {
    fresh.close();
  }
  await Deno.rename(`${path}.new`, path);
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch {
    return false;
  }
}
