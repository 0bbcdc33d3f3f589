import { dirname } from "node:path";

/** A file or folder in which the program keeps its own state cannot be used. */
export class StateFileError extends Error {
  override readonly name = "StateFileError";
  constructor(
    readonly path: string,
    readonly reason: string,
    /** What the person can do, where it is not a matter of the path and its permissions. */
    readonly remedy?: string,
  ) {
    super(`${path}: ${reason}`);
  }
}

/** What the operating system says, without its number and the path that it repeats. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const words = message.replace(/ \(os error \d+\).*$/s, "");
  return words.charAt(0).toLowerCase() + words.slice(1);
}

/** Runs a deed on a state file; whatever it throws becomes a StateFileError that names the path. */
export async function onStateFile<Result>(
  path: string,
  deed: () => Promise<Result>,
): Promise<Result> {
  try {
    return await deed();
  } catch (error) {
    if (error instanceof StateFileError) throw error;
    throw new StateFileError(path, reasonOf(error));
  }
}

/**
 * Opens a file for writing that only the user can read, together with its folder.
 * Throws StateFileError.
 */
export async function openStateFile(path: string): Promise<Deno.FsFile> {
  const folder = dirname(path);
  await onStateFile(folder, async () => {
    try {
      await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
      throw new StateFileError(folder, "a folder is needed here, and this is a file");
    }
  });
  return await onStateFile(path, () => Deno.open(path, { create: true, write: true, mode: 0o600 }));
}
