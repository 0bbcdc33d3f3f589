import type { Settings } from "../settings/settings.ts";
import type { KeepAnswer } from "../source/http/archived.ts";
import type { ClientOptions } from "../source/http/client.ts";
import type { World } from "./world.ts";

/** What a command wants to know of requests while they are sent. */
export type Waiting = Pick<ClientOptions, "interrupted" | "onWait" | "onRequest">;
export type Log = (level: "warning" | "debug", text: string) => void;

/** How requests are sent, whatever they are authorized by. */
export async function sendingOptions(
  settings: Settings,
  world: World,
  log: Log,
  waiting: Waiting,
) {
  return {
    maxConcurrent: settings.apiMaxConcurrent,
    timeoutSeconds: settings.apiTimeoutSeconds,
    maxRetries: settings.maxRetries,
    retryDelaySeconds: settings.retryDelaySeconds,
    clock: world.clock,
    random: world.random,
    userAgent: `seh/${world.version}`,
    ...waiting,
    log,
    ...await openArchive(settings, log),
  };
}

/** The archive that the settings name, for a client; nothing where they name none. */
async function openArchive(
  { archiveDir }: Pick<Settings, "archiveDir">,
  log: (level: "warning", text: string) => void,
): Promise<{ keepAnswer?: KeepAnswer }> {
  if (archiveDir === null) return {};
  const { archiveWriter } = await import("../archive/writer.ts");
  return { keepAnswer: archiveWriter(archiveDir, (text) => log("warning", text)) };
}
