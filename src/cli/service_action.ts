import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { dirname, join, resolve } from "node:path";
import { databaseFile, databaseHost } from "../database/open.ts";
import { loadSettings } from "../settings/load.ts";
import { secretsOf } from "../settings/setting_secrets.ts";
import type { Settings } from "../settings/settings.ts";
import { type CommandContext, globalOptions } from "./context.ts";
import { exitCode } from "./exit_codes.ts";
import { UsageError } from "./failure.ts";
import { commandsOf, outputOf, runQuietly, shown, type Words } from "./service/control.ts";
import { cronText, launchdFile, windowsTaskFile } from "./service/others.ts";
import {
  longestRunMinutes,
  type ServiceFile,
  type ServiceKind,
  type ServicePlan,
} from "./service/plan.ts";
import { programOf } from "./service/program.ts";
import { systemdFiles } from "./service/systemd.ts";
import { findSettings } from "./settings_source.ts";
import { fitted } from "./terminal/wrapped.ts";
import type { World } from "./world.ts";

/** What the user asked `seh service` for. */
export interface ServiceOptions {
  readonly action: "install" | "uninstall" | "status";
  readonly system: boolean;
  readonly everySeconds: number;
  /** Null: what this machine has. */
  readonly kind: ServiceKind | null;
  readonly print: boolean;
}

/** Installs, removes or shows the service. Throws SettingsError and UsageError. */
export async function service(
  context: CommandContext,
  command: CommandUnknownOpts,
  options: ServiceOptions,
): Promise<void> {
  const { world } = context;
  const note = (text: string) => {
    if (!globalOptions(command).quiet) world.stderr.print(fitted(`${text}\n`, world.stderr));
  };
  const kind = options.kind ?? kindOfMachine();
  const needsPlan = options.action === "install";
  const plan = needsPlan
    ? await planOf(context, globalOptions(command).config, options, note)
    : emptyPlan(world, options.everySeconds);
  if (kind === "cron") {
    if (!needsPlan) {
      throw new UsageError("Lines of cron are yours: see and change them with `crontab -e`.");
    }
    world.stdout.print(cronText(plan));
    note("Add these lines with: crontab -e");
    return;
  }
  const files = filesOf(kind, plan, options.system, world);
  const commands = commandsOf(kind, files, options.system);
  if (options.action === "status") return await showStatus(files, commands.status, world, context);
  if (options.print) {
    for (const { path, text } of files) {
      const isXml = text.startsWith("<?xml");
      if (isXml) note(`To be written to ${path}:`);
      world.stdout.print(isXml ? text : `# ${path}\n${text}\n`);
    }
    const then = options.action === "install" ? commands.install : commands.uninstall;
    const does = options.action === "install" ? "writes" : "removes";
    note(
      `Nothing was changed. Without --print, seh ${does} these files and runs: ${
        then.map(shown).join(" && ")
      }`,
    );
    return;
  }
  if (options.action === "install") await install(files, commands.install, context, note);
  else await uninstall(files, commands.uninstall, context, note);
}

function kindOfMachine(): ServiceKind {
  if (Deno.build.os === "darwin") return "launchd";
  return Deno.build.os === "windows" ? "windows" : "systemd";
}

async function planOf(
  { world, hide }: CommandContext,
  config: string | undefined,
  { everySeconds }: ServiceOptions,
  note: (text: string) => void,
): Promise<ServicePlan> {
  const { environment, cwd } = world;
  const file = findSettings(world, config);
  if (!file) {
    throw new UsageError(
      "A service reads its settings from a file, and there is none. Run `seh setup`, or write a file named .env.",
    );
  }
  const settings = loadSettings({ environment, file, cwd });
  hide(secretsOf(settings));
  const plan = emptyPlan(world, everySeconds);
  const alone = loadSettings({ environment: { HOME: plan.home }, file, cwd });
  if (!alone.apiKey && alone.oauthClientId === null) {
    throw new UsageError(
      `${file.path} gives no access to SolarEdge, and a service sees nothing else. Homeowners run \`seh login\`; ` +
        "installers set SEH_API_KEY there.",
    );
  }
  const ignored = Object.keys(environment).filter((name) => name.startsWith("SEH_"));
  if (ignored.length > 0) {
    note(`The service does not see what is set in this shell alone: ${ignored.join(", ")}.`);
  }
  const hosts = await hostsOf(alone);
  const program = programOf(Deno.execPath(), Deno.mainModule, hosts);
  if (program.length > 1) {
    note(
      `The service may talk to ${hosts.join(" and ")} and nobody else. ` +
        "When you change these settings, run seh service install again.",
    );
  }
  return {
    ...plan,
    program,
    settingsFile: file.path,
    writes: writesOf(alone, { ...plan, program }),
    limitMinutes: longestRunMinutes(alone),
  };
}

function emptyPlan({ environment, cwd, readFile }: World, everySeconds: number): ServicePlan {
  const user = environment.SUDO_USER || environment.USER || environment.USERNAME || "root";
  const ofSudo = environment.SUDO_USER ? homeOf(environment.SUDO_USER, readFile) : null;
  const home = ofSudo ?? (environment.HOME || environment.USERPROFILE || cwd);
  return {
    program: [],
    settingsFile: "",
    folder: cwd,
    writes: [],
    user,
    home,
    everySeconds,
    limitMinutes: 0,
  };
}

/** Whom a sync talks to: SolarEdge, which renews logins at the same address, and the server of the database. */
async function hostsOf({ apiBaseUrl, databaseUrl }: Settings): Promise<string[]> {
  const { hostname, port, protocol } = apiBaseUrl;
  const api = `${hostname}:${port || (protocol === "http:" ? 80 : 443)}`;
  const database = await databaseHost(databaseUrl);
  return [api, ...database === null ? [] : [database]];
}

/** The home of a user of this machine: who runs sudo has root's in the environment. */
function homeOf(user: string, readFile: World["readFile"]): string | null {
  try {
    const users = new TextDecoder().decode(readFile("/etc/passwd")).split("\n");
    return users.find((line) => line.startsWith(`${user}:`))?.split(":")[5] ?? null;
  } catch {
    return null;
  }
}

/** The folders of database, state and log; of one that is not there yet, the nearest above it that is. */
function writesOf(settings: Settings, { folder, home, program }: ServicePlan): string[] {
  const database = databaseFile(settings.databaseUrl);
  const folders = [
    folder,
    ...database ? [dirname(resolve(folder, database))] : [],
    dirname(settings.quotaFile),
    dirname(settings.tokenFile),
    ...settings.logFile ? [dirname(settings.logFile)] : [],
    // Deno keeps what it has compiled beside what it has downloaded.
    ...program.length > 1 ? [join(home, ".cache", "deno")] : [],
  ];
  return [...new Set(folders.map(nearestThere))];
}

function nearestThere(folder: string): string {
  try {
    Deno.statSync(folder);
    return folder;
  } catch {
    const above = dirname(folder);
    return above === folder ? folder : nearestThere(above);
  }
}

function filesOf(
  kind: Exclude<ServiceKind, "cron">,
  plan: ServicePlan,
  system: boolean,
  world: World,
): readonly ServiceFile[] {
  switch (kind) {
    case "systemd":
      return systemdFiles(plan, { system });
    case "launchd":
      return [launchdFile(plan, { system })];
    case "windows": {
      const start = world.clock.now().toZonedDateTimeISO("UTC").toPlainDateTime();
      return [windowsTaskFile(plan, start.toString({ smallestUnit: "second" }))];
    }
  }
}

async function install(
  files: readonly ServiceFile[],
  commands: readonly Words[],
  context: CommandContext,
  note: (text: string) => void,
): Promise<void> {
  for (const { path, text } of files) {
    await Deno.mkdir(dirname(path), { recursive: true });
    // Windows' Task Scheduler reads UTF-16 alone.
    if (path.endsWith(".xml")) await Deno.writeFile(path, utf16(text));
    else await Deno.writeTextFile(path, text);
    note(`Written: ${path}`);
  }
  for (const words of commands) {
    const problem = await runQuietly(words);
    if (problem === null) continue;
    const left = commands.slice(commands.indexOf(words)).map(shown).join(" && ");
    context.world.stderr.print(
      fitted(`The service is not started yet: ${problem} Run: ${left}\n`, context.world.stderr),
    );
    context.exitWith(exitCode("failed"));
    return;
  }
  note("seh now runs by itself. How it goes: seh service status, seh doctor");
}

async function uninstall(
  files: readonly ServiceFile[],
  commands: readonly Words[],
  context: CommandContext,
  note: (text: string) => void,
): Promise<void> {
  let removed = 0;
  for (const words of commands) await runQuietly(words);
  for (const { path } of files) {
    try {
      await Deno.remove(path);
      removed++;
      note(`Removed: ${path}`);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  if (removed === 0) {
    context.world.stderr.print("There is no service of seh here. Nothing was changed.\n");
  } else note("seh does not run by itself any more. Your data and settings stay.");
}

async function showStatus(
  files: readonly ServiceFile[],
  command: Words,
  world: World,
  context: CommandContext,
): Promise<void> {
  const there: string[] = [];
  for (const { path } of files) {
    try {
      if ((await Deno.stat(path)).isFile) there.push(path);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  if (there.length < files.length) {
    world.stdout.print(
      fitted("seh does not run by itself here. Run: seh service install\n", world.stdout),
    );
    context.exitWith(exitCode("failed"));
    return;
  }
  world.stdout.print(there.map((path) => `Installed: ${path}\n`).join(""));
  const output = await outputOf(command);
  world.stdout.print(output ?? `To see it: ${shown(command)}\n`);
  world.stdout.print("How the last runs went: seh doctor\n");
}

/** Little-endian with the mark of its order. */
function utf16(text: string): Uint8Array {
  const units = new Uint16Array(text.length + 1);
  units[0] = 0xfeff;
  for (let i = 0; i < text.length; i++) units[i + 1] = text.charCodeAt(i);
  return new Uint8Array(units.buffer);
}
