import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { dirname, resolve } from "node:path";
import { Secret } from "../model/secret.ts";
import { loadSettings } from "../settings/load.ts";
import { SettingsError } from "../settings/settings.ts";
import { credentialProblem, withSettings } from "../settings/settings_edit.ts";
import { textOf } from "../settings/settings_text.ts";
import { replaceStateFile, StateFileError, stateFileTarget } from "../source/http/state_file.ts";
import { type CommandContext, globalOptions } from "./context.ts";
import { type ExitCode, exitCode } from "./exit_codes.ts";
import {
  firstSyncText,
  fleetSteps,
  guideText,
  homeownerFacts,
  numbered,
  signUpSteps,
} from "./guide.ts";
import { findSettings } from "./settings_source.ts";
import { type NextStep, nextStepsText } from "./terminal/next_steps.ts";
import type { Prompter } from "./terminal/prompts.ts";
import { fitted } from "./terminal/wrapped.ts";

/** How a setup is to go. */
export interface SetupChoice {
  readonly browser: boolean;
}

/** Leads a person from nothing to the first data. Throws SettingsError and what the commands throw. */
export async function setup(
  context: CommandContext,
  command: CommandUnknownOpts,
  choice: SetupChoice,
): Promise<void> {
  const { world } = context;
  const { config } = globalOptions(command);
  // A file that is named may not be there yet.
  const found = config !== undefined && !await exists(resolve(world.cwd, config))
    ? null
    : findSettings(world, config);
  const file = found?.path ?? resolve(world.cwd, config ?? ".env");
  const settings = loadSettings({
    environment: world.environment,
    file: found,
    cwd: world.cwd,
  });
  // Who sends the guide elsewhere wants to read it.
  const prompter = world.stdout.isTerminal ? await world.prompter() : null;
  if (prompter === null) {
    world.stdout.print(guideText(settings.oauthRedirectUri.href));
    return;
  }
  const here: Here = {
    context,
    prompter,
    file,
    config,
    redirectUri: settings.oauthRedirectUri.href,
    hasApplication: settings.oauthClientId !== null && settings.oauthClientSecret !== null,
    say: (text) => world.stderr.print(fitted(text, world.stderr)),
  };
  const kind = await prompter.choose("What do you want to do?", [
    { value: "home", text: "Read my own site (homeowner)" },
    { value: "fleet", text: "Read several sites (installer, owner of several)" },
    { value: "demo", text: "Try seh without an account (demo)" },
  ]);
  if (kind === "home") await homeowner(here, choice);
  else if (kind === "fleet") await fleet(here);
  else await seh(here, ["demo"]);
}

interface Here {
  readonly context: CommandContext;
  readonly prompter: Prompter;
  /** The settings file, absolute. */
  readonly file: string;
  /** As --config named it; undefined: not at all. */
  readonly config: string | undefined;
  readonly redirectUri: string;
  readonly hasApplication: boolean;
  readonly say: (text: string) => void;
}

async function homeowner(here: Here, { browser }: SetupChoice): Promise<void> {
  const { prompter, say } = here;
  const hasOne = here.hasApplication &&
    await prompter.agrees(`Use the client id and secret in ${here.file}?`);
  if (!hasOne) {
    say(`\n${homeownerFacts.map((one) => `${one}\n`).join("")}\nSign up at SolarEdge:\n\n`);
    say(`${numbered(signUpSteps(here.redirectUri))}\n`);
    const id = await prompter.text("Client id:", credentialProblem);
    const secret = await prompter.secret("Client secret (not shown):", credentialProblem);
    here.context.hide([new Secret(secret)]);
    await write(here, { SEH_OAUTH_CLIENT_ID: id, SEH_OAUTH_CLIENT_SECRET: secret });
  }
  say(`\n${firstSyncText(1)}\n`);
  // Asked before the login, which reads what is pasted: afterwards two would read the keyboard.
  const fetches = await prompter.agrees("Fetch the data right after the login?");
  const keeps = fetches && await wantsTimer(here);
  if (!await seh(here, ["login", ...browser ? [] : ["--no-browser"]])) return;
  if (!await seh(here, ["check-api"])) return;
  await finish(here, { fetches, keeps });
}

async function fleet(here: Here): Promise<void> {
  const { prompter, say } = here;
  say(`\nGet a fleet key:\n\n${numbered(fleetSteps)}\n`);
  const key = await prompter.secret("API key (not shown):", credentialProblem);
  here.context.hide([new Secret(key)]);
  await write(here, { SEH_API_KEY: key });
  if (!await seh(here, ["check-api"])) return;
  say(`\n${firstSyncText(2)}\n`);
  const fetches = await prompter.agrees("Fetch the data now?");
  await finish(here, { fetches, keeps: fetches && await wantsTimer(here) });
}

async function wantsTimer({ prompter }: Here): Promise<boolean> {
  return await prompter.agrees(
    "Keep the data up to date from then on, with a timer on this machine?",
  );
}

/** The first data and the timer, as far as they are wanted, and what comes next. */
async function finish(
  here: Here,
  { fetches, keeps }: { readonly fetches: boolean; readonly keeps: boolean },
): Promise<void> {
  // Data that are here in part are data, and without a timer the rest works all the same.
  const goesOn: readonly ExitCode[] = [exitCode("done"), exitCode("partial"), exitCode("later")];
  if (fetches && !await seh(here, ["sync"], (code) => goesOn.includes(code))) return;
  const hasTimer = keeps && await tried(here, ["service", "install"]) === exitCode("done");
  const timer: NextStep = ["seh service install", "keeps it up to date by itself"];
  const steps: NextStep[] = [
    ...fetches ? [] : [["seh sync", "fetches the data"] as const],
    ["seh status", "shows what is here"],
    ...hasTimer ? [] : [timer],
    ["seh sync --full", "fetches older data, as far as the credits go"],
  ];
  here.say(
    `\n${keeps && !hasTimer ? "" : "Done. "}Next:\n${
      nextStepsText(steps, here.context.world.stderr.columns)
    }`,
  );
}

/** Writes the settings, readable by their owner alone. Throws SettingsError. */
async function write(here: Here, values: Readonly<Record<string, string>>): Promise<void> {
  const { world } = here.context;
  for (const name of Object.keys(values)) {
    if (world.environment[name]) {
      throw new SettingsError([
        `${name} is set in the environment, which wins over ${here.file}; remove it there, then run ` +
        "seh setup again",
      ]);
    }
  }
  const before = await exists(here.file) ? textOf(world.readFile(here.file)) : "";
  try {
    await Deno.mkdir(dirname(here.file), { recursive: true, mode: 0o700 });
    await replaceStateFile(await stateFileTarget(here.file), withSettings(before, values));
  } catch (error) {
    const why = error instanceof StateFileError ? error.reason : "its folder cannot be made";
    throw new SettingsError([`${here.file} cannot be written: ${why}`]);
  }
  here.say(`Written to ${here.file}. Only you can read it.\n`);
}

/** Runs a command as the person would, and shows it; false: it failed and has said why, and setup ends. */
async function seh(
  here: Here,
  args: readonly string[],
  goesOn = (code: ExitCode) => code === exitCode("done"),
): Promise<boolean> {
  const code = await tried(here, args);
  if (goesOn(code)) return true;
  if (code !== exitCode("interrupted")) {
    here.say(`\nThe settings are kept. When this is mended, go on with: seh ${args.join(" ")}\n`);
  }
  return false;
}

/** Runs a command as the person would, and shows it; setup ends with its exit code. */
async function tried(
  { context, config, say }: Here,
  args: readonly string[],
): Promise<ExitCode> {
  say(`\n$ seh ${args.join(" ")}\n`);
  const code = await context.run(
    [...config === undefined ? [] : ["--config", config], ...args],
    context.world,
  ) as ExitCode;
  context.exitWith(code);
  return code;
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
