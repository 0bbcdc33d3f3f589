import type { Settings } from "../settings/settings.ts";
import type { KeepAnswer } from "../source/http/archived.ts";

/** The archive that the settings name, for a client; nothing where they name none. */
export async function keeping(
  { archiveDir }: Pick<Settings, "archiveDir">,
  log: (level: "warning", text: string) => void,
): Promise<{ keep?: KeepAnswer }> {
  if (archiveDir === null) return {};
  const { keepIn } = await import("../archive/keep.ts");
  return { keep: keepIn(archiveDir, (text) => log("warning", text)) };
}
