import { launchdLabel, taskName } from "./others.ts";
import type { ServiceFile, ServiceKind } from "./plan.ts";

/** A command of the system, word by word. */
export type Words = readonly string[];

/** A command as a person types it. */
export function shown(words: Words): string {
  return words.map((one) => /\s/.test(one) ? `"${one}"` : one).join(" ");
}

/** What starts, ends and shows the service, for each kind of machine. */
export function commandsOf(
  kind: Exclude<ServiceKind, "cron">,
  files: readonly ServiceFile[],
  system: boolean,
): { install: readonly Words[]; uninstall: readonly Words[]; status: Words } {
  switch (kind) {
    case "systemd": {
      const systemctl = system ? ["systemctl"] : ["systemctl", "--user"];
      return {
        install: [[...systemctl, "daemon-reload"], [...systemctl, "enable", "--now", "seh.timer"]],
        uninstall: [[...systemctl, "disable", "--now", "seh.timer"]],
        status: [...systemctl, "list-timers", "--all", "seh.timer"],
      };
    }
    case "launchd":
      return {
        install: [["launchctl", "load", "-w", files[0].path]],
        uninstall: [["launchctl", "unload", "-w", files[0].path]],
        status: ["launchctl", "list", launchdLabel],
      };
    case "windows":
      return {
        install: [["schtasks", "/Create", "/F", "/TN", taskName, "/XML", files[0].path]],
        uninstall: [["schtasks", "/Delete", "/F", "/TN", taskName]],
        status: ["schtasks", "/Query", "/TN", taskName],
      };
  }
}

/** Runs a program of the system; null when it did what it should, else why not, a sentence. */
export async function runQuietly([program, ...args]: Words): Promise<string | null> {
  if (Deno.permissions.querySync({ name: "run", command: program }).state !== "granted") {
    return `seh may not run ${program}.`;
  }
  try {
    const { success, stderr } = await new Deno.Command(program, { args, stdin: "null" }).output();
    if (success) return null;
    const said = new TextDecoder().decode(stderr).trim().split("\n")[0];
    return `${program} said: ${said || "nothing"}.`;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return `there is no ${program} here.`;
    throw error;
  }
}

/** What a program of the system prints; null where it may not be run or fails. */
export async function outputOf([program, ...args]: Words): Promise<string | null> {
  if (Deno.permissions.querySync({ name: "run", command: program }).state !== "granted") {
    return null;
  }
  try {
    const { success, stdout } = await new Deno.Command(program, { args, stdin: "null" }).output();
    return success ? new TextDecoder().decode(stdout) : null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
