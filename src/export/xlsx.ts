import { Zip, ZipDeflate, ZipPassThrough } from "fflate";
import type { Column, ColumnType, Value } from "../model/table.ts";
import { FileFull, type Page, type RowFormat, type Sink } from "./format.ts";
import { numberText } from "./number_text.ts";
import { contentTypes, packageRels, styles, workbook, workbookRels } from "./xlsx_parts.ts";

/** How much goes on a sheet and into a file. */
export interface WorkbookLimits {
  readonly rowsPerSheet: number;
  /** Before compression. */
  readonly bytesPerSheet: number;
  readonly bytesPerFile: number;
}

/** The most rows that Excel opens, and less than the 4 GiB of which a ZIP without extensions can hold. */
const limits: WorkbookLimits = {
  rowsPerSheet: 1_048_576,
  bytesPerSheet: 4_000_000_000,
  bytesPerFile: 4_200_000_000,
};

const longestText = 32_767;

/** More digits than this a cell of Excel does not keep: such numbers are text. */
const widestInteger = 10n ** 15n;

/** Formats of cells, by their place in `styles`. */
const asDate = 1;
const asTime = 2;
const asHead = 3;

/**
 * A workbook of Excel: a sheet for each dataset, with numbers, dates and times that Excel calculates with. Text is
 * text, never a formula. What does not fit on a sheet goes on to the next one; what does not fit into a file ends in
 * FileFull. Other limits are for tests.
 */
export function xlsxFormat(
  sink: Sink,
  _: unknown,
  { rowsPerSheet, bytesPerSheet, bytesPerFile } = limits,
): RowFormat {
  const encoder = new TextEncoder();
  const done: Uint8Array[] = [];
  const zip = new Zip((error, bytes) => {
    if (error) throw error;
    done.push(bytes);
  });
  const sheets: string[] = [];
  let columns: readonly Column[] = [];
  let dataset = "";
  let part: ZipDeflate | null = null;
  let row = 0;
  let sheetBytes = 0;
  let fileBytes = 0;

  const flush = async () => {
    for (const bytes of done.splice(0)) {
      fileBytes += bytes.length;
      if (fileBytes > bytesPerFile) {
        throw new FileFull("a workbook of Excel holds no more than 4 GB");
      }
      await sink.write(bytes);
    }
  };
  const put = (text: string, isLast = false) => {
    const bytes = encoder.encode(text);
    sheetBytes += bytes.length;
    part!.push(bytes, isLast);
  };
  const openSheet = (number: number) => {
    sheets.push(number === 1 ? dataset : `${dataset} (${number})`);
    part = new ZipDeflate(`xl/worksheets/sheet${sheets.length}.xml`, { level: 6 });
    zip.add(part);
    const head = columns.map(({ name }) => textCell(name, asHead)).join("");
    sheetBytes = 0;
    put(`${sheetStart}<row>${head}</row>`);
    row = 1;
  };
  const closeSheet = () => put("</sheetData></worksheet>", true);
  const add = (path: string, text: string) => {
    const whole = new ZipPassThrough(path);
    zip.add(whole);
    whole.push(encoder.encode(text), true);
  };
  let number = 1;
  return {
    open: () => Promise.resolve(),
    async openDataset(given) {
      ({ columns, name: dataset } = given);
      openSheet(number = 1);
      await flush();
    },
    async rows(page: Page) {
      let text = "";
      for (const values of page) {
        if (row === rowsPerSheet || sheetBytes + text.length > bytesPerSheet) {
          put(text);
          text = "";
          closeSheet();
          openSheet(++number);
        }
        let cells = "";
        for (let at = 0; at < columns.length; at++) cells += cell(values[at], columns[at].type);
        text += `<row>${cells}</row>`;
        row++;
      }
      put(text);
      await flush();
    },
    async closeDataset() {
      closeSheet();
      await flush();
    },
    async close() {
      add("xl/workbook.xml", workbook(sheets));
      add("xl/_rels/workbook.xml.rels", workbookRels(sheets.length));
      add("xl/styles.xml", styles);
      add("_rels/.rels", packageRels);
      add("[Content_Types].xml", contentTypes(sheets.length));
      zip.end();
      await flush();
    },
  };
}

const sheetStart = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>' +
  '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' +
  '<sheetViews><sheetView workbookViewId="0">' +
  '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' +
  '</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15" baseColWidth="16"/><sheetData>';

function cell(value: Value, type: ColumnType): string {
  if (value === null) return "<c/>";
  switch (type) {
    case "flag":
      return `<c t="b"><v>${Number(value) === 0 ? 0 : 1}</v></c>`;
    case "date":
      return `<c s="${asDate}"><v>${dayNumber(`${value}T00:00:00Z`)}</v></c>`;
    case "instant":
      return `<c s="${asTime}"><v>${dayNumber(String(value))}</v></c>`;
    case "local":
      return `<c s="${asTime}"><v>${dayNumber(`${value}Z`)}</v></c>`;
    case "integer":
      if (typeof value === "bigint" && (value >= widestInteger || value <= -widestInteger)) {
        return textCell(String(value));
      }
      return `<c><v>${value}</v></c>`;
    case "real":
      return `<c><v>${typeof value === "number" ? numberText(value) : value}</v></c>`;
    default:
      return textCell(String(value));
  }
}

/** Days since 30 December 1899, the time of the day as a fraction. */
function dayNumber(time: string): string {
  return numberText(Math.round((Date.parse(time) / 86_400_000 + 25_569) * 1e8) / 1e8);
}

function textCell(text: string, style?: number): string {
  const shown = text.length > longestText ? `${text.slice(0, longestText - 1)}…` : text;
  return `<c t="inlineStr"${style === undefined ? "" : ` s="${style}"`}>` +
    `<is><t xml:space="preserve">${escaped(shown)}</t></is></c>`;
}

// deno-lint-ignore no-control-regex
const control = /[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/g;

/** XML cannot hold control characters; Excel writes them as `_x0001_`. */
function escaped(text: string): string {
  const code = (one: string) => one.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
  return text.toWellFormed()
    .replaceAll(/_(?=x[0-9A-Fa-f]{4}_)/g, "_x005F_")
    .replaceAll(control, (one) => `_x${code(one)}_`)
    .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
