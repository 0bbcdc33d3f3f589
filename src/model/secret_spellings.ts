/**
 * The ways in which a secret may stand in a text that somebody else has made: as it is, percent-encoded in
 * part or whole, escaped as in JSON or HTML, and in base64 beside other bytes.
 */
export interface Spellings {
  /** Texts to look for as they are; quick. */
  readonly words: readonly string[];
  /** Any mixture of escapes; worth trying where a text has any. */
  readonly escaped: RegExp;
}

/** The spellings of a secret. */
export function spellingsOf(secret: string): Spellings {
  const encoded = base64Cores(secret);
  const words = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
  const anyBase64 = encoded.flatMap((
    core,
  ) => [core, core.replaceAll("+", "-").replaceAll("/", "_")]);
  const patterns = [secret, ...encoded.filter((core) => /[+/]/.test(core))].map(anySpelling);
  return {
    words: [...new Set([...words, ...anyBase64])].sort((a, b) => b.length - a.length),
    escaped: new RegExp(patterns.join("|"), "g"),
  };
}

/** Whether a text has any of the characters that every escape begins with. */
export function mayHoldEscapes(text: string): boolean {
  return text.includes("%") || text.includes("\\") || text.includes("&");
}

const shortestCore = 6;

/**
 * The base64 of a secret at each of the three places in a group of bytes at which it may begin, without the
 * characters at either end that hold bits of its neighbours.
 */
function base64Cores(secret: string): string[] {
  const bytes = new TextEncoder().encode(secret);
  return [0, 1, 2].map((before) => {
    const padded = new Uint8Array(before + bytes.length);
    padded.set(bytes, before);
    return padded.toBase64().slice(
      Math.ceil((before * 8) / 6),
      Math.floor((padded.length * 8) / 6),
    );
  }).filter((core) => core.length >= shortestCore);
}

/**
 * A pattern of each character, one after another; a match is never longer than the secret in its longest
 * spelling.
 */
function anySpelling(text: string): string {
  return [...text].map((character) => `(?:${spellingsOfCharacter(character).join("|")})`).join("");
}

function spellingsOfCharacter(character: string): string[] {
  const hex = (value: number, digits: number) => anyCase(value.toString(16).padStart(digits, "0"));
  const percent = [...new TextEncoder().encode(character)].map((byte) => `%(?:25)?${hex(byte, 2)}`);
  const units = Array.from({ length: character.length }, (_, n) => character.charCodeAt(n));
  const code = character.codePointAt(0)!;
  return [
    // Escaped in JSON, once or (in JSON within JSON) more often.
    `${/\w/.test(character) ? "" : "\\\\{0,4}"}${RegExp.escape(character)}`,
    percent.join(""),
    units.map((unit) => `\\\\{1,4}u${hex(unit, 4)}`).join(""),
    `&#0{0,4}${code};`,
    `&#[xX]0{0,4}${anyCase(code.toString(16))};`,
    ...character === " " ? ["\\+"] : [],
    ...character === "&" ? ["&amp;"] : [],
    ...character === '"' ? ["&quot;"] : [],
    ...character === "<" ? ["&lt;"] : [],
    ...character === ">" ? ["&gt;"] : [],
  ];
}

function anyCase(hex: string): string {
  return hex.replace(/[a-f]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
}
