import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { redactor, type Secret } from "../model/secret.ts";
import { passwordsOf, secretsAmong } from "../settings/setting_secrets.ts";
import type { ExitCode } from "./exit_codes.ts";
import type { World } from "./world.ts";

/** What every command gets. */
export interface CommandContext {
  readonly world: World;
  /** The program ends with this code when the command is done; of several the most serious counts. */
  exitWith(code: ExitCode): void;
  /** From now on these appear in no text that goes through `redact`. */
  hide(secrets: readonly Secret[]): void;
  /** The text without any secret that is known so far. */
  redact(text: string): string;
  /** How the cause of an error that nobody expected may be found: gives the error that it means, or itself. */
  explainWith(explain: (error: unknown) => Promise<unknown>): void;
  /** Runs seh with other words or in another world, as a person would; gives the exit code. */
  run(args: readonly string[], world: World): Promise<number>;
}

/** The options that every command has. */
export interface GlobalOptions {
  readonly config?: string;
  readonly verbose: boolean;
  readonly quiet: boolean;
  readonly color: boolean;
}

/** The global options, whether they stood before or after the name of the command. */
export function globalOptions(command: CommandUnknownOpts): GlobalOptions {
  const all = command.optsWithGlobals() as Partial<GlobalOptions>;
  return {
    config: all.config,
    verbose: all.verbose ?? false,
    quiet: all.quiet ?? false,
    color: all.color ?? true,
  };
}

/** A context that collects exit codes and hides what the environment holds of secrets. */
export function createContext(
  world: World,
  run: CommandContext["run"],
): CommandContext & {
  readonly codes: ExitCode[];
  /** The error that an error means. */
  explained(error: unknown): Promise<unknown>;
} {
  const codes: ExitCode[] = [];
  const hidden: Secret[] = [];
  let redact: ((text: string) => string) | null = null;
  let explain = (error: unknown): Promise<unknown> => Promise.resolve(error);
  return {
    world,
    codes,
    run,
    explainWith: (how) => void (explain = how),
    explained: (error) => explain(error),
    exitWith: (code) => void codes.push(code),
    hide(secrets) {
      hidden.push(...secrets);
      redact = null;
    },
    redact(text) {
      redact ??= redactor([
        ...hidden,
        // Before the settings are read, and when they cannot be, the environment says what is secret.
        ...secretsAmong(world.environment),
        // `--to=URL` is hidden too, also where it was mistyped.
        ...world.args.flatMap((one) => passwordsOf(one.replace(/^-[^=]*=/, ""))),
      ]);
      return redact(text);
    },
  };
}
