/** Reads CSV with LF as RFC 4180 has it. An empty cell is null, `""` an empty text. */
export function readCsv(text: string): (string | null)[][] {
  const rows: (string | null)[][] = [];
  let row: (string | null)[] = [];
  let at = 0;
  while (at < text.length) {
    let cell: string | null;
    if (text[at] === '"') {
      let content = "";
      for (at++;; at++) {
        if (at >= text.length) throw new Error("a quoted cell does not end");
        if (text[at] !== '"') content += text[at];
        else if (text[at + 1] === '"') content += text[at++];
        else break;
      }
      at++;
      cell = content;
    } else {
      const end = text.slice(at).search(/[,\n]/);
      const content = end < 0 ? text.slice(at) : text.slice(at, at + end);
      if (/["\r]/.test(content)) throw new Error(`a cell should be quoted: ${content}`);
      at += content.length;
      cell = content === "" ? null : content;
    }
    row.push(cell);
    if (text[at] === ",") {
      at++;
      if (at === text.length || text[at] === "\n") row.push(null);
    } else if (at < text.length && text[at] !== "\n") {
      throw new Error(`a cell ends with ${JSON.stringify(text[at])}`);
    }
    if (at >= text.length || text[at] === "\n") {
      rows.push(row);
      row = [];
      at++;
    }
  }
  return rows;
}
