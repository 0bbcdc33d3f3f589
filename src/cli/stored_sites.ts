import { isDatabaseError } from "../database/database_error.ts";
import { openDatabase } from "../database/open.ts";
import { loadSettings } from "../settings/load.ts";
import { findSettings } from "./settings_source.ts";
import type { World } from "./world.ts";

/** A site as it can be chosen. */
export interface NamedSite {
  readonly siteId: number;
  readonly name: string | null;
}

/** The sites in the user's database; null where there is none yet. Throws SettingsError and DatabaseError. */
export async function storedSites(
  world: World,
  config: string | undefined,
): Promise<readonly NamedSite[] | null> {
  const { environment, cwd, clock } = world;
  const settings = loadSettings({ environment, file: findSettings(world, config), cwd });
  try {
    const database = await openDatabase(settings.databaseUrl, { create: false, clock, cwd });
    try {
      if (await database.state() !== "current") return null;
      const rows = await database.query("site_list");
      return rows.map((row) => ({
        siteId: Number(row.site_id),
        name: row.name === null ? null : String(row.name),
      }));
    } finally {
      await database.close();
    }
  } catch (error) {
    if (isDatabaseError(error, "absent")) return null;
    throw error;
  }
}
