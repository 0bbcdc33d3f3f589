import type { Sink } from "./export.ts";

/** A file being written; it appears under its name only when it is whole. */
export interface FileSink extends Sink {
  readonly path: string;
  /** Puts the whole file in its place. */
  finish(): Promise<void>;
  /** Takes what was written so far away; a file that stood there before is left as it was. */
  abandon(): Promise<void>;
}

/**
 * Opens a file for writing. A regular file is written beside its name and renamed when finished;
 * anything else that exists (a pipe, a device) is written to directly. Throws Deno's own errors.
 */
export async function openFileSink(path: string): Promise<FileSink> {
  const there = await Deno.stat(path).catch(() => null);
  const inPlace = there !== null && !there.isFile;
  // A link stays a link: what it leads to is what is replaced.
  const target = there?.isFile ? await Deno.realPath(path) : path;
  const written = inPlace ? path : `${target}.part`;
  const file = await Deno.open(written, { write: true, create: !inPlace, truncate: !inPlace });
  let isOpen = true;
  const close = () => {
    if (isOpen) file.close();
    isOpen = false;
  };
  return {
    path,
    async write(bytes) {
      let rest = bytes;
      while (rest.length > 0) rest = rest.subarray(await file.write(rest));
    },
    async finish() {
      if (!inPlace) await file.sync();
      close();
      if (!inPlace) await Deno.rename(written, target);
    },
    async abandon() {
      close();
      if (!inPlace) await Deno.remove(written).catch(() => {});
    },
  };
}
