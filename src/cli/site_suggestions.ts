import { storedSites } from "./stored_sites.ts";
import type { World } from "./world.ts";

/**
 * What a shell offers for a site that is being typed: numbers, and names where a letter was typed; a list with
 * commas goes on at its last part. Names come from others and shells expand what they are offered: only letters,
 * digits, dots and dashes reach them, a dash where the name has a space. Nothing where there is no database.
 */
export async function siteSuggestions(
  typed: string,
  world: World,
  config: string | undefined,
): Promise<string> {
  const before = typed.slice(0, typed.lastIndexOf(",") + 1);
  const word = typed.slice(before.length);
  const lines: string[] = [];
  try {
    for (const { siteId, name } of await storedSites(world, config) ?? []) {
      const shown = (name ?? "").replaceAll(/[^\p{L}\p{N}. _-]/gu, " ").trim();
      const isWhole = name !== null && shown === name.trim();
      if (String(siteId).startsWith(word)) lines.push(`${before}${siteId}\t${shown}`);
      if (word === "" || !isWhole) continue;
      const joined = shown.replaceAll(/\s+/g, "-");
      if (joined.startsWith(word)) lines.push(`${before}${joined}\t${siteId}`);
    }
  } catch {
    // Settings or a database that cannot be read have nothing to offer.
  }
  return [...lines.slice(0, mostOffered), ":4", ""].join("\n");
}

/** A shell that is given more asks whether it should show them. */
const mostOffered = 100;
