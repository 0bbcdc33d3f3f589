import { basename, dirname, join } from "node:path";

/** A name beside a file that nobody can foresee, so that nobody can have put a link there. */
export function nameBeside(path: string, ending: string): string {
  const random = crypto.getRandomValues(new Uint8Array(8)).toHex();
  return join(dirname(path), `.${basename(path)}.${random}.${ending}`);
}

/**
 * Writes a file that appears under its name only when it is whole, readable by the user alone; one that stood
 * there before is replaced. Throws Deno's own errors.
 */
export async function writeWholeFile(path: string, text: string): Promise<void> {
  const fresh = nameBeside(path, "new");
  try {
    {
      using file = await Deno.open(fresh, { createNew: true, write: true, mode: 0o600 });
      let rest = new TextEncoder().encode(text);
      while (rest.length > 0) rest = rest.subarray(await file.write(rest));
      await file.sync();
    }
    await Deno.rename(fresh, path);
  } catch (error) {
    await Deno.remove(fresh).catch(() => {});
    throw error;
  }
}
