import { Argument, Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { readWord } from "./arguments.ts";
import type { CommandContext } from "./context.ts";
import { exitCodesHelp } from "./exit_codes.ts";

const shells = ["bash", "zsh", "fish"] as const;

/** `seh completions SHELL`: prints a completion script. */
export function completionsCommand(_context: CommandContext) {
  return new Command()
    .addArgument(
      new Argument("<shell>", "your shell").choices(shells).argParser(readWord(shells)),
    )
    .addHelpText("after", `\n${help}`)
    .action(async (shell, _options, command) => {
      const { printCompletionScript } = await import("./shell_completion.ts");
      printCompletionScript(command.parent as CommandUnknownOpts, shell);
    });
}

const help = `Examples:
  source <(seh completions bash)                        for this shell
  seh completions zsh > ~/.zsh/completions/_seh         from the next shell on
  seh completions fish > ~/.config/fish/completions/seh.fish

The script asks the seh on your PATH; in bash it needs the package bash-completion.

${exitCodesHelp(["done", "usage"])}`;
