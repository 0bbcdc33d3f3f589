import tab from "@bomb.sh/tab/commander";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { dataTypes } from "../model/data_type.ts";
import type { World } from "./world.ts";

type PlainCommand = Parameters<typeof tab>[0];

/**
 * Prints the script that makes a shell ask `seh complete -- WORDS…`. The library behind it writes to
 * the process's own stdout.
 */
export function printCompletionScript(
  program: CommandUnknownOpts,
  shell: "bash" | "zsh" | "fish",
): void {
  tab(program as unknown as PlainCommand).setup("seh", "seh", shell);
}

/** Prints the suggestions for the words after `--`, the last of which is being typed. */
export async function printSuggestions(
  program: CommandUnknownOpts,
  args: readonly string[],
  world: World,
): Promise<void> {
  const { stdout, cwd } = world;
  const words = args.slice(args.indexOf("--") + 1);
  const typed = words.at(-1) ?? "";
  if (fileOptions.has(words.at(-2) ?? "")) return stdout.print(pathSuggestions(typed, cwd));
  if (siteOptions.has(words.at(-2) ?? "")) {
    const { siteSuggestions } = await import("./site_suggestions.ts");
    const config = words.findIndex((one) => one === "-c" || one === "--config");
    const file = config < 0 ? undefined : words[config + 1];
    return stdout.print(await siteSuggestions(typed, world, file));
  }
  const suggestions = tab(program as unknown as PlainCommand);
  // The library adds the command through which the shell asks; nobody types it.
  suggestions.commands.delete("complete");
  for (const [command, name] of typeOptions) {
    const option = suggestions.commands.get(command)?.options.get(name);
    if (!option) continue;
    // Of a list with commas the last word is being typed.
    const before = typed.slice(0, typed.lastIndexOf(",") + 1);
    option.handler = (complete) => {
      for (const type of dataTypes) complete(before + type, "");
    };
  }
  suggestions.parse(words);
}

/** Options that take types of data. */
const typeOptions = [["sync", "only"], ["sync", "skip"], ["gaps", "only"], [
  "repair",
  "only",
]] as const;

const fileOptions: ReadonlySet<string> = new Set([
  "-c",
  "--config",
  "-o",
  "--output",
  "--sites-from",
]);
const siteOptions: ReadonlySet<string> = new Set(["-s", "--site", "--sites"]);

/** To the library's scripts `:4` means: offer nothing else, and `:2`: add no space. */
function pathSuggestions(typed: string, cwd: string): string {
  const folder = typed.slice(0, typed.lastIndexOf("/") + 1);
  const paths: string[] = [];
  try {
    for (
      const { name, isDirectory } of Deno.readDirSync(
        folder.startsWith("/") ? folder : `${cwd}/${folder}`,
      )
    ) {
      const path = folder + name;
      const isHidden = name.startsWith(".") && typed === folder;
      if (path.startsWith(typed) && !isHidden) paths.push(isDirectory ? `${path}/` : path);
    }
  } catch {
    // A folder that cannot be read has nothing to offer.
  }
  const isFolder = paths.length === 1 && paths[0].endsWith("/");
  return [...paths.sort(), `:${isFolder ? 6 : 4}`, ""].join("\n");
}
