import {
  DamagedRecord,
  emptyRecord,
  type QuotaRecord,
  readRecord,
  writeRecord,
} from "./quota_record.ts";
import { onStateFile, openStateFile, StateFileError } from "./state_file.ts";

/** A record in a file that processes share. */
export interface QuotaFile {
  /** Reads the record, lets `deed` change it and puts it in place; one process at a time. */
  change<Result>(
    deed: (record: QuotaRecord) => { result: Result; changed: boolean },
  ): Promise<Result>;
  /** Reads the record as it is. */
  read<Result>(deed: (record: QuotaRecord) => Result): Promise<Result>;
}

/**
 * The file in which the quota is counted. A change takes the lock of a second file, which the operating
 * system releases when its holder dies, and replaces the file as a whole: a process killed at any moment
 * leaves the former count or the new one.
 *
 * A file that is none of ours, or damaged, is left as it is and nothing is counted: nobody knows what was
 * spent, and to start from zero could double a month's requests. The person decides.
 *
 * Both methods throw StateFileError.
 */
export function createQuotaFile(options: {
  readonly path: string;
  readonly beforeCommit?: () => void | Promise<void>;
}): QuotaFile {
  const { path } = options;
  const temporary = `${path}.new`;
  let lastInLine: Promise<unknown> = Promise.resolve();

  async function load(): Promise<QuotaRecord> {
    try {
      return readRecord(await Deno.readTextFile(path));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return emptyRecord();
      throw error;
    }
  }

  async function store(record: QuotaRecord): Promise<void> {
    {
      using file = await Deno.open(temporary, {
        create: true,
        write: true,
        truncate: true,
        mode: 0o600,
      });
      let rest = new TextEncoder().encode(writeRecord(record));
      while (rest.length > 0) rest = rest.subarray(await file.write(rest));
      await file.syncData();
    }
    await options.beforeCommit?.();
    await Deno.rename(temporary, path);
  }

  const locked = async <Result>(deed: () => Promise<Result>): Promise<Result> => {
    const mine = lastInLine.then(async () => {
      using lock = await openStateFile(`${path}.lock`);
      return await onStateFile(path, async () => {
        await lock.lock(true);
        return await deed();
      });
    });
    lastInLine = mine.catch(() => {});
    return await mine;
  };

  return {
    change: (deed) =>
      locked(() =>
        understood(async () => {
          const record = await load();
          const { result, changed } = deed(record);
          if (changed) await store(record);
          return result;
        })
      ),
    read: (deed) => onStateFile(path, () => understood(async () => deed(await load()))),
  };

  async function understood<Result>(deed: () => Promise<Result>): Promise<Result> {
    try {
      return await deed();
    } catch (error) {
      if (!(error instanceof DamagedRecord)) throw error;
      throw new StateFileError(
        path,
        `it is not what seh writes (${error.message})`,
        "Correct SEH_QUOTA_FILE; if it is right, delete the file, and seh counts from zero.",
      );
    }
  }
}
