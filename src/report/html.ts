/** Text for a page: nothing in it is markup any more, in an element as in an attribute. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (one) => entities[one]);
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** A coordinate without a tail of digits. */
export function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/**
 * A table; cells are text, and numbers stand right. The first cell of a row is its head, the caption is for
 * screen readers.
 */
export function tableOf(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const cells = (row: readonly string[]) =>
    row.map((one, at) =>
      at === 0 ? `<th scope="row">${escaped(one)}</th>` : `<td>${escaped(one)}</td>`
    ).join("");
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escaped(caption)}"><table>` +
    `<caption>${escaped(caption)}</caption><thead><tr>${
      head.map((one) => `<th scope="col">${escaped(one)}</th>`).join("")
    }</tr></thead><tbody>${
      rows.map((row) => `<tr>${cells(row)}</tr>`).join("\n")
    }</tbody></table></div>`;
}

/** A picture with what it shows in words, its colours explained and its numbers behind a click. */
export function figureOf(
  svg: string,
  { legend = "", numbers = "", show }: { legend?: string; numbers?: string; show: string },
): string {
  const table = numbers && `<details><summary>${escaped(show)}</summary>${numbers}</details>`;
  return `<figure>${legend}${svg}${table}</figure>`;
}

/** The colours of a picture, by class. */
export function legendOf(entries: readonly (readonly [style: string, name: string])[]): string {
  return `<ul class="legend">${
    entries.map(([style, name]) => `<li><i class="${style}"></i>${escaped(name)}</li>`).join("")
  }</ul>`;
}
