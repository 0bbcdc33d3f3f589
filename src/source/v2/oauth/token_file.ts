import { dirname, join } from "node:path";
import { realTarget } from "../../../files/real_target.ts";
import { compareInstants } from "../../../model/interval.ts";
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
   * Lets `work` work on the grants; one process at a time. What it stores is on the disk when `store`
   * resolves, so that a token can be used afterwards and a crash loses none.
   */
  change<Result>(work: (record: GrantRecord, store: Store) => Promise<Result>): Promise<Result>;
}

/**
 * Puts the grants on the disk. What must not be lost (tokens that have just replaced others) is kept in
 * another place where the file cannot be written.
 */
export type Store = (next: GrantRecord, how?: { readonly mustNotBeLost: boolean }) => Promise<void>;

/**
 * The file with the tokens, readable by the user alone and refused otherwise. A change takes the lock of a
 * second file, which the operating system releases when its holder dies, and replaces the file as a whole. A
 * replacement that is complete and was not yet put in place when its writer died is put in place by the next
 * one who holds the lock: the tokens that it replaces are used up. The same holds for tokens that had to be
 * kept beside the file, or in `spareFolder`; `warn` is called with the place.
 *
 * All belongs to the file that the path leads to, so that a link stays a link. Both methods throw SourceError.
 */
export function openTokenFile(
  path: string,
  spareFolder: string = dirname(path),
  warn: (text: string) => void = () => {},
): TokenFile {
  let lastInLine: Promise<unknown> = Promise.resolve();

  async function store(
    place: Place,
    record: GrantRecord,
    { mustNotBeLost }: { readonly mustNotBeLost: boolean },
  ): Promise<void> {
    try {
      await onStateFile(path, () => replace(place.file, record));
    } catch (error) {
      if (!mustNotBeLost) throw error;
      const kept = await keepElsewhere(place, record);
      if (kept === null) throw error;
      warn(
        `New tokens could not be written to ${path} (${
          reason(error)
        }). They are kept in ${kept}, and the next ` +
          "run of seh puts them in place.",
      );
      return;
    }
    // Whatever was kept elsewhere is part of the record: it was read together with the file.
    for (const one of place.kept) await removeIfThere(one).catch(() => {});
  }

  return {
    read: () => explained(path, async () => await load(await placeOf(path, spareFolder))),
    async change(work) {
      // Waiting for a lock occupies a thread of the runtime: within the process only one does.
      const mine = lastInLine.then(() =>
        explained(path, async () => {
          const place = await placeOf(path, spareFolder);
          using lock = await openStateFile(`${place.file}.lock`);
          await onStateFile(path, () => lock.lock(true));
          await finishWhatWasLeft(place.file);
          return await work(
            await load(place),
            (next, how = { mustNotBeLost: false }) => store(place, next, how),
          );
        })
      );
      lastInLine = mine.catch(() => {});
      return await mine;
    },
  };
}

/** Where the tokens are, and where they may be besides. */
interface Place {
  readonly file: string;
  readonly kept: readonly string[];
}

async function placeOf(path: string, spareFolder: string): Promise<Place> {
  const file = await realTarget(path);
  // One folder may serve several token files.
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(file));
  const name = `tokens-${new Uint8Array(hash).slice(0, 4).toHex()}.kept`;
  return { file, kept: [`${file}.kept`, join(spareFolder, name)] };
}

const replacementOf = (file: string) => `${file}.new`;

/** The file together with what was kept elsewhere: of each site the tokens that were made last. */
async function load({ file, kept }: Place): Promise<GrantRecord> {
  const all = new Map(await loadFile(file));
  for (const one of kept) {
    const record = await loadFile(one).catch((error) => {
      if (error instanceof DamagedTokens) return null;
      throw error;
    });
    for (const [site, grant] of record ?? []) {
      const known = all.get(site)?.refreshLastUsedAt;
      const isNewer = !known ||
        compareInstants(grant.refreshLastUsedAt, known) > 0;
      if (isNewer) all.set(site, grant);
    }
  }
  return all;
}

async function loadFile(path: string): Promise<GrantRecord | null> {
  try {
    // To open a pipe would wait for its other end.
    if (!(await Deno.stat(path)).isFile) throw new StateFileError(path, "it is no plain file");
    using file = await Deno.open(path);
    const { mode } = await file.stat();
    if (mode !== null && (mode & 0o077) !== 0) {
      throw new StateFileError(
        path,
        `others may read it (mode ${(mode & 0o777).toString(8)}); run \`chmod 600 ${path}\``,
      );
    }
    return readTokenRecord(await new Response(file.readable).text());
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

async function replace(file: string, record: GrantRecord): Promise<void> {
  await removeIfThere(replacementOf(file));
  // That there is no file says that nobody has logged in.
  if (record.size === 0) return await removeIfThere(file);
  await writeNew(replacementOf(file), record);
  await putInPlace(file);
}

/** Writes a file that must not be there yet, for the user alone. */
async function writeNew(path: string, record: GrantRecord): Promise<void> {
  using file = await Deno.open(path, { createNew: true, write: true, mode: 0o600 });
  let rest = new TextEncoder().encode(writeTokenRecord(record));
  while (rest.length > 0) rest = rest.subarray(await file.write(rest));
  await file.sync();
}

async function putInPlace(file: string): Promise<void> {
  try {
    await Deno.rename(replacementOf(file), file);
  } catch (error) {
    if (!/busy/i.test(String(error))) throw error;
    throw new StateFileError(
      file,
      "it is mounted by itself and cannot be replaced; mount its folder instead",
    );
  }
  try {
    using folder = await Deno.open(dirname(file));
    await folder.sync();
  } catch {
    // Not every file system can do that; the file itself is safe.
  }
}

/** Only under the lock: nobody is writing then, so what is there was left behind. */
async function finishWhatWasLeft(file: string): Promise<void> {
  try {
    if (await loadFile(replacementOf(file)) !== null) await putInPlace(file);
  } catch (error) {
    if (!(error instanceof DamagedTokens)) throw error;
    await removeIfThere(replacementOf(file));
  }
}

/** The first place that takes the tokens; null where none does. */
async function keepElsewhere({ kept }: Place, record: GrantRecord): Promise<string | null> {
  for (const path of kept) {
    try {
      await Deno.mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await removeIfThere(path);
      await writeNew(path, record);
      return path;
    } catch {
      // The next place may take them.
    }
  }
  return null;
}

function reason(error: unknown): string {
  if (error instanceof StateFileError) return error.reason;
  return error instanceof Error ? error.message : String(error);
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** What goes wrong with the file becomes a SourceError that says what to do. */
async function explained<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  const fail = (kind: "credentials" | "state", detail: string, remedy: string) =>
    new SourceError({ kind, endpoint: "/oauth2/token", detail, remedy });
  try {
    return await work();
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
