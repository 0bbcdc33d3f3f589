import { gunzipSync, gzipSync } from "node:zlib";

/**
 * One line of an archive file: a gzip member of its own, so that a file can be read with `zcat`, and a process that
 * dies while it writes costs that line alone. The member says in gzip's own field for such things (the one that is
 * called extra) how long it is and when it was written: a reader finds the next one behind a damaged one, and
 * sorts lines of several files without unpacking them.
 */
export interface Member {
  /** Milliseconds since 1970, and the number of the line within its process. */
  readonly at: number;
  readonly number: number;
  /** Where it stands in its file, in bytes. */
  readonly start: number;
  readonly end: number;
}

/** Magic, method, the flag for extra, no time, no system; extra of 24 bytes: our two letters, 20 bytes. */
const head = Uint8Array.from([
  ...[0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 255],
  ...[24, 0, 0x53, 0x48, 20, 0],
]);
const extraBytes = 20;
const plainHead = 10;

/** A line as a member. */
export function packMember(line: string, at: number, number: number): Uint8Array {
  // What follows the ten bytes of a plain head is the same, whatever the head says.
  const body = gzipSync(line).subarray(plainHead);
  const bytes = new Uint8Array(head.length + extraBytes + body.length);
  bytes.set(head);
  const extra = new DataView(bytes.buffer, head.length);
  extra.setUint32(0, bytes.length, true);
  extra.setUint32(4, number, true);
  extra.setFloat64(8, at, true);
  bytes.set(body, head.length + extraBytes);
  return bytes;
}

/** The members of a file that are there in full, and how many places are damaged. */
export function findMembers(file: Uint8Array): { members: Member[]; damaged: number } {
  const members: Member[] = [];
  let damaged = 0;
  let at = 0;
  while (at < file.length) {
    const member = memberAt(file, at);
    if (member) {
      members.push(member);
      at = member.end;
      continue;
    }
    damaged++;
    // The next place where a whole member begins; what lies before is lost.
    do at = nextHead(file, at + 1); while (at < file.length && !memberAt(file, at));
  }
  return { members, damaged };
}

/** The line of a member. Throws where its bytes are damaged. */
export function unpackMember(file: Uint8Array, { start, end }: Member): string {
  return new TextDecoder().decode(gunzipSync(file.subarray(start, end)));
}

function memberAt(file: Uint8Array, start: number): Member | null {
  if (start + head.length + extraBytes > file.length) return null;
  if (!head.every((byte, i) => file[start + i] === byte)) return null;
  const extra = new DataView(file.buffer, file.byteOffset + start + head.length, extraBytes);
  const end = start + extra.getUint32(0, true);
  if (end > file.length || end <= start) return null;
  // A line that was cut off is followed by the next one: then this one ends where that begins.
  const next = nextHead(file, start + 1);
  if (next < end) return null;
  return { start, end, number: extra.getUint32(4, true), at: extra.getFloat64(8, true) };
}

function nextHead(file: Uint8Array, from: number): number {
  for (let at = from; at < file.length; at++) {
    at = file.indexOf(head[0], at);
    if (at < 0) return file.length;
    if (head.every((byte, i) => file[at + i] === byte)) return at;
  }
  return file.length;
}
