import { dirname } from "node:path";
import { SourceError } from "../../source_error.ts";
import { onStateFile, openStateFile, StateFileError } from "../../http/state_file.ts";
import {
  DamagedTokens,
  type GrantRecord,
  readTokenRecord,
  writeTokenRecord,
} from "./token_record.ts";

/** The grants in a file that processes share. */
export interface TokenFile {
  /** The grants as they are; none where there is no file. */
  read(): Promise<GrantRecord>;
  /**
   * Lets `deed` work on the grants; one process at a time. What it stores is on the disk when `store`
   * resolves, so that a token can be used afterwards and a crash loses none.
   */
  change<Result>(
    deed: (record: GrantRecord, store: (next: GrantRecord) => Promise<void>) => Promise<Result>,
  ): Promise<Result>;
}

/**
 * The file with the tokens, readable by the user alone and refused otherwise. A change takes the lock of a
 * second file, which the operating system releases when its holder dies, and replaces the file as a whole.
 * A replacement that is complete and was not yet put in place when its writer died is put in place by
 * the next one who holds the lock: the tokens that it replaces are used up.
 *
 * Both methods throw SourceError.
 */
export function openTokenFile(path: string): TokenFile {
  const temporary = `${path}.new`;
  let lastInLine: Promise<unknown> = Promise.resolve();

  async function load(from: string): Promise<GrantRecord | null> {
    try {
      using file = await Deno.open(from);
      const { mode } = await file.stat();
      if (mode !== null && (mode & 0o077) !== 0) {
        throw new StateFileError(
          from,
          `others may read it (mode ${(mode & 0o777).toString(8)}); run \`chmod 600 ${from}\``,
        );
      }
      return readTokenRecord(await new Response(file.readable).text());
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    }
  }

  async function store(record: GrantRecord): Promise<void> {
    await removeIfThere(temporary);
    // That there is no file says that nobody has logged in.
    if (record.size === 0) return await removeIfThere(path);
    {
      using file = await Deno.open(temporary, { createNew: true, write: true, mode: 0o600 });
      let rest = new TextEncoder().encode(writeTokenRecord(record));
      while (rest.length > 0) rest = rest.subarray(await file.write(rest));
      await file.sync();
    }
    await putInPlace();
  }

  async function putInPlace(): Promise<void> {
    await Deno.rename(temporary, path);
    try {
      using folder = await Deno.open(dirname(path));
      await folder.sync();
    } catch {
      // Not every file system can do that; the file itself is safe.
    }
  }

  /** Only under the lock: nobody is writing then, so what is there was left behind. */
  async function finishWhatWasLeft(): Promise<void> {
    try {
      if (await load(temporary) !== null) await putInPlace();
    } catch (error) {
      if (!(error instanceof DamagedTokens)) throw error;
      await removeIfThere(temporary);
    }
  }

  return {
    read: () => explained(path, async () => await load(path) ?? new Map()),
    async change(deed) {
      // Waiting for a lock occupies a thread of the runtime: within the process only one does.
      const mine = lastInLine.then(() =>
        explained(path, async () => {
          using lock = await openStateFile(`${path}.lock`);
          await onStateFile(path, () => lock.lock(true));
          await finishWhatWasLeft();
          const record = await load(path) ?? new Map();
          return await deed(record, (next) => onStateFile(path, () => store(next)));
        })
      );
      lastInLine = mine.catch(() => {});
      return await mine;
    },
  };
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** What goes wrong with the file becomes a SourceError that says what to do. */
async function explained<Result>(path: string, deed: () => Promise<Result>): Promise<Result> {
  const fail = (kind: "credentials" | "state", detail: string, remedy: string) =>
    new SourceError({ kind, endpoint: "/oauth2/token", detail, remedy });
  try {
    return await deed();
  } catch (error) {
    if (error instanceof SourceError) throw error;
    if (error instanceof DamagedTokens) {
      throw fail(
        "credentials",
        `the token file ${path} is damaged: ${error.message}`,
        "Delete it and run `seh login` again.",
      );
    }
    const why = error instanceof StateFileError
      ? `the token file ${error.message}`
      : `the token file ${path}: ${error instanceof Error ? error.message : error}`;
    throw fail("state", why, "SEH_TOKEN_FILE must name a file that you alone can read and write.");
  }
}
