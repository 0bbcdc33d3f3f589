import { basename, dirname, join } from "node:path";

/** A name beside a file that nobody can foresee, so that nobody can have put a link there. */
export function nameBeside(path: string, ending: string): string {
  const random = crypto.getRandomValues(new Uint8Array(8)).toHex();
  return join(dirname(path), `.${basename(path)}.${random}.${ending}`);
}
