/**
 * The text of a file that a person wrote, in whatever encoding their editor or shell left it: UTF-8, or the
 * UTF-16 of Windows (`echo KEY > key.txt` in PowerShell). What is in no such encoding comes with U+FFFD in its
 * place, so that readers can say on which line it stands.
 */
export function textOf(bytes: Uint8Array): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

function encodingOf(bytes: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  // Without a mark it shows all the same: names of settings are ASCII, and every other byte of it is zero.
  if (bytes.length >= 2 && second === 0 && first !== 0) return "utf-16le";
  if (bytes.length >= 2 && first === 0 && second !== 0) return "utf-16be";
  return "utf-8";
}
