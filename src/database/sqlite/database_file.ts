// The file format of SQLite, as sqlite.org/fileformat2.html has it: a part of it, for reading only.

/** Most pages that are read at once, where those of a table lie one after the other. */
const mostAtOnce = 32;

/** A page: from `start` on in these bytes. */
export interface Page {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly start: number;
}

/** The content of a row that is stored whole. */
export type TakeRecord = (bytes: Uint8Array, view: DataView, at: number) => void;

/** The pages of a database file that nobody writes meanwhile. */
export class DatabaseFile implements Disposable {
  readonly #file: Deno.FsFile;
  readonly #chunk: Page;
  #first = 0;
  #count = 0;
  readonly pageSize: number;
  /** What of a page SQLite uses. */
  readonly usable: number;
  readonly isUtf8: boolean;
  readonly size: number;

  constructor(path: string) {
    this.#file = Deno.openSync(path);
    this.size = this.#file.statSync().size;
    const { bytes, view } = pageOf(new Uint8Array(100));
    this.#readAt(0, bytes);
    this.pageSize = view.getUint16(16) === 1 ? 65_536 : view.getUint16(16);
    this.usable = this.pageSize - view.getUint8(20);
    this.isUtf8 = view.getUint32(56) === 1;
    this.#chunk = pageOf(new Uint8Array(mostAtOnce * this.pageSize));
  }

  /** A page, by its number from 1 on, until another one is asked for. */
  page(number: number): Page {
    const end = this.#first + this.#count;
    if (number < this.#first || number >= end) {
      // Twice as many as before, until one lies elsewhere.
      this.#count = number === end ? Math.min(2 * this.#count, mostAtOnce) : 1;
      this.#first = number;
      const bytes = this.#chunk.bytes.subarray(0, this.#count * this.pageSize);
      this.#readAt((number - 1) * this.pageSize, bytes);
    }
    return { ...this.#chunk, start: (number - this.#first) * this.pageSize };
  }

  /** A page that stays what it is; one that `page` gave stays as well. */
  ownPage(number: number): Page {
    const page = pageOf(new Uint8Array(this.pageSize));
    this.#readAt((number - 1) * this.pageSize, page.bytes);
    return page;
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }

  #readAt(offset: number, into: Uint8Array): void {
    this.#file.seekSync(offset, Deno.SeekMode.Start);
    let rest = into;
    while (rest.length > 0) {
      const read = this.#file.readSync(rest);
      // The last pages of the file are fewer.
      if (read === null) return void rest.fill(0);
      rest = rest.subarray(read);
    }
  }
}

function pageOf(bytes: Uint8Array): Page {
  return { bytes, view: new DataView(bytes.buffer), start: 0 };
}

const interior = 2;
const leaf = 10;

/** Hands over the rows of a table without rowid, in key order; gives back after each page, with how many came. */
export function* readRecords(
  file: DatabaseFile,
  root: number,
  take: TakeRecord,
  depth = 0,
): Generator<number> {
  let page = file.page(root);
  const kind = page.bytes[page.start];
  const cells = page.view.getUint16(page.start + 3);
  if (kind === leaf) {
    if (cells > mostCells(file)) throw damaged();
    for (let at = 0; at < cells; at++) takeCell(file, page, cellAt(page, 8, at), take);
    yield cells;
    return;
  }
  // No database is so large that its tree is that deep.
  if (kind !== interior || depth > 20) throw damaged();
  page = file.ownPage(root);
  for (let at = 0; at < cells; at++) {
    const cell = cellAt(page, 12, at);
    yield* readRecords(file, page.view.getUint32(cell), take, depth + 1);
    takeCell(file, page, cell + 4, take);
    yield 1;
  }
  yield* readRecords(file, page.view.getUint32(8), take, depth + 1);
}

/** How many rows a page may hold: each takes two bytes for its place, and four. */
export function mostCells({ pageSize }: DatabaseFile): number {
  return Math.floor(pageSize / 6);
}

function cellAt({ view, start }: Page, header: number, at: number): number {
  return start + view.getUint16(start + header + 2 * at);
}

/** Its length, then the row; what is too long for a page goes on in a chain of others. */
function takeCell(file: DatabaseFile, { bytes, view }: Page, at: number, take: TakeRecord): void {
  let length = 0;
  let byte: number;
  do {
    byte = bytes[at++];
    length = length * 128 + (byte & 127);
  } while (byte >= 128);
  const { usable } = file;
  const most = Math.floor((usable - 12) * 64 / 255) - 23;
  if (length <= most) return take(bytes, view, at);
  if (length > file.size) throw damaged();
  const least = Math.floor((usable - 12) * 32 / 255) - 23;
  const fitting = least + (length - least) % (usable - 4);
  const here = fitting <= most ? fitting : least;
  const whole = new Uint8Array(length);
  whole.set(bytes.subarray(at, at + here));
  let next = view.getUint32(at + here);
  for (let done = here; done < length; done += usable - 4) {
    if (next === 0) throw damaged();
    const { bytes, view } = file.ownPage(next);
    whole.set(bytes.subarray(4, 4 + Math.min(usable - 4, length - done)), done);
    next = view.getUint32(0);
  }
  take(whole, new DataView(whole.buffer), 0);
}

/** What is found is none of SQLite's, whose own words these are. */
export function damaged(): Error {
  return new Error("database disk image is malformed");
}
