import { resolve } from "node:path";
import type { ExportPart } from "../export/export.ts";
import type { ExportWish } from "./export_action.ts";
import { UsageError } from "./failure.ts";
import type { World } from "./world.ts";

/** One file (or stdout) and the datasets that go there. */
export interface ExportTarget {
  /** Null: stdout. As the user would write it, relative to the current folder where it was given so. */
  readonly path: string | null;
  readonly isNamedByUs: boolean;
  /** It goes into a folder that the user named and that may have to be made. */
  readonly isInFolder: boolean;
  readonly parts: readonly ExportPart[];
}

/** Decides where the data goes and writes nothing. Throws UsageError where the wish cannot be met. */
export async function chooseTargets(
  wish: Pick<ExportWish, "datasets" | "format" | "output">,
  parts: readonly ExportPart[],
  world: Pick<World, "stdout" | "clock" | "cwd">,
): Promise<ExportTarget[]> {
  const folder = wish.output !== null && await isFolder(wish.output, world.cwd);
  if (wish.datasets === "all" && wish.format === "csv") {
    if (!folder) {
      throw new UsageError(
        "CSV holds one dataset in one file: name a dataset (`seh export energy`), or a folder for all of them (-o FOLDER/), or take --format json.",
      );
    }
    return parts.map((part) => ({
      path: inFolder(wish.output!, `${part.dataset.name}.csv`),
      isNamedByUs: false,
      isInFolder: true,
      parts: [part],
    }));
  }
  if (wish.output === "-" || (wish.output === null && !world.stdout.isTerminal)) {
    return [{ path: null, isNamedByUs: false, isInFolder: false, parts }];
  }
  if (wish.output !== null && !folder) {
    return [{ path: wish.output, isNamedByUs: false, isInFolder: false, parts }];
  }
  const into = wish.output ?? "";
  const path = await freeName(into, wish, world);
  return [{ path, isNamedByUs: true, isInFolder: into !== "", parts }];
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
  wish: Pick<ExportWish, "datasets" | "format">,
  world: Pick<World, "clock" | "cwd">,
): Promise<string> {
  const stamp = world.clock.now().toString({ smallestUnit: "second" }).replaceAll(/[-:]/g, "");
  for (let attempt = 1;; attempt++) {
    const suffix = attempt === 1 ? "" : `-${attempt}`;
    const name = inFolder(folder, `seh-${wish.datasets}-${stamp}${suffix}.${wish.format}`);
    if (!await Deno.stat(resolve(world.cwd, name)).catch(() => null)) return name;
  }
}
