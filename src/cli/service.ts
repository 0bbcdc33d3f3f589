import { Command, Option } from "@commander-js/extra-typings";
import { readDurationSeconds, readWord } from "./arguments.ts";
import type { CommandContext } from "./context.ts";
import { exitCodesHelp } from "./exit_codes.ts";
import { serviceKinds } from "./service/plan.ts";

/** `seh service`: lets this machine run `seh sync` again and again. */
export function serviceCommand(context: CommandContext) {
  const actions = ["install", "uninstall", "status"] as const;
  return new Command()
    .argument("<action>", actions.join(", "), readWord(actions))
    .option("--system", "for the whole machine, also when nobody is logged in (needs root)")
    .addOption(
      new Option("--every <TIME>", "how long to wait between two runs (default: 1h)")
        .argParser(readDurationSeconds),
    )
    .addOption(
      new Option("--for <KIND>", `${serviceKinds.join(", ")} (default: what this machine has)`)
        .argParser(readWord(serviceKinds)),
    )
    .option("--print", "print the files and change nothing")
    .addHelpText("after", `\n${help}`)
    .action(async (action, options, command) => {
      const { service } = await import("./service_action.ts");
      await service(context, command, {
        action,
        system: options.system ?? false,
        everySeconds: options.every ?? 3600,
        kind: options.for ?? null,
        print: options.print ?? false,
      });
    });
}

const help =
  `On Linux two systemd units, on macOS a property list of launchd, on Windows a task of the
Task Scheduler. They start this seh with the settings file that is in use now, in the current
folder, as you: so a login's tokens and a key are read and renewed where they are. With cron two
lines are printed for \`crontab -e\`.

A user's service runs while the user is logged in; on Linux \`loginctl enable-linger\` lets it run
always, or use --system with sudo. seh asks only for what is due: any --every is safe.

Examples:
  seh service install
  seh service install --print
  sudo seh --config /home/sun/.env service install --system
  seh service install --for cron
  seh service uninstall

${exitCodesHelp(["done", "failed", "usage"])}`;
