/** The decimal sign of a file. */
export type DecimalSign = "point" | "comma";

const forms: Readonly<Record<DecimalSign, RegExp>> = {
  point: /^-?(\d{1,3}(?:[,'\u2019 \u00a0\u202f]\d{3})+|\d+)(\.\d+)?$|^-?\d(\.\d+)?e[+-]?\d{1,2}$/i,
  comma: /^-?(\d{1,3}(?:[.'\u2019 \u00a0\u202f]\d{3})+|\d+)(,\d+)?$|^-?\d(,\d+)?e[+-]?\d{1,2}$/i,
};

/** Whether a cell is a number with one sign or the other. */
export function isNumber(cell: string): boolean {
  return forms.point.test(cell) || forms.comma.test(cell);
}

/** So many numbers with three digits behind a sign, and none with another count, are thousands. */
const enough = 4;

/**
 * The decimal signs with which all numbers of a file can be read: one number alone may allow both. Two are
 * given where the numbers mean the same with either, or where nothing decides between them (`isDoubtful`); none
 * where `misfit` is no number with either.
 */
export function decimalSigns(cells: readonly string[]): {
  readonly signs: readonly DecimalSign[];
  readonly isDoubtful: boolean;
} {
  const fitting = (["point", "comma"] as const).filter((sign) =>
    cells.every((cell) => forms[sign].test(cell))
  );
  if (fitting.length < 2) return { signs: fitting, isDoubtful: false };
  const different = cells.filter((cell) => readNumber(cell, "point") !== readNumber(cell, "comma"));
  if (different.length === 0) return { signs: fitting, isDoubtful: false };
  // Either way each has three digits behind the sign. Means have four to six, so these are thousands, unless they are few.
  const hasPoint = different.some((one) => one.includes("."));
  const signs: DecimalSign[] = [hasPoint ? "comma" : "point"];
  return { signs, isDoubtful: different.length < enough };
}

/** The number of a cell. */
export function readNumber(cell: string, sign: DecimalSign): number {
  const bare = cell.replaceAll(/['\u2019 \u00a0\u202f]/g, "");
  return Number(
    sign === "point" ? bare.replaceAll(",", "") : bare.replaceAll(".", "").replace(",", "."),
  );
}
