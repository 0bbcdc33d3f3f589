// The parts of a workbook beside its sheets, as ECMA-376 has them.

const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const relations = "http://schemas.openxmlformats.org/package/2006/relationships";
const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const kind = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/** The list of sheets; their names are those of datasets and need no escaping. */
export function workbook(sheets: readonly string[]): string {
  const list = sheets.map((name, at) =>
    `<sheet name="${name}" sheetId="${at + 1}" r:id="rId${at + 1}"/>`
  );
  return `${head}<workbook xmlns="${main}" xmlns:r="${office}"><sheets>${
    list.join("")
  }</sheets></workbook>`;
}

/** Where the sheets and the formats are. */
export function workbookRels(sheets: number): string {
  const list = Array.from(
    { length: sheets },
    (_, at) => relation(at + 1, "worksheet", `worksheets/sheet${at + 1}.xml`),
  );
  return `${head}<Relationships xmlns="${relations}">${list.join("")}${
    relation(sheets + 1, "styles", "styles.xml")
  }</Relationships>`;
}

function relation(id: number, type: string, target: string): string {
  return `<Relationship Id="rId${id}" Type="${office}/${type}" Target="${target}"/>`;
}

/** Where the workbook is. */
export const packageRels = `${head}<Relationships xmlns="${relations}">${
  relation(1, "officeDocument", "xl/workbook.xml")
}</Relationships>`;

/** What each part is. */
export function contentTypes(sheets: number): string {
  const list = Array.from(
    { length: sheets },
    (_, at) =>
      `<Override PartName="/xl/worksheets/sheet${
        at + 1
      }.xml" ContentType="${kind}.worksheet+xml"/>`,
  );
  return `${head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
    `<Override PartName="/xl/workbook.xml" ContentType="${kind}.sheet.main+xml"/>` +
    `<Override PartName="/xl/styles.xml" ContentType="${kind}.styles+xml"/>${
      list.join("")
    }</Types>`;
}

/** Cells: as they are, a date, a date with time, a head in bold. */
export const styles = `${head}<styleSheet xmlns="${main}">` +
  '<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>' +
  '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>' +
  '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>' +
  '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>' +
  '<fills count="2"><fill><patternFill patternType="none"/></fill>' +
  '<fill><patternFill patternType="gray125"/></fill></fills>' +
  '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>' +
  '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
  '<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>' +
  '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>' +
  '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>' +
  '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>' +
  "</styleSheet>";
