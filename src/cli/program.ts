import { Command, CommanderError } from "@commander-js/extra-typings";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { backupCommand } from "./backup.ts";
import { chartCommand } from "./chart.ts";
import { checkApiCommand } from "./check_api.ts";
import { checkCommand } from "./check.ts";
import { completionsCommand } from "./completions.ts";
import { type CommandContext, createContext, globalOptions } from "./context.ts";
import { copyCommand } from "./copy.ts";
import { demoCommand } from "./demo.ts";
import { doctorCommand } from "./doctor.ts";
import { exitCode, exitCodes, exitCodesHelp, interruptedCode, mostSerious } from "./exit_codes.ts";
import { exportCommand } from "./export.ts";
import { describe } from "./failure.ts";
import { gapsCommand } from "./gaps.ts";
import { reflow } from "./help_text.ts";
import { importCommand } from "./import.ts";
import { initDbCommand } from "./init_db.ts";
import { loginCommand } from "./login.ts";
import { logoutCommand } from "./logout.ts";
import { repairCommand } from "./repair.ts";
import { reparseCommand } from "./reparse.ts";
import { reportCommand } from "./report.ts";
import { revisionsCommand } from "./revisions.ts";
import { serviceCommand } from "./service.ts";
import { setupCommand } from "./setup.ts";
import { sqlCommand } from "./sql.ts";
import { statusCommand } from "./status.ts";
import { syncCommand } from "./sync.ts";
import { tariffCommand } from "./tariff.ts";
import { fitted } from "./terminal/wrapped.ts";
import type { Output, World } from "./world.ts";

/**
 * Runs the program to its end and gives the exit code. Every error becomes a sentence on stderr here,
 * and nowhere else; the stack trace comes with --verbose only. Never throws.
 */
export async function run(args: readonly string[], world: World): Promise<number> {
  const context = createContext(world);
  const program = createProgram(context);
  try {
    // Loaded only for the shell that asks: it would cost every other start some milliseconds.
    if (args[0] === "complete") {
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
    const failed = describe(error);
    const { text } = failed;
    const isInterrupted = failed.code === exitCode("interrupted");
    const code = isInterrupted ? interruptedCode(world.interrupted().reason) : failed.code;
    world.stderr.print(fitted(`seh: ${context.redact(text)}\n`, world.stderr));
    if (globalOptions(program).verbose) world.stderr.print(`${context.redact(trace(error))}\n`);
    return mostSerious([...context.codes, code]);
  }
}

/** The tree of commands, without running anything. */
export function createProgram(context: CommandContext): CommandUnknownOpts {
  const { world } = context;
  const program = new Command("seh")
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
  for (
    const create of [
      setupCommand,
      initDbCommand,
      checkApiCommand,
      loginCommand,
      logoutCommand,
      syncCommand,
      statusCommand,
      gapsCommand,
      repairCommand,
      revisionsCommand,
      checkCommand,
      exportCommand,
      tariffCommand,
      reportCommand,
      chartCommand,
      sqlCommand,
      copyCommand,
      backupCommand,
      reparseCommand,
      importCommand,
      demoCommand,
      doctorCommand,
      serviceCommand,
      completionsCommand,
    ]
  ) {
    program.addCommand(create(context) as CommandUnknownOpts);
  }
  program.addCommand(helpCommand(program));
  for (const command of [program, ...program.commands]) {
    const path = command === program ? "seh" : `seh ${command.name()}`;
    command
      .exitOverride()
      .showHelpAfterError(`Run \`${path} --help\` to see what is possible.`)
      .helpOption("-h, --help", "print this help")
      .configureHelp({ showGlobalOptions: true })
      .configureOutput({
        writeOut: (text) => world.stdout.print(reflow(text, helpWidth(world.stdout))),
        writeErr: (text) => world.stderr.print(context.redact(text)),
        getOutHelpWidth: () => helpWidth(world.stdout),
        getErrHelpWidth: () => helpWidth(world.stderr),
        getOutHasColors: () => false,
        getErrHasColors: () => false,
        outputError: (text, write) => write(fitted(usageSentence(text), world.stderr)),
      });
  }
  return program;
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
