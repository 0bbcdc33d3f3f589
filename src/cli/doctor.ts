import { Command } from "@commander-js/extra-typings";
import type { CommandContext } from "./context.ts";
import { exitCodesHelp } from "./exit_codes.ts";

/** `seh doctor`: what keeps seh from working, and what helps? */
export function doctorCommand(context: CommandContext) {
  return new Command()
    .option("--offline", "send no request; otherwise one is sent at most")
    .option("--json", "the findings as JSON")
    .addHelpText("after", `\n${help}`)
    .action(async (options, command) => {
      const { doctor } = await import("./doctor_action.ts");
      await doctor(context, command, {
        json: options.json ?? false,
        offline: options.offline ?? false,
      });
    });
}

const help =
  `Looks at everything that a run depends on, a line each: settings, access and how long the
login lasts, quota, clock, database, disk, files, timer, last runs. A line says ok, warning or
wrong, and what to do. Nothing is changed.

Examples:
  seh doctor
  seh doctor --offline
  seh doctor --json | jq '.findings[] | select(.verdict != "ok")'

${exitCodesHelp(["done", "failed", "usage"])}`;
