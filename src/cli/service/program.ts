import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import manifest from "../../../deno.json" with { type: "json" };

/**
 * How this seh was started, so that a service can start it again: the executable itself, or Deno with the
 * permissions of the documented task and the file it runs. What an executable may do was settled when it was
 * made; Deno lets it talk to these hosts alone.
 */
export function programOf(
  execPath: string,
  mainModule: string,
  hosts: readonly string[],
): readonly string[] {
  if (!/^deno(\.exe)?$/i.test(basename(execPath))) return [execPath];
  const main = fileURLToPath(mainModule);
  const flags = manifest.tasks.seh.command.split(" ").filter((one) => one.startsWith("--"))
    .map((one) => one === "--allow-net" ? `--allow-net=${hosts.join(",")}` : one);
  const config = main.endsWith(".ts")
    ? ["--config", join(dirname(main), "deno.json")]
    : ["--no-config"];
  return [execPath, "run", ...flags, ...config, main];
}
