import { basename, dirname, join, resolve } from "node:path";

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

/** EBUSY: the file is a mount of its own, as containers make it, and cannot be replaced. */
function isMount(error: unknown): boolean {
  return error instanceof Error && /\(os error 16\)/.test(error.message);
}

const mountFolder =
  "It seems to be mounted as a single file, which cannot be replaced safely: mount its folder instead.";

/** Runs work on a state file; whatever it throws becomes a StateFileError that names the path. */
export async function onStateFile<Result>(
  path: string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StateFileError) throw error;
    const isBelowFile = error instanceof Deno.errors.NotADirectory;
    if (isBelowFile) {
      throw new StateFileError(dirname(path), "a folder is needed here, and this is a file");
    }
    throw new StateFileError(path, reasonOf(error), isMount(error) ? mountFolder : undefined);
  }
}

/**
 * Where the content of a state file lies: links are followed, also to a file that is not there yet, so that two
 * names of one file have one lock and a link stays a link. What is no plain file is a mistake, reported before
 * anything can wait for ever. Throws StateFileError.
 */
export async function stateFileTarget(path: string): Promise<string> {
  return await onStateFile(path, async () => {
    let at = path;
    for (let links = 0; links < 40; links++) {
      const found = await lookAt(at);
      if (!found) return join(await realFolder(dirname(at)), basename(at));
      if (found.isSymlink) {
        at = resolve(await Deno.realPath(dirname(at)), await Deno.readLink(at));
        continue;
      }
      requirePlain(at, found);
      return await Deno.realPath(at);
    }
    throw new StateFileError(path, "its links lead in a circle");
  });
}

/**
 * Opens a file for writing that only the user can read, together with its folder: for locks, whose content
 * does not matter. Throws StateFileError.
 */
export async function openStateFile(path: string): Promise<Deno.FsFile> {
  await makeFolder(dirname(path));
  return await onStateFile(path, async () => {
    const found = await lookAt(path);
    if (found) requirePlain(path, found);
    return await Deno.open(path, { create: true, write: true, mode: 0o600 });
  });
}

/**
 * Replaces a state file as a whole, on the disk when it resolves: written beside it under a name that nobody
 * can foresee, readable by the user alone, then put in its place. `target` is what `stateFileTarget` gave.
 * Throws StateFileError.
 */
export async function replaceStateFile(
  target: string,
  text: string,
  beforeCommit?: () => void | Promise<void>,
): Promise<void> {
  await onStateFile(target, async () => {
    const temporary = temporaryName(target);
    try {
      {
        using file = await Deno.open(temporary, { createNew: true, write: true, mode: 0o600 });
        // A umask may have taken more away than the user can do without.
        if (Deno.build.os !== "windows") await Deno.chmod(temporary, 0o600);
        let rest = new TextEncoder().encode(text);
        while (rest.length > 0) rest = rest.subarray(await file.write(rest));
        await file.syncData();
      }
      await beforeCommit?.();
      await Deno.rename(temporary, target);
    } catch (error) {
      await Deno.remove(temporary).catch(() => {});
      throw error;
    }
  });
}

/** Removes what writers that died have left beside a state file; only while nobody else can be writing. */
export async function removeLeftovers(target: string): Promise<void> {
  try {
    for await (const { name, isFile } of Deno.readDir(dirname(target))) {
      if (isFile && isTemporaryOf(basename(target), name)) {
        await Deno.remove(join(dirname(target), name));
      }
    }
  } catch {
    // They take room and do no other harm.
  }
}

function temporaryName(target: string): string {
  return `${target}.${crypto.getRandomValues(new Uint8Array(12)).toHex()}.new`;
}

function isTemporaryOf(base: string, name: string): boolean {
  return name.startsWith(`${base}.`) && /^\.[0-9a-f]{24}\.new$/.test(name.slice(base.length));
}

async function lookAt(path: string): Promise<Deno.FileInfo | null> {
  try {
    return await Deno.lstat(path);
  } catch (error) {
    if (isNotThere(error)) return null;
    throw error;
  }
}

/** Also below what is no folder: that is said when the folder is needed. */
function isNotThere(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
}

function requirePlain(path: string, found: Deno.FileInfo): void {
  if (found.isFile) return;
  const what = found.isDirectory
    ? "is a directory"
    : found.isSymlink
    ? "is a link, and must be a file of its own"
    : found.isFifo
    ? "is a named pipe (FIFO)"
    : "is a device or socket";
  throw new StateFileError(path, found.isDirectory ? what : `${what}, not a file`);
}

async function makeFolder(folder: string): Promise<void> {
  await onStateFile(folder, async () => {
    try {
      await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
      throw new StateFileError(folder, "a folder is needed here, and this is a file");
    }
  });
}

async function realFolder(folder: string): Promise<string> {
  try {
    return await Deno.realPath(folder);
  } catch (error) {
    if (isNotThere(error)) return folder;
    throw error;
  }
}
