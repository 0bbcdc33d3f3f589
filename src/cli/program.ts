import { Command, CommanderError, Help } from "@commander-js/extra-typings";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { commands } from "./commands.ts";
import { type CommandContext, createContext, globalOptions } from "./context.ts";
import { exitCode, exitCodes, exitCodesHelp, interruptedCode, mostSerious } from "./exit_codes.ts";
import { helpItem, reflow } from "./help_text.ts";
import { fitted } from "./terminal/wrapped.ts";
import type { Output, World } from "./world.ts";

/**
 * Runs the program to its end and gives the exit code. Every error becomes a sentence on stderr here,
 * and nowhere else; the stack trace comes with --verbose only. Never throws.
 */
export async function run(args: readonly string[], world: World): Promise<number> {
  const context = createContext(world, run);
  // What a shell suggests may be an option of any command.
  const isShell = args[0] === "complete";
  const program = rootCommand(world);
  try {
    await addCommands(program, context, isShell ? null : args);
    if (isShell) {
      const { printSuggestions } = await import("./shell_completion.ts");
      await printSuggestions(program, args, world);
      return exitCode("done");
    }
    const { operands, unknown } = program.parseOptions([...args]);
    if (operands.length === 0 && unknown.length === 0) {
      const { standing } = await import("./standing_action.ts");
      await standing(context, program);
      return exitCode("done");
    }
    await program.parseAsync([...args], { from: "user" });
    return mostSerious(context.codes);
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? exitCode("done") : exitCode("usage");
    }
    // Whoever read our output has enough of it: `seh export | head`.
    if (error instanceof Deno.errors.BrokenPipe) return mostSerious(context.codes);
    const { describe } = await import("./failure.ts");
    const failed = describe(await context.explained(error));
    const { text } = failed;
    const isInterrupted = failed.code === exitCode("interrupted");
    const code = isInterrupted ? interruptedCode(world.interrupted().reason) : failed.code;
    world.stderr.print(fitted(`seh: ${context.redact(text)}\n`, world.stderr));
    if (globalOptions(program).verbose) world.stderr.print(`${context.redact(trace(error))}\n`);
    return mostSerious([...context.codes, code]);
  }
}

/** `seh` with the options that every command has. */
function rootCommand(world: World): CommandUnknownOpts {
  return new Command("seh")
    .description(
      "SolarEdge Harvest: everything the monitoring API knows about your sites, in your own database.",
    )
    .option(
      "-c, --config <FILE>",
      "settings file (default: .env, else ~/.config/seh/env)",
    )
    .option("-v, --verbose", "say more; a failure shows where it happened")
    .option("-q, --quiet", "say nothing but errors")
    .option("--no-color", "no colour (NO_COLOR is obeyed too)")
    .version(world.version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .addHelpText("after", `\n${programHelp}`) as unknown as CommandUnknownOpts;
}

/**
 * Adds all commands, in the order of the help. Those whose names are among the words are whole, the others have a
 * name and a summary only; null: all are whole.
 */
async function addCommands(
  program: CommandUnknownOpts,
  context: CommandContext,
  words: readonly string[] | null,
): Promise<void> {
  const { world } = context;
  for (const { name, summary, create } of commands) {
    const isWhole = words === null || words.includes(name);
    const command = isWhole ? await create(context) : unread();
    program.addCommand(command.name(name).description(summary));
  }
  program.addCommand(helpCommand(program));
  for (const command of [program, ...program.commands]) {
    const path = command === program ? "seh" : `seh ${command.name()}`;
    command
      .exitOverride()
      .showHelpAfterError(`Run \`${path} --help\` to see what is possible.`)
      .helpOption("-h, --help", "print this help")
      .configureHelp({
        showGlobalOptions: true,
        subcommandTerm: (one) => one.name(),
        // Of itself the library breaks nothing on less than some 60 columns.
        minWidthToWrap: 10,
        formatItem(term, termWidth, description, helper) {
          const beside = () =>
            Help.prototype.formatItem.call(helper, term, termWidth, description, helper);
          return helpItem(term, description, helper, beside);
        },
      })
      .configureOutput({
        writeOut: (text) => world.stdout.print(reflow(text, helpWidth(world.stdout))),
        writeErr: (text) => world.stderr.print(fitted(context.redact(text), world.stderr)),
        getOutHelpWidth: () => helpWidth(world.stdout),
        getErrHelpWidth: () => helpWidth(world.stderr),
        getOutHasColors: () => false,
        getErrHasColors: () => false,
        outputError: (text, write) => write(fitted(usageSentence(text), world.stderr)),
      });
  }
}

/** Stands in the list of commands for one whose file was not read. */
function unread(): CommandUnknownOpts {
  return new Command() as unknown as CommandUnknownOpts;
}

/** `seh help COMMAND`; the library's own says nothing of a command that does not exist. */
function helpCommand(program: CommandUnknownOpts): CommandUnknownOpts {
  return new Command("help").description("print the help of a command").argument("[command]")
    .action((name) => {
      const command = name === undefined
        ? program
        : program.commands.find((one) => one.name() === name);
      if (!command) program.error(`error: unknown command '${name}'`, { exitCode: 1 });
      command.help();
    }) as unknown as CommandUnknownOpts;
}

/** The library's words about wrong usage, made shorter. */
function usageSentence(text: string): string {
  return text.replace(/^error: /, "seh: ")
    .replace(/command-argument value '(.*)' is invalid for argument '(.*)'\./, "unknown $2 '$1'.")
    .replace(/option '(?:-\w, )?(--[\w-]+)[^']*' argument '(.*)' is invalid\./, "$1 '$2' is wrong.")
    .replace(/\n\(Did you mean (.+)\?\)/, ". Did you mean $1?");
}

const programHelp = `Start here:
  seh                               where you stand, and what is next
  seh setup                         set seh up, step by step
  seh demo                          try everything without an account
  seh sync                          fetch what is new
  seh status                        see what is here
  seh export energy > energy.csv    and use it

${exitCodesHelp(exitCodes.map((one) => one.name))}`;

/** Lines much longer than this are hard to read, however wide the terminal is. */
function helpWidth(output: Output): number {
  return Math.min(output.columns, 80);
}

function trace(error: unknown): string {
  const lines: string[] = [];
  for (let one = error; one instanceof Error; one = one.cause) {
    lines.push(`${lines.length > 0 ? "caused by " : ""}${one.stack ?? one.message}`);
  }
  return lines.join("\n");
}
