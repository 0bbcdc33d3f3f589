import type { Column, Value } from "../model/table.ts";
import type { Page } from "./format.ts";
import type { TextFormat } from "./text_format.ts";
import { numberText } from "./number_text.ts";

/**
 * JSON: one dataset is an array of objects, several are one object with an array per dataset. A row
 * stands on a line of its own. Flags are true and false, JSON columns are embedded as JSON values,
 * whole numbers beyond 2^53 keep all their digits, times stay text.
 */
export function jsonFormat(several: boolean): TextFormat {
  let toObject: (row: readonly Value[]) => string = () => "";
  let datasetsSoFar = 0;
  let rowsSoFar = 0;
  return {
    open: () => several ? "{" : "",
    openDataset(dataset) {
      toObject = objectWriter(dataset.columns);
      rowsSoFar = 0;
      const separator = datasetsSoFar++ > 0 ? "," : "";
      return several ? `${separator}\n${JSON.stringify(dataset.name)}: [` : "[";
    },
    rows(page: Page) {
      let text = "";
      for (const row of page) text += (rowsSoFar++ > 0 ? ",\n" : "\n") + toObject(row);
      return text;
    },
    closeDataset: () => (rowsSoFar > 0 ? "\n]" : "]") + (several ? "" : "\n"),
    close: () => several ? "\n}\n" : "",
  };
}

/** A function that writes a row as a JSON object on one line; `leading` stands before its columns. */
export function objectWriter(
  columns: readonly Column[],
  leading: Readonly<Record<string, string>> = {},
): (row: readonly Value[]) => string {
  const head = Object.entries(leading).map(([name, text]) => `${quote(name)}:${quote(text)},`);
  const labels = columns.map((one, i) => `${i > 0 ? "," : head.join("")}${quote(one.name)}:`);
  return (row) => {
    let text = "{";
    for (let i = 0; i < columns.length; i++) text += labels[i] + jsonValue(row[i], columns[i]);
    return text + "}";
  };
}

function jsonValue(value: Value, column: Column): string {
  if (value === null) return "null";
  if (column.type === "flag") return Number(value) === 0 ? "false" : "true";
  if (typeof value === "string") return column.type === "json" ? embedded(value) : quote(value);
  return typeof value === "number" ? numberText(value) : String(value);
}

/** JSON text as it is, so that no digit of a number is lost, but on one line. */
function embedded(text: string): string {
  try {
    JSON.parse(text);
  } catch {
    return quote(text);
  }
  // Outside of strings a line break is only white space, and inside of strings JSON has none.
  return text.replaceAll(/[\r\n]/g, " ");
}

const quote: (text: string) => string = JSON.stringify;
