import type { Clock } from "../../model/clock.ts";
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
 * A damaged file is set aside, and everybody's quota counts as spent at that moment: it frees itself with
 * the window. To start from zero could double a day's requests; to refuse for good would stop a harvest
 * that nobody watches.
 *
 * Both methods throw StateFileError.
 */
export function createQuotaFile(options: {
  readonly path: string;
  readonly clock: Clock;
  readonly warn: (text: string) => void;
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
      if (error instanceof DamagedRecord) throw error;
      throw new StateFileError(path, error instanceof Error ? error.message : String(error));
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

  async function setAside(): Promise<QuotaRecord> {
    const now = options.clock.now();
    const aside = `${path}.damaged-${now.toString().replace(/[^0-9TZ]/g, "")}`;
    await Deno.rename(path, aside);
    options.warn(
      `the quota file was damaged and is now ${aside}. How much was spent is not known, so the whole ` +
        `quota counts as spent at ${now}; if you know better, delete ${path}`,
    );
    return { ...emptyRecord(), unknownAtSeconds: Math.ceil(now.epochMilliseconds / 1000) };
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

  const change: QuotaFile["change"] = (deed) =>
    locked(async () => {
      try {
        const record = await load();
        const { result, changed } = deed(record);
        if (changed) await store(record);
        return result;
      } catch (error) {
        if (!(error instanceof DamagedRecord)) throw error;
        const record = await setAside();
        const { result } = deed(record);
        await store(record);
        return result;
      }
    });

  return {
    change,
    async read(deed) {
      try {
        return deed(await load());
      } catch (error) {
        if (error instanceof DamagedRecord) {
          return await change((record) => ({ result: deed(record), changed: false }));
        }
        throw error;
      }
    },
  };
}
