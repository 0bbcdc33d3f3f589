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
  // A body holds some thousand objects of the same few names.
  const names = new Map<string, string>();
  const named = (name: string) => {
    const known = names.get(name);
    if (known !== undefined) return known;
    const written = `${JSON.stringify(name)}:`;
    names.set(name, written);
    return written;
  };
  const write = (value: unknown, kept: boolean, isMap = false): string => {
    if (value instanceof Measure) return writeNumber(value.value, numbers);
    if (typeof value !== "object" || value === null) return JSON.stringify(value);
    let text = "";
    if (Array.isArray(value)) {
      for (const one of value) text += `${text === "" ? "" : ","}${write(one, kept)}`;
      return `[${text}]`;
    }
    for (const name in value) {
      const member = (value as Record<string, unknown>)[name];
      if (member === undefined) continue;
      // Objects that clients store whole get no such key.
      const isKept = kept || name === "uris" || name === "connections";
      text += `${text === "" ? "" : ","}${named(name)}${
        write(member, isKept, maps.includes(name))
      }`;
    }
    if (extraKeys && !kept && !isMap) {
      text += `${text === "" ? "" : ","}"unheardOf":"by any documentation"`;
    }
    return `{${text}}`;
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
