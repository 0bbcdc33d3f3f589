import { basename, dirname, join } from "node:path";
import { nameBeside } from "../files/name_beside.ts";
import { realTarget } from "../files/real_target.ts";
import type { Sink } from "./format.ts";

/** A file being written; it appears under its name only when it is whole. */
export interface FileSink extends Sink {
  readonly path: string;
  /** Puts the whole file in its place. */
  finish(): Promise<void>;
  /** Deletes what was written so far; a file that stood there before is left as it was. */
  abandon(): Promise<void>;
}

/** Another program is writing the file at this moment. */
export class FileBusy extends Error {
  override readonly name = "FileBusy";
  constructor(readonly path: string) {
    super(`another export is writing ${path}`);
  }
}

/**
 * Opens a file for writing. A regular file is written beside its name and renamed when finished;
 * anything else that exists (a pipe, a device) is written to directly. Throws FileBusy, and Deno's own errors.
 */
export async function openFileSink(path: string): Promise<FileSink> {
  const there = await Deno.stat(path).catch(() => null);
  return there !== null && !there.isFile ? await openInPlace(path) : await openBeside(path, there);
}

async function openInPlace(path: string): Promise<FileSink> {
  const file = await Deno.open(path, { write: true });
  const end = () => Promise.resolve(file.close());
  return { path, write: (bytes) => writeAll(file, bytes), finish: end, abandon: end };
}

async function openBeside(path: string, there: Deno.FileInfo | null): Promise<FileSink> {
  // A link stays a link: what it leads to is what is replaced.
  const target = await realTarget(path);
  const { file, written } = await namedAs(path, () => startAlone(target, path));
  let isOpen = true;
  const close = () => {
    if (isOpen) file.close();
    isOpen = false;
  };
  return {
    path,
    write: (bytes) => writeAll(file, bytes),
    async finish() {
      // Who may read it stays as it was; the file is made for everybody whom the system allows.
      if (there?.mode) await Deno.chmod(written, there.mode & 0o777);
      await file.sync();
      await namedAs(path, () => Deno.rename(written, target));
      // Only now: until it is closed, nobody else writes this file.
      close();
    },
    async abandon() {
      close();
      await Deno.remove(written).catch(() => {});
    },
  };
}

const ending = "part";

/**
 * Makes the file that is written beside the target, under a name that nobody can foresee, and holds a lock on
 * it, by which others see that it is being written. What a program that died has left there is deleted.
 */
async function startAlone(
  target: string,
  path: string,
): Promise<{ readonly file: Deno.FsFile; readonly written: string }> {
  using _turn = await turnIn(dirname(target));
  for (const one of await leftBeside(target)) {
    try {
      using other = await Deno.open(one, { write: true });
      if (!await other.tryLock(true)) throw new FileBusy(path);
      await Deno.remove(one);
    } catch (error) {
      // Finished a moment ago.
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  const written = nameBeside(target, ending);
  const file = await Deno.open(written, { createNew: true, write: true });
  await file.tryLock(true);
  return { file, written };
}

/**
 * Keeps other programs from starting to write in this folder until it is disposed; does nothing where the
 * system cannot.
 */
async function turnIn(folder: string): Promise<Disposable> {
  try {
    const opened = await Deno.open(folder);
    await opened.lock(true);
    return opened;
  } catch {
    // Some systems do not lock folders; the lock on the file itself remains.
    return { [Symbol.dispose]() {} };
  }
}

/** Files that were or are written for this target. */
async function leftBeside(target: string): Promise<string[]> {
  const name = new RegExp(`^\\.${RegExp.escape(basename(target))}\\.[0-9a-f]{16}\\.${ending}$`);
  const found: string[] = [];
  try {
    for await (const one of Deno.readDir(dirname(target))) {
      if (one.isFile && name.test(one.name)) found.push(join(dirname(target), one.name));
    }
  } catch (error) {
    // A folder may take files and not show them.
    if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
  }
  return found;
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  let rest = bytes;
  while (rest.length > 0) rest = rest.subarray(await file.write(rest));
}

/** An error of the system names the file as the user did, not the one that is written beside it. */
async function namedAs<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const [, reason] = /^(.+ \(os error \d+\))/.exec((error as Error).message) ?? [];
    if (reason !== undefined) (error as Error).message = `${reason}: open '${path}'`;
    throw error;
  }
}
