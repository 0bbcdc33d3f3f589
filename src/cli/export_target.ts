import { resolve } from "node:path";
import type { Dataset } from "../export/dataset.ts";
import { formats } from "../export/formats.ts";
import type { ExportOptions } from "./export_options.ts";
import { UsageError } from "./failure.ts";
import type { World } from "./world.ts";

/** One file (or stdout) and the datasets that go there. */
export interface ExportTarget {
  /** Null: stdout. As the user would write it, relative to the current folder where it was given so. */
  readonly path: string | null;
  /** What is said to the person about a name that we chose; null: nothing. */
  readonly announced: string | null;
  /** It goes into a folder that the user named and that may have to be made. */
  readonly isInFolder: boolean;
  readonly datasets: readonly Dataset[];
}

/** Decides where the data goes and writes nothing. Throws UsageError where the options cannot be met. */
export async function chooseTargets(
  options: Pick<ExportOptions, "datasets" | "format" | "output">,
  datasets: readonly Dataset[],
  world: Pick<World, "stdout" | "clock" | "cwd">,
): Promise<ExportTarget[]> {
  const folder = options.output !== null && await isFolder(options.output, world.cwd);
  const { takesSeveral, isBinary } = formats[options.format];
  if (options.datasets === "all" && !takesSeveral) {
    const named = options.output === null && world.stdout.isTerminal
      ? await freeName("", "all", "/", world)
      : null;
    if (!folder && named === null) {
      throw new UsageError(
        `${options.format.toUpperCase()} holds one dataset in one file: name a dataset (\`seh export energy\`), or a folder for all of them (-o FOLDER/), or take --format json.`,
      );
    }
    return datasets.map((one, at) => ({
      path: inFolder(named ?? options.output!, `${one.name}.${options.format}`),
      announced: at === 0 ? named : null,
      isInFolder: true,
      datasets: [one],
    }));
  }
  if (isBinary && world.stdout.isTerminal && options.output === "-") {
    throw new UsageError(
      `${options.format.toUpperCase()} is nothing for a terminal: name a file (-o FILE), or send it to a program.`,
    );
  }
  if (options.output === "-" || (options.output === null && !world.stdout.isTerminal)) {
    return [{ path: null, announced: null, isInFolder: false, datasets }];
  }
  if (options.output !== null && !folder) {
    return [{ path: options.output, announced: null, isInFolder: false, datasets }];
  }
  const into = options.output ?? "";
  const path = await freeName(into, options.datasets, `.${options.format}`, world);
  return [{ path, announced: path, isInFolder: into !== "", datasets }];
}

async function isFolder(output: string, cwd: string): Promise<boolean> {
  if (/[/\\]$/.test(output)) return true;
  return output !== "-" &&
    await Deno.stat(resolve(cwd, output)).then((one) => one.isDirectory, () => false);
}

function inFolder(folder: string, name: string): string {
  return folder === "" ? name : `${folder.replace(/[/\\]+$/, "")}/${name}`;
}

/** A name that says what is inside and when it was made, and that no file has yet. */
async function freeName(
  folder: string,
  what: string,
  ending: string,
  world: Pick<World, "clock" | "cwd">,
): Promise<string> {
  const stamp = world.clock.now().toString({ smallestUnit: "second" }).replaceAll(/[-:]/g, "");
  for (let attempt = 1;; attempt++) {
    const suffix = attempt === 1 ? "" : `-${attempt}`;
    const name = inFolder(folder, `seh-${what}-${stamp}${suffix}${ending}`);
    if (!await Deno.stat(resolve(world.cwd, name)).catch(() => null)) return name;
  }
}
