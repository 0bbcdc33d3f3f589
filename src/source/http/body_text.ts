/** The most text, unpacked, that is read of one answer; the widest known answers have a few MB. */
export const longestBodyBytes = 64 * 1024 * 1024;

/** A body that cannot be read, however often it is asked for; the message says why. */
export class UnreadableBody extends Error {
  override readonly name = "UnreadableBody";
}

/**
 * Reads the text of an answer as it comes, and no further than the limit: neither a body without an end nor
 * one that unpacks to gigabytes takes more memory than that.
 * Throws UnreadableBody, and what the connection throws.
 */
export async function readText(response: Response, longest = longestBodyBytes): Promise<string> {
  if (!response.body) return "";
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let bytes = 0;
  try {
    // Leaving the loop ends the transfer.
    for await (const chunk of response.body) {
      bytes += chunk.byteLength;
      if (bytes > longest) throw new UnreadableBody(`more than ${inMebibytes(longest)} of text`);
      parts.push(decoder.decode(chunk, { stream: true }));
    }
  } catch (error) {
    throw isOfUnpacking(error) ? new UnreadableBody("a body that cannot be unpacked") : error;
  }
  parts.push(decoder.decode());
  return parts.join("");
}

function inMebibytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 102.4) / 10} MiB`;
}

/** The runtime's words for a damaged gzip, deflate or brotli stream; it has no kind of error for them. */
function isOfUnpacking(error: unknown): boolean {
  return error instanceof TypeError &&
    /gzip|deflate|brotli|corrupt|invalid (header|checksum)|unexpected end of file/i
      .test(error.message);
}
