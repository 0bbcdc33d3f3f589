import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { join } from "node:path";
import { demoSites } from "../simulator/scenarios.ts";
import { startSimulator } from "../simulator/simulator.ts";
import { type CommandContext, globalOptions } from "./context.ts";
import { exitCodes } from "./exit_codes.ts";
import { wantsColour } from "./terminal/colour.ts";
import { type NextStep, nextStepsText } from "./terminal/next_steps.ts";
import { fitted } from "./terminal/wrapped.ts";

/** Runs the commands a new user would run, one after the other; ends at the first that fails. */
export async function demo(
  context: CommandContext,
  command: CommandUnknownOpts,
  generation: "1" | "2",
): Promise<void> {
  const { world } = context;
  const options = globalOptions(command);
  const folder = await Deno.makeTempDir({ prefix: "seh-demo-" });
  const databaseFile = join(folder, "seh.db");
  const sites = demoSites();
  await using server = await startSimulator({
    sites,
    now: () => world.clock.now(),
    // Nobody wants to watch a demo wait for the next minute's calls.
    allowance: { credits: 2000, perMinute: 1000, billingDay: 1 },
  });
  // Only what the demo needs: the user's own settings must not leak into it.
  const environment = {
    ...(wantsColour(world.stdout, world.environment, options.color) ? {} : { NO_COLOR: "1" }),
    SEH_API_KEY: generation === "1" ? server.apiKey : server.fleetKey,
    SEH_API_BASE_URL: server.url,
    SEH_API_VERSION: generation,
    SEH_API_MINUTE_LIMIT: "1000",
    SEH_DATABASE_URL: `sqlite:///${databaseFile}`,
    SEH_QUOTA_FILE: join(folder, "quota.json"),
    SEH_TOKEN_FILE: join(folder, "tokens.json"),
  };
  const site = sites[0];
  const today = world.clock.now().toZonedDateTimeISO(site.timeZone).toPlainDate();
  const week = ["--start", today.subtract({ days: 3 }).toString(), "--end", today.toString()];
  const commands = [
    ["init-db"],
    ["check-api"],
    ["sync"],
    ["export", "energy", "--site", String(site.siteId), ...week, "-o", "-"],
    ["status"],
  ];
  world.stdout.print(
    `A simulated SolarEdge server with ${sites.length} sites answers on ${server.url}.\n`,
  );
  for (const args of commands) {
    world.stdout.print(`\n$ seh ${args.join(" ")}\n`);
    const code = await context.run(args, { ...world, environment, cwd: folder });
    if (code !== 0) {
      world.stderr.print(`seh: the demo ended at \`seh ${args[0]}\` with exit code ${code}.\n`);
      context.exitWith(exitCodes.find((one) => one.code === code)!.code);
      return;
    }
  }
  const columns = world.stdout.isTerminal ? world.stdout.columns : Infinity;
  world.stdout.print(fitted(nextSteps(databaseFile, columns), world.stdout));
}

const next: NextStep = ["seh setup", "asks what it needs and explains the sign-up at SolarEdge"];

function nextSteps(databaseFile: string, columns: number): string {
  return `
The demo's database is ${databaseFile}: look into it with sqlite3, and delete it when you are done.

Next, with your own sites:
${nextStepsText([next], columns)}`;
}
