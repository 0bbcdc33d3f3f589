import { mayHoldEscapes, spellingsOf } from "./secret_spellings.ts";

const hidden = "***";

/** A credential that cannot be printed by accident: every way of showing it gives `***`. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The credential itself; call it only where it is sent or hashed. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return hidden;
  }

  toJSON(): string {
    return hidden;
  }

  [Symbol.for("Deno.customInspect")](): string {
    return hidden;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return hidden;
  }
}

/** A word of fewer characters is no credential, and stands in too many other words to be hidden. */
const shortest = 4;

/**
 * A function that replaces every secret in a text, in whatever spelling, and every `api_key=…` of an address,
 * by `***`. To be used on a whole text, before anything is cut from it.
 */
export function redactor(secrets: readonly Secret[]): (text: string) => string {
  // The longer ones first: of a secret that begins with another one, the end would be left.
  const spelled = [...new Set(secrets.map((one) => one.reveal()))]
    .filter((word) => word.length >= shortest)
    .sort((a, b) => b.length - a.length)
    .map(spellingsOf);
  return (text) => {
    let clean = text;
    for (const { words, escaped } of spelled) {
      for (const word of words) clean = clean.replaceAll(word, hidden);
      if (mayHoldEscapes(clean)) clean = clean.replace(escaped, hidden);
    }
    return clean.replace(/\b(api_key=)[^&\s"']*/g, `$1${hidden}`);
  };
}
