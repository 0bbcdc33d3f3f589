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
 * A function that replaces every secret in a text, plain or URL-encoded, and every `api_key=…` of an
 * address, by `***`.
 */
export function redactor(secrets: readonly Secret[]): (text: string) => string {
  const words = secrets.map((one) => one.reveal()).filter((word) => word.length >= shortest)
    .flatMap((word) => [word, encodeURIComponent(word)])
    .sort((a, b) => b.length - a.length);
  return (text) => {
    let clean = text;
    for (const word of words) clean = clean.replaceAll(word, hidden);
    return clean.replace(/\b(api_key=)[^&\s"']*/g, `$1${hidden}`);
  };
}
