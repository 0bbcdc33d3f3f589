import { isAbsolute, join, resolve } from "node:path";
import type { SettingsSource } from "../settings/load.ts";
import { SettingsError } from "../settings/settings.ts";
import { textOf } from "../settings/settings_text.ts";
import type { World } from "./world.ts";

/**
 * The settings file: the one that --config names, else `.env` in the current folder, else `seh/env` in the
 * user's folder for configuration; null where there is none. Throws SettingsError.
 */
export function findSettings(
  world: Pick<World, "cwd" | "environment" | "readFile">,
  config: string | undefined,
): SettingsSource | null {
  if (config !== undefined) return readSettings(world, resolve(world.cwd, config), true);
  const ofUser = userSettings(world.environment);
  return readSettings(world, resolve(world.cwd, ".env"), false) ??
    (ofUser === null ? null : readSettings(world, ofUser, false));
}

/** `$XDG_CONFIG_HOME/seh/env`, by default `~/.config/seh/env`; null where there is no home. */
function userSettings(environment: World["environment"]): string | null {
  const folder = environment.XDG_CONFIG_HOME;
  if (folder && isAbsolute(folder)) return join(folder, "seh", "env");
  const home = environment.HOME || environment.USERPROFILE;
  return home ? join(home, ".config", "seh", "env") : null;
}

function readSettings(
  world: Pick<World, "readFile">,
  path: string,
  isNamed: boolean,
): SettingsSource | null {
  try {
    const text = textOf(world.readFile(path));
    return { path, text, mode: Deno.statSync(path).mode };
  } catch (error) {
    if (!isNamed && error instanceof Deno.errors.NotFound) return null;
    const message = error instanceof Error ? error.message : String(error);
    const why = message.replace(/ \(os error \d+\).*/, "").toLowerCase();
    throw new SettingsError([`the settings file ${path} cannot be read: ${why}`]);
  }
}
