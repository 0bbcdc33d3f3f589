import { Command } from "@commander-js/extra-typings";
import type { CommandContext } from "./context.ts";
import { exitCodesHelp } from "./exit_codes.ts";

/** `seh demo`: a whole harvest against the built-in simulated server. */
export function demoCommand(context: CommandContext) {
  return new Command("demo")
    .description("try everything without a key, against a simulated SolarEdge server")
    .addHelpText("after", `\n${help}`)
    .action(async (_options, command) => {
      const { demo } = await import("./demo_action.ts");
      await demo(context, command);
    });
}

const help =
  `Starts the simulated server on this machine, makes a database in a temporary folder and runs
init-db, check-api, sync, a small export and status against it. Your own settings and data are
not touched.

Examples:
  seh demo

${exitCodesHelp(["done", "failed"])}`;
