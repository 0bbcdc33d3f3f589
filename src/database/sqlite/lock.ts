import type { DatabaseLock, Holder } from "../database.ts";
import { LockedError } from "../database_error.ts";
import { explain } from "./driver.ts";

/**
 * Takes the lock on a file without waiting. The operating system gives it back when the process ends,
 * however it ends; the file stays, since deleting it would let two processes lock two files of one name.
 * `running` is asked for the holder when the file does not tell (Windows locks reading too).
 */
export async function lockFile(
  path: string,
  holder: Holder,
  running: () => Promise<Holder | null>,
): Promise<DatabaseLock> {
  let file: Deno.FsFile;
  try {
    file = await Deno.open(path, { read: true, write: true, create: true });
  } catch (error) {
    throw explain(path, error);
  }
  try {
    if (!await file.tryLock(true)) throw new LockedError(holderIn(path) ?? await running());
    await write(file, JSON.stringify({ ...holder, since: holder.since.toString() }) + "\n");
  } catch (error) {
    file.close();
    throw explain(path, error);
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

async function write(file: Deno.FsFile, text: string): Promise<void> {
  await file.truncate(0);
  await file.seek(0, Deno.SeekMode.Start);
  await file.write(new TextEncoder().encode(text));
}

function holderIn(path: string): Holder | null {
  try {
    const { host, pid, since } = JSON.parse(Deno.readTextFileSync(path));
    return { host: String(host), pid: Number(pid), since: Temporal.Instant.from(since) };
  } catch {
    // The holder has not written it yet, or the file cannot be read while it is locked.
    return null;
  }
}
