import { join } from "node:path";

/** A file of the archive: the answers about one site on one day of UTC. */
export interface ArchiveFile {
  readonly path: string;
  /** `2026-06-15`. */
  readonly day: string;
}

const fileName = /^(\d{4}-\d{2}-\d{2})\.ndjson\.gz$/;

/** The folder of answers that are about no site, or about several. */
const accountFolder = "account";

/** Where an answer goes: a folder for each site, a file for each day of UTC. */
export function archivePath(
  folder: string,
  siteIds: readonly number[],
  at: Temporal.Instant,
): string {
  const place = siteIds.length === 1 ? String(siteIds[0]) : accountFolder;
  return join(folder, place, `${at.toString().slice(0, 10)}.ndjson.gz`);
}

/** The files of an archive, oldest day first; other files are passed over. Throws Deno's own errors. */
export async function archiveFiles(folder: string): Promise<ArchiveFile[]> {
  const files: ArchiveFile[] = [];
  for await (const place of Deno.readDir(folder)) {
    if (!place.isDirectory || !/^(\d+|account)$/.test(place.name)) continue;
    for await (const one of Deno.readDir(join(folder, place.name))) {
      const day = fileName.exec(one.name)?.[1];
      if (one.isFile && day) files.push({ day, path: join(folder, place.name, one.name) });
    }
  }
  return files.sort((a, b) => a.day < b.day ? -1 : a.day > b.day ? 1 : a.path < b.path ? -1 : 1);
}

/** Deletes the files of days before one. Throws Deno's own errors. */
export async function pruneArchive(
  folder: string,
  before: string,
): Promise<{ files: number; bytes: number }> {
  const old = (await archiveFiles(folder)).filter((one) => one.day < before);
  let bytes = 0;
  for (const { path } of old) {
    bytes += (await Deno.stat(path)).size;
    await Deno.remove(path);
  }
  return { files: old.length, bytes };
}
