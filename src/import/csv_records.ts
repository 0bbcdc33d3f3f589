/** Records of a CSV text and the lines on which they begin. NULL is an empty cell, an empty text `""`. */
export interface CsvRecords {
  readonly records: (string | null)[][];
  readonly lines: number[];
}

const quote = 34;
const lineFeed = 10;
const carriageReturn = 13;

/**
 * Reads CSV as RFC 4180 has it, a chunk at a time, and keeps apart what libraries fold: an empty cell and an empty
 * text. Give all chunks to `push`, then call `end`.
 */
export class CsvReader {
  #rest = "";
  #line = 1;

  constructor(readonly separator: string) {}

  /** The records that are whole by now. */
  push(text: string): CsvRecords {
    this.#rest += text;
    const cut = this.#rest.includes('"')
      ? this.#wholeWithQuotes()
      : this.#rest.lastIndexOf("\n") + 1;
    return this.#take(cut);
  }

  /** What is left when the text has ended; a quote that was never closed ends there. */
  end(): CsvRecords {
    return this.#take(this.#rest.length);
  }

  /** Where the last line ends that is not inside of quotes. */
  #wholeWithQuotes(): number {
    const text = this.#rest;
    let isQuoted = false;
    let cut = 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === quote) isQuoted = !isQuoted;
      else if (code === lineFeed && !isQuoted) cut = at + 1;
    }
    return cut;
  }

  #take(cut: number): CsvRecords {
    const text = this.#rest.slice(0, cut);
    this.#rest = this.#rest.slice(cut);
    return text.includes('"') ? this.#quoted(text) : this.#plain(text);
  }

  #plain(text: string): CsvRecords {
    const records: (string | null)[][] = [];
    const lines: number[] = [];
    for (let at = 0; at < text.length;) {
      let end = text.indexOf("\n", at);
      if (end < 0) end = text.length;
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

  #quoted(text: string): CsvRecords {
    const records: (string | null)[][] = [];
    const lines: number[] = [];
    let cells: (string | null)[] = [];
    let begun = this.#line;
    let at = 0;
    while (at < text.length) {
      let cell: string | null;
      if (text.charCodeAt(at) === quote) {
        let value = "";
        at++;
        for (;;) {
          const end = text.indexOf('"', at);
          if (end < 0) {
            value += text.slice(at);
            at = text.length;
            break;
          }
          value += text.slice(at, end);
          at = end + 1;
          if (text.charCodeAt(at) !== quote) break;
          value += '"';
          at++;
        }
        for (let i = value.indexOf("\n"); i >= 0; i = value.indexOf("\n", i + 1)) this.#line++;
        // What stands behind the closing quote belongs to the cell all the same.
        const end = this.#cellEnd(text, at);
        cell = value + text.slice(at, end);
        at = end;
      } else {
        const end = this.#cellEnd(text, at);
        cell = end === at ? null : text.slice(at, end);
        at = end;
      }
      cells.push(cell);
      if (text[at] === this.separator) {
        at++;
        if (at === text.length) cells.push(null);
        if (at < text.length && !this.#isEnd(text, at)) continue;
        if (at < text.length) cells.push(null);
      }
      if (text.charCodeAt(at) === carriageReturn) at++;
      at++;
      if (cells.length > 1 || cells[0] !== null) {
        records.push(cells);
        lines.push(begun);
      }
      cells = [];
      begun = ++this.#line;
    }
    return { records, lines };
  }

  #isEnd(text: string, at: number): boolean {
    const code = text.charCodeAt(at);
    return code === lineFeed || code === carriageReturn && text.charCodeAt(at + 1) === lineFeed;
  }

  #cellEnd(text: string, from: number): number {
    for (let at = from; at < text.length; at++) {
      if (text[at] === this.separator || this.#isEnd(text, at)) return at;
    }
    return text.length;
  }
}

/** The separator of a header line: what stands most often outside of quotes among commas, semicolons and tabs. */
export function separatorOf(header: string): string {
  const bare = header.replaceAll(/"[^"]*"/g, "");
  const count = (sign: string) => bare.split(sign).length - 1;
  return [",", ";", "\t"].reduce((best, one) => count(one) > count(best) ? one : best);
}
