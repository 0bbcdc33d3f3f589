/** More than any source measures: thousandths of a Wh of a lifetime. */
const decimals = 6;

/** A number without the noise of binary fractions (0.1 + 0.2 is 0.3); -0 is 0. */
export function rounded(value: number): number {
  return Number(value.toFixed(decimals)) + 0;
}

/** A value times a factor without that noise (1.6 kW is 1600 W); what needs no factor stays as it came. */
export function scaled(value: number, factor: number): number {
  return factor === 1 ? value + 0 : rounded(value * factor);
}
