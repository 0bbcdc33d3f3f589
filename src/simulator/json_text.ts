/** A measured number, as against a count or an id: the server writes these in its own way. */
export class Measure {
  constructor(readonly value: number) {}
}

/** Marks a number as measured; null stays null. */
export function measured(value: number): Measure;
export function measured(value: number | null): Measure | null;
export function measured(value: number | null): Measure | null {
  return value === null ? null : new Measure(value);
}

/**
 * How measured numbers are written: `float` as the live server does (`12.0`, `3.9217E7`), `plain` as
 * short as possible, `text` in quotes.
 */
export type NumberStyle = "float" | "plain" | "text";

/** Objects whose names are serial numbers: a further name would be a device. */
const maps = ["inverters", "meters", "storage"];

/** JSON of a body; with `extraKeys` each object gets a key that no documentation knows. */
export function jsonText(body: unknown, numbers: NumberStyle, extraKeys: boolean): string {
  const write = (value: unknown, kept: boolean, isMap = false): string => {
    if (value instanceof Measure) return writeNumber(value.value, numbers);
    if (Array.isArray(value)) return `[${value.map((one) => write(one, kept)).join(",")}]`;
    if (typeof value !== "object" || value === null) return JSON.stringify(value);
    const members = Object.entries(value).filter(([, member]) => member !== undefined)
      .map(([name, member]) =>
        // What clients keep whole stays as it is.
        `${JSON.stringify(name)}:${
          write(member, kept || name === "uris" || name === "connections", maps.includes(name))
        }`
      );
    if (extraKeys && !kept && !isMap) members.push(`"unheardOf":"by any documentation"`);
    return `{${members.join(",")}}`;
  };
  return write(body, false);
}

function writeNumber(value: number, style: NumberStyle): string {
  if (style === "plain") return JSON.stringify(value);
  const size = Math.abs(value);
  let text = Number.isInteger(value) ? `${value}.0` : `${value}`;
  if (size >= 1e7 || (size > 0 && size < 1e-3)) {
    const [mantissa, exponent] = value.toExponential().split("e");
    text = `${mantissa.includes(".") ? mantissa : `${mantissa}.0`}E${Number(exponent)}`;
  }
  return style === "text" ? JSON.stringify(text) : text;
}
