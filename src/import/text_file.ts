import { ImportRefusal } from "./event.ts";

/** Bytes that are read at once. */
const chunkBytes = 128 * 1024;

/** A file as text, a chunk at a time; a byte order mark is left out. Throws ImportRefusal and Deno's own errors. */
export async function* chunksOf(path: string): AsyncGenerator<string> {
  using file = await Deno.open(path);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const buffer = new Uint8Array(chunkBytes);
  try {
    for (;;) {
      const count = await file.read(buffer);
      if (count === null) break;
      yield decoder.decode(buffer.subarray(0, count), { stream: true });
    }
    const last = decoder.decode();
    if (last !== "") yield last;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new ImportRefusal("is not UTF-8. Save it again as CSV UTF-8.");
  }
}

/** Lines of a text that comes in chunks, some at a time, without their ends. */
export async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string[]> {
  let rest = "";
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop()!;
    if (lines.length > 0) yield lines.map((one) => one.endsWith("\r") ? one.slice(0, -1) : one);
  }
  if (rest !== "") yield [rest];
}
