import {
  DamagedRecord,
  emptyRecord,
  type QuotaRecord,
  readRecord,
  writeRecord,
} from "./quota_record.ts";
import {
  onStateFile,
  openStateFile,
  removeLeftovers,
  replaceStateFile,
  StateFileError,
  stateFileTarget,
} from "./state_file.ts";

/** A record in a file that processes share. */
export interface QuotaFile {
  /** Reads the record, lets `work` change it and puts it in place; one process at a time. */
  change<Result>(
    work: (record: QuotaRecord) => { result: Result; changed: boolean },
  ): Promise<Result>;
  /** Reads the record as it is. */
  read<Result>(work: (record: QuotaRecord) => Result): Promise<Result>;
}

/** A record, and whether the file that holds it may become the last good copy. */
interface Loaded {
  readonly record: QuotaRecord;
  readonly isGood: boolean;
}

/**
 * The file in which the quota is counted. A change takes the lock of a second file, which the operating
 * system releases when its holder dies, and replaces the file as a whole: a process killed at any moment
 * leaves the former count or the new one.
 *
 * The file that was replaced stays beside it, as the last good copy: what a power cut or another program has
 * damaged is restored from it, less one request. Where there is none, a file with anything in it is left as
 * it is and nothing is counted: nobody knows what was spent, and to start from zero could double a month's
 * requests. The person decides.
 *
 * Both methods throw StateFileError.
 */
export function createQuotaFile(options: {
  readonly path: string;
  /** Called once, in words, when a damaged file was restored or had to be started again. */
  readonly onDamage?: (text: string) => void;
  readonly beforeCommit?: () => void | Promise<void>;
}): QuotaFile {
  const { path } = options;
  let lastInLine: Promise<unknown> = Promise.resolve();
  let isReported = false;
  let isTidy = false;

  async function load(target: string): Promise<Loaded> {
    try {
      return { record: await recordIn(target), isGood: true };
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return { record: emptyRecord(), isGood: false };
      if (!(error instanceof DamagedRecord)) throw error;
      return { record: await restored(target, error), isGood: false };
    }
  }

  async function restored(target: string, damage: DamagedRecord): Promise<QuotaRecord> {
    const report = (what: string) => {
      if (!isReported) {
        options.onDamage?.(`the quota file ${path} was damaged (${damage.message}); ${what}`);
      }
      isReported = true;
    };
    try {
      const record = await recordIn(copyOf(target));
      report("the count goes on from its last good copy");
      return record;
    } catch (error) {
      const isAbsent = error instanceof Deno.errors.NotFound || error instanceof DamagedRecord;
      if (!isAbsent) throw error;
      if (!damage.isEmpty) throw damage;
      report("there is no good copy, so the count begins at zero");
      return emptyRecord();
    }
  }

  async function store(target: string, { record, isGood }: Loaded): Promise<void> {
    if (isGood) await keepCopy(target);
    await replaceStateFile(target, writeRecord(record), options.beforeCommit);
  }

  /** Once, by whoever has the lock: nobody else is writing then. */
  async function tidy(target: string): Promise<void> {
    if (!isTidy) await removeLeftovers(target);
    isTidy = true;
  }

  async function locked<Result>(work: (target: string) => Promise<Result>): Promise<Result> {
    const mine = lastInLine.then(async () => {
      const target = await stateFileTarget(path);
      using lock = await openStateFile(`${target}.lock`);
      return await onStateFile(path, async () => {
        await lock.lock(true);
        return await work(target);
      });
    });
    lastInLine = mine.catch(() => {});
    return await mine;
  }

  return {
    change: (work) =>
      locked((target) =>
        understood(async () => {
          await tidy(target);
          const loaded = await load(target);
          const { result, changed } = work(loaded.record);
          if (changed) await store(target, loaded);
          return result;
        })
      ),
    read: (work) =>
      onStateFile(
        path,
        () => understood(async () => work((await load(await stateFileTarget(path))).record)),
      ),
  };

  async function understood<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
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

function copyOf(target: string): string {
  return `${target}.bak`;
}

async function recordIn(path: string): Promise<QuotaRecord> {
  return readRecord(await Deno.readTextFile(path));
}

/**
 * Lets the file that is about to be replaced live on under a second name: without writing anything, and with
 * a file at the first name at every moment. Where the file system has no such names it is copied.
 */
async function keepCopy(target: string): Promise<void> {
  const temporary = `${target}.${crypto.getRandomValues(new Uint8Array(12)).toHex()}.new`;
  try {
    await Deno.link(target, temporary);
    await Deno.rename(temporary, copyOf(target));
  } catch {
    await Deno.remove(temporary).catch(() => {});
    const text = await Deno.readTextFile(target);
    await replaceStateFile(copyOf(target), text);
  }
}
