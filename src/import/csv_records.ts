import { type ImportEvent, ImportRefusal } from "./event.ts";

/** Records of a CSV text and the lines on which they begin. NULL is an empty cell, an empty text `""`. */
export interface CsvRecords {
  readonly records: (string | null)[][];
  readonly lines: number[];
}

/** What is left when a text has ended. */
export interface CsvEnd extends CsvRecords {
  /** The text ends within the last record: no line end stands behind it. */
  readonly isOpenEnded: boolean;
  /** Where a quote is opened that is never closed, and how many lines it takes with it; null: nowhere. */
  readonly unclosed: { readonly line: number; readonly lines: number } | null;
}

const quote = 34;
const lineFeed = 10;
const carriageReturn = 13;

/** Longer than any record: a quote that was opened by mistake would take the rest of the file with it. */
const longestRecord = 1_000_000;

/**
 * Reads CSV as RFC 4180 has it, a chunk at a time. Unlike libraries it distinguishes an empty cell from an
 * empty text. Give all chunks to `push`, then call `end`.
 */
export class CsvReader {
  #rest = "";
  #line = 1;

  constructor(readonly separator: string) {}

  /** The records that are whole by now. Throws ImportRefusal for one that is longer than `most` characters. */
  push(text: string, most = longestRecord): CsvRecords {
    this.#rest += text;
    const found = this.#take();
    if (this.#rest.length > most) {
      throw new ImportRefusal(
        `line ${this.#line}: it has no end, or a quote in it is never closed. Mend it and import again.`,
      );
    }
    return found;
  }

  /** What is left when the text has ended; a record whose quote was never closed is none. */
  end(): CsvEnd {
    const isOpenEnded = this.#rest !== "";
    if (isOpenEnded) this.#rest += "\n";
    const found = this.#take();
    const left = this.#rest.slice(0, -1);
    this.#rest = "";
    const lines = left.replace(/\r?\n$/, "").split("\n").length;
    return {
      ...found,
      isOpenEnded,
      unclosed: left === "" ? null : { line: this.#line, lines },
    };
  }

  #take(): CsvRecords {
    const text = this.#rest;
    if (text.includes('"')) return this.#quoted(text);
    const cut = text.lastIndexOf("\n") + 1;
    this.#rest = text.slice(cut);
    return this.#plain(text.slice(0, cut));
  }

  #plain(text: string): CsvRecords {
    const records: (string | null)[][] = [];
    const lines: number[] = [];
    for (let at = 0; at < text.length;) {
      const end = text.indexOf("\n", at);
      const last = text.charCodeAt(end - 1) === carriageReturn && end > at ? end - 1 : end;
      if (last > at) {
        const cells: (string | null)[] = text.slice(at, last).split(this.separator);
        for (let i = 0; i < cells.length; i++) if (cells[i] === "") cells[i] = null;
        records.push(cells);
        lines.push(this.#line);
      }
      this.#line++;
      at = end + 1;
    }
    return { records, lines };
  }

  /** Records up to the last one that is whole; what follows it stays for the next chunk. */
  #quoted(text: string): CsvRecords {
    const records: (string | null)[][] = [];
    const lines: number[] = [];
    let begun = 0;
    let cells: (string | null)[] = [];
    let breaks = 0;
    for (let at = 0; at < text.length;) {
      let value: string | null = null;
      let end = at;
      if (text.charCodeAt(at) === quote) {
        const closed = this.#closing(text, at);
        if (closed < 0) break;
        value = text.slice(at + 1, closed);
        for (let i = value.indexOf("\n"); i >= 0; i = value.indexOf("\n", i + 1)) breaks++;
        value = value.replaceAll('""', '"');
        end = closed + 1;
      }
      const start = end;
      end = this.#cellEnd(text, end);
      if (end < 0) break;
      // What stands behind the closing quote belongs to the cell all the same.
      if (end > start) value = (value ?? "") + text.slice(start, end);
      cells.push(value);
      at = end + 1;
      if (text[end] === this.separator) continue;
      if (text.charCodeAt(end) === carriageReturn) at++;
      if (cells.length > 1 || cells[0] !== null) {
        records.push(cells);
        lines.push(this.#line);
      }
      cells = [];
      this.#line += 1 + breaks;
      breaks = 0;
      begun = at;
    }
    this.#rest = text.slice(begun);
    return { records, lines };
  }

  /** Where the quote is that closes the one at a place; -1: not in this text. */
  #closing(text: string, open: number): number {
    for (let at = text.indexOf('"', open + 1); at >= 0; at = text.indexOf('"', at + 2)) {
      if (text.charCodeAt(at + 1) !== quote) return at;
    }
    return -1;
  }

  /** Where the separator or the line end behind a cell begins; -1: not in this text. */
  #cellEnd(text: string, from: number): number {
    for (let at = from; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (text[at] === this.separator || code === lineFeed) return at;
      if (code === carriageReturn && text.charCodeAt(at + 1) === lineFeed) return at;
    }
    return -1;
  }
}

type BadLine = Extract<ImportEvent, { kind: "bad" }>;

/** Reports a quote that is never closed, and how many lines it takes with it. */
export function* unclosedQuote({ unclosed }: CsvEnd): Generator<BadLine> {
  if (unclosed === null) return;
  const { line, lines } = unclosed;
  const more = lines === 1 ? "" : `, and takes ${lines - 1} more lines with it`;
  yield { kind: "bad", line, text: `a quote in it is never closed${more}` };
}

/**
 * The separator of a header line: of commas, semicolons and tabs the one that stands there most often outside
 * of quotes.
 */
export function separatorOf(header: string): string {
  const bare = header.replaceAll(/"[^"]*"/g, "");
  const count = (sign: string) => bare.split(sign).length - 1;
  return [",", ";", "\t"].reduce((best, one) => count(one) > count(best) ? one : best);
}
