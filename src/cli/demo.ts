import { Command, Option } from "@commander-js/extra-typings";
import { readWord } from "./arguments.ts";
import type { CommandContext } from "./context.ts";
import { exitCodesHelp } from "./exit_codes.ts";

const generations = ["1", "2"] as const;

/** `seh demo`: a whole harvest against the built-in simulated server. */
export function demoCommand(context: CommandContext) {
  return new Command()
    .addOption(
      new Option("--api <GENERATION>", "which of SolarEdge's APIs is simulated: 1 or 2")
        .choices(generations).argParser(readWord(generations)).default("2" as const),
    )
    .addHelpText("after", `\n${help}`)
    .action(async (options, command) => {
      const { demo } = await import("./demo_action.ts");
      await demo(context, command, options.api);
    });
}

const help =
  `Starts the simulated server on this machine, makes a database in a temporary folder and runs
init-db, check-api, sync, a small export and status against it. Your own settings and data are
not touched.

Examples:
  seh demo
  seh demo --api 1    the old API, off since November 2026

${exitCodesHelp(["done", "failed"])}`;
