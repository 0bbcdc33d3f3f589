import type { Settings } from "../settings/settings.ts";
import type { KeepAnswer } from "../source/http/archived.ts";

/** The archive that the settings name, for a client; nothing where they name none. */
export async function openArchive(
  { archiveDir }: Pick<Settings, "archiveDir">,
  log: (level: "warning", text: string) => void,
): Promise<{ keepAnswer?: KeepAnswer }> {
  if (archiveDir === null) return {};
  const { archiveWriter } = await import("../archive/writer.ts");
  return { keepAnswer: archiveWriter(archiveDir, (text) => log("warning", text)) };
}
