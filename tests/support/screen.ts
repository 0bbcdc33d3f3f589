/**
 * What a terminal of some width shows after it was sent a text: its lines, without those that scrolled by
 * lost. Knows the control codes that seh and its libraries send.
 */
export function screenOf(text: string, columns: number): string[] {
  const lines: string[][] = [[]];
  let [row, column] = [0, 0];
  const line = () => lines[row] ??= [];
  // deno-lint-ignore no-control-regex
  const pieces = text.matchAll(/\u001b\[([?\d;]*)([A-Za-z])|\u001b[78]|[^]/gu);
  for (const [piece, parameters, code] of pieces) {
    const count = Number.parseInt(parameters) || 0;
    if (code === "G") column = Math.max(0, count - 1);
    else if (code === "A") row = Math.max(0, row - Math.max(1, count));
    else if (code === "B") row += Math.max(1, count);
    else if (code === "K") lines[row] = count === 2 ? [] : line().slice(0, column);
    else if (code === "J") {
      lines[row] = line().slice(0, column);
      lines.length = row + 1;
    } else if (piece === "\r") column = 0;
    else if (piece === "\n") {
      row++;
      column = 0;
      line();
    } else if (!piece.startsWith("\u001b")) {
      if (column >= columns) {
        row++;
        column = 0;
      }
      const cells = line();
      while (cells.length < column) cells.push(" ");
      cells[column++] = piece;
    }
  }
  return lines.map((cells) => (cells ?? []).join("").trimEnd());
}
