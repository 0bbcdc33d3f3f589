import tab from "@bomb.sh/tab/commander";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";

type PlainCommand = Parameters<typeof tab>[0];

/**
 * Prints the script that makes a shell ask `seh complete -- WORDS…`. The library behind it writes to
 * the process's own stdout.
 */
export function printCompletionScript(
  program: CommandUnknownOpts,
  shell: "bash" | "zsh" | "fish",
): void {
  tab(program as unknown as PlainCommand).setup("seh", "seh", shell);
}

/** Prints the suggestions for the words after `--`, the last of which is being typed. */
export function printSuggestions(program: CommandUnknownOpts, args: readonly string[]): void {
  const suggestions = tab(program as unknown as PlainCommand);
  // The library adds the command through which the shell asks; nobody types it.
  suggestions.commands.delete("complete");
  suggestions.parse(args.slice(args.indexOf("--") + 1));
}
