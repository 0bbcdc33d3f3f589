import { dirname, resolve } from "node:path";

/** As many links as the operating system follows. */
const mostLinks = 40;

/**
 * The file that a path leads to, with all links followed, also where that file does not exist yet. Files that
 * belong to it (a lock, its replacement) stand beside it, whatever name it was reached by.
 * Throws Deno's own errors.
 */
export async function realTarget(path: string): Promise<string> {
  let target = resolve(path);
  for (let links = 0; links < mostLinks; links++) {
    try {
      return await Deno.realPath(target);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    try {
      target = resolve(dirname(target), await Deno.readLink(target));
    } catch {
      // Nothing is there yet, and it is no link: its folder may be one.
      const folder = await Deno.realPath(dirname(target)).catch(() => dirname(target));
      return resolve(folder, target.slice(dirname(target).length).replace(/^[/\\]+/, ""));
    }
  }
  return target;
}
