import type { AskedPage, AskedValue } from "../database/ask.ts";
import { csvCell } from "../export/csv.ts";
import { numberText } from "../export/number_text.ts";
import type { SqlFormat } from "./sql_formats.ts";
import type { Look } from "./terminal/cells.ts";
import { leavesOut, renderBlocks, renderTable } from "./terminal/table.ts";

/** More rows than anybody reads on a terminal. */
export const mostTableRows = 1000;

/** Takes the pages of an answer and gives the text of it, piece by piece. */
export interface AnswerText {
  /** Gives null when it wants no more. */
  page(page: AskedPage): string | null;
  end(): string;
}

/** The text of an answer in a format; `look` is for tables. */
export function answerText(format: SqlFormat, look: Look): AnswerText {
  switch (format) {
    case "csv":
      return csvText();
    case "json":
      return jsonText();
    case "table":
      return tableText(look);
  }
}

function csvText(): AnswerText {
  let hasHead = false;
  const cell = (value: AskedValue) => {
    if (value === null) return "";
    return typeof value === "string" ? csvCell(value) : valueText(value);
  };
  return {
    page({ columns, rows }) {
      const lines = rows.map((row) => `${row.map(cell).join(",")}\n`);
      if (!hasHead && columns.length > 0) lines.unshift(`${columns.map(cell).join(",")}\n`);
      hasHead = true;
      return lines.join("");
    },
    end: () => "",
  };
}

function jsonText(): AnswerText {
  let count = 0;
  return {
    page({ columns, rows }) {
      const names = unlike(columns).map((one) => JSON.stringify(one));
      let text = "";
      for (const row of rows) {
        const fields = row.map((value, at) => `${names[at]}:${jsonValue(value)}`);
        text += `${count++ === 0 ? "[" : ","}\n{${fields.join(",")}}`;
      }
      return text;
    },
    end: () => count === 0 ? "[]\n" : "\n]\n",
  };
}

function tableText(look: Look): AnswerText {
  let names: readonly string[] = [];
  const kept: (readonly AskedValue[])[] = [];
  return {
    page({ columns, rows }) {
      names = columns;
      kept.push(...rows.slice(0, mostTableRows - kept.length));
      return kept.length === mostTableRows ? null : "";
    },
    end() {
      if (names.length === 0) return "";
      const isNumber = (at: number) =>
        kept.some((row) => row[at] !== null) &&
        kept.every((row) => ["number", "bigint"].includes(typeof row[at]) || row[at] === null);
      const heads = names.map((head, at) =>
        ({ head, align: isNumber(at) ? "right" : "left" }) as const
      );
      const rows = kept.map((row) => row.map((value) => value === null ? null : valueText(value)));
      // Somebody who asks for a column wants to see it.
      return (rows.length > 0 && leavesOut(heads, rows, look) ? renderBlocks : renderTable)(
        heads,
        rows,
        look,
      );
    },
  };
}

function valueText(value: Exclude<AskedValue, null>): string {
  return typeof value === "number" ? numberText(value) : String(value);
}

function jsonValue(value: AskedValue): string {
  return typeof value === "bigint" ? String(value) : JSON.stringify(value);
}

/** Two columns of one name would be one field of an object: `count`, `count_2`. */
function unlike(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let one = name;
    for (let number = 2; taken.has(one); number++) one = `${name}_${number}`;
    taken.add(one);
    return one;
  });
}
