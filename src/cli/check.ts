import { Command, Option } from "@commander-js/extra-typings";
import { levels, ruleNames } from "../check/finding.ts";
import { readWord } from "./arguments.ts";
import type { CommandContext } from "./context.ts";
import { exitCodesHelp } from "./exit_codes.ts";
import { chosenSites, siteOption, sitesFromOption, sitesOption } from "./site_choice.ts";

/** `seh check`: does the database contradict itself? */
export function checkCommand(context: CommandContext) {
  const readRule = readWord(ruleNames);
  return new Command()
    .addOption(siteOption())
    .addOption(sitesOption())
    .addOption(sitesFromOption())
    .addOption(
      new Option("--rule <NAME>", "only this rule (repeatable, or several with commas)")
        .argParser((text: string, previous: readonly typeof ruleNames[number][] = []) => [
          ...previous,
          ...text.split(",").map((one) => readRule(one.trim())),
        ]),
    )
    .addOption(
      new Option("--level <LEVEL>", `end with 7 for a finding of this level or worse`)
        .choices(levels).default("warning" as const),
    )
    .option("--json", "every finding as JSON")
    .addHelpText("after", `\n${help}`)
    .action(async (options, command) => {
      const { check } = await import("./check_action.ts");
      await check(context, command, {
        siteIds: await chosenSites(context, command, options, { mustBeStored: true }),
        only: options.rule ?? null,
        level: options.level,
        json: options.json ?? false,
      });
    });
}

const help =
  `Sends no request and changes nothing. A finding is a place where the database contradicts
itself, or what the sun allows. The rules:

  day-sum, month-sum, year-sum, lifetime-sum   do the parts add up to the whole?
  production-parts, consumption-parts          self-consumption with feed-in, with purchase
  day-balance                                  where a day's energy came from and went
  counter-falls                                a lifetime counter that is lower than before
  night-power, above-peak, flat-line           power that the sun does not give
  silent-device                                says nothing for days while others report
  double, day-slots, zone-offset               rows that are too many, missing or out of place

Three levels: error (wrong), warning (look at it), note (worth knowing). What each rule lets pass
stands in docs/check.md.

Examples:
  seh check
  seh check --site 12345 --rule day-sum,month-sum
  seh check --level error --quiet || echo "look at the data"
  seh check --json | jq '.findings[] | select(.rule == "silent-device")'

${exitCodesHelp(["done", "failed", "usage", "database", "findings"])}`;
