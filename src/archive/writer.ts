import { dirname } from "node:path";
import type { AskedRequest } from "../source/asked.ts";
import type { KeepAnswer } from "../source/http/archived.ts";
import { archivePath } from "./folder.ts";
import { packMember } from "./member.ts";

/** Lines so far: distinguishes those of one process that were written in the same millisecond. */
let lines = 0;

/**
 * Appends every answer to the file of its day and site, readable by its owner alone. An archive that cannot be
 * written stops nothing: that is said once, and data are still fetched and saved.
 */
export function archiveWriter(folder: string, onFailure: (text: string) => void): KeepAnswer {
  let hasFailed = false;
  return ({ at, endpoint, search, status, asked, text }, redact) => {
    try {
      const sites = (asked as AskedRequest | null)?.sites ?? [];
      const path = archivePath(folder, sites.map((one) => Number(one.siteId)), at);
      const line = redact(
        JSON.stringify({ v: 1, at: at.toString(), endpoint, search, status, asked, body: text }),
      );
      append(path, packMember(`${line}\n`, at.epochMilliseconds, lines++));
    } catch (error) {
      if (hasFailed) return;
      hasFailed = true;
      const reason = error instanceof Error ? error.message : String(error);
      onFailure(`answers are not kept in ${folder} (SEH_ARCHIVE_DIR): ${reason}`);
    }
  };
}

/** In one write, so that lines of two processes do not mix. */
function append(path: string, bytes: Uint8Array): void {
  const options = { append: true, create: true, mode: 0o600 } as const;
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path, options);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    Deno.mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    file = Deno.openSync(path, options);
  }
  try {
    for (let rest = bytes; rest.length > 0;) rest = rest.subarray(file.writeSync(rest));
  } finally {
    file.close();
  }
}
