import { run } from "./src/cli/program.ts";
import { realWorld } from "./src/cli/world.ts";

Deno.exit(await run(Deno.args, realWorld()));
