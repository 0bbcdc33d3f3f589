import type { DatabaseLock, Holder } from "../database.ts";
import { DatabaseError, LockedError } from "../database_error.ts";
import { holderOf } from "../session.ts";
import { translated } from "./driver.ts";

/**
 * Takes the lock on a file without waiting. The operating system gives it back when the process ends, however
 * it ends; the file stays, since deleting it would let two processes lock two files of one name. `running` is
 * asked for the holder when the file does not say (Windows locks reading too).
 */
export async function lockFile(
  path: string,
  holder: Holder,
  running: () => Promise<Holder | null>,
): Promise<DatabaseLock> {
  const file = await openPlain(path);
  try {
    if (!await file.tryLock(true)) throw new LockedError(holderIn(path) ?? await running());
    await write(file, JSON.stringify({ ...holder, since: holder.since.toString() }) + "\n");
  } catch (error) {
    file.close();
    throw translated(path, error);
  }
  return {
    // An open file keeps its lock for as long as the process lives.
    lost: new AbortController().signal,
    async [Symbol.asyncDispose]() {
      await write(file, "");
      await file.unlock();
      file.close();
    },
  };
}

/**
 * Opens the file, which is made where there is none. A link that somebody has put in its place is refused:
 * what it leads to would be overwritten.
 */
async function openPlain(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path, { read: true, write: true, createNew: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw translated(path, error);
  }
  const refused = new DatabaseError(
    "refused",
    `${path}: it should be a plain file that seh has made; look what it is, and remove it`,
  );
  let file: Deno.FsFile | undefined;
  try {
    const named = await Deno.lstat(path);
    // To open a pipe would wait for its other end.
    if (!named.isFile) throw refused;
    file = await Deno.open(path, { read: true, write: true });
    const opened = await file.stat();
    if (opened.ino !== named.ino || opened.dev !== named.dev) throw refused;
    return file;
  } catch (error) {
    file?.close();
    throw translated(path, error);
  }
}

async function write(file: Deno.FsFile, text: string): Promise<void> {
  await file.truncate(0);
  await file.seek(0, Deno.SeekMode.Start);
  await file.write(new TextEncoder().encode(text));
}

function holderIn(path: string): Holder | null {
  try {
    const { host, pid, since } = JSON.parse(Deno.readTextFileSync(path));
    return holderOf([host, pid, since]);
  } catch {
    // The holder has not written it yet, or the file cannot be read while it is locked.
    return null;
  }
}
