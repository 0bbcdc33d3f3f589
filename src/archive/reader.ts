import { type ArchiveFile, archiveFiles } from "./folder.ts";
import { type ArchivedAnswer, readLine } from "./line.ts";
import { findMembers, type Member, unpackMember } from "./member.ts";

/** An answer of the archive, and its place in time among the others. */
export interface Placed {
  readonly answer: ArchivedAnswer;
  readonly file: string;
}

/** What is reported of a line that cannot be read; only that line is lost. */
export type OnDamage = (file: string, what: string) => void;

/**
 * The answers of an archive in the order in which they came, from a moment on (inclusive), each read when it is its
 * turn. Memory holds the packed files of one day. Throws Deno's own errors.
 */
export async function* readArchive(
  folder: string,
  from: Temporal.Instant | null,
  onDamage: OnDamage,
): AsyncGenerator<Placed> {
  const since = from?.toString().slice(0, 10) ?? "";
  const files = (await archiveFiles(folder)).filter((one) => one.day >= since);
  for (const ofDay of Map.groupBy(files, (one) => one.day).values()) {
    for (const { file, member } of await placesOf(ofDay, onDamage)) {
      if (from && member.at < from.epochMilliseconds) continue;
      const answer = readOrNull(file, member);
      if (answer) yield { answer, file: file.path };
      else onDamage(file.path, `the line at byte ${member.start} cannot be read`);
    }
  }
}

interface OpenFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

async function placesOf(
  files: readonly ArchiveFile[],
  onDamage: OnDamage,
): Promise<{ file: OpenFile; member: Member }[]> {
  const places: { file: OpenFile; member: Member }[] = [];
  for (const { path } of files) {
    const file = { path, bytes: await Deno.readFile(path) };
    const { members, damaged } = findMembers(file.bytes);
    if (damaged > 0) {
      onDamage(path, damaged === 1 ? "a line is damaged" : `${damaged} places are damaged`);
    }
    for (const member of members) places.push({ file, member });
  }
  return places.sort((a, b) =>
    a.member.at - b.member.at || a.member.number - b.member.number ||
    a.member.start - b.member.start
  );
}

function readOrNull(file: OpenFile, member: Member): ArchivedAnswer | null {
  try {
    return readLine(unpackMember(file.bytes, member));
  } catch (error) {
    if (isOfTheLine(error)) return null;
    throw error;
  }
}

/** Bytes that cannot be unpacked, text that is no JSON, JSON of another form: all of them errors of the line. */
function isOfTheLine(error: unknown): boolean {
  const { code, name } = error as { code?: unknown; name?: unknown };
  return typeof code === "string" && code.startsWith("Z_") || name === "ZodError" ||
    error instanceof SyntaxError || error instanceof RangeError || error instanceof TypeError;
}
