import assert from "node:assert/strict";
import fc from "fast-check";
import { redactor, Secret } from "../../src/model/secret.ts";
import { scope } from "../support/scope.ts";

const key = 'L0NG+secret/Key"of=32&chars ü%00';

function redactedOf(text: string, ...secrets: string[]): string {
  return redactor(secrets.map((one) => new Secret(one)))(text);
}

const hex = (text: string, upper: boolean) =>
  [...new TextEncoder().encode(text)].map((byte) => {
    const digits = byte.toString(16).padStart(2, "0");
    return `%${upper ? digits.toUpperCase() : digits}`;
  }).join("");
const units = (text: string) =>
  Array.from(
    { length: text.length },
    (_, n) => `\\u${text.charCodeAt(n).toString(16).padStart(4, "0")}`,
  ).join("");
const base64 = (text: string) => new TextEncoder().encode(text).toBase64();
const urlSafe = (text: string) => base64(text).replaceAll("+", "-").replaceAll("/", "_");

const spellings: readonly (readonly [what: string, spell: (secret: string) => string])[] = [
  ["as it is", (secret) => secret],
  ["encoded in an address", encodeURIComponent],
  ["encoded in a form", (secret) => new URLSearchParams([["x", secret]]).toString().slice(2)],
  ["encoded letter by letter", (secret) => hex(secret, true)],
  ["encoded letter by letter, in small letters", (secret) => hex(secret, false)],
  [
    "encoded in part",
    (secret) =>
      secret.slice(0, 5) + hex(secret.slice(5, 9), true) + encodeURIComponent(secret.slice(9)),
  ],
  ["encoded twice", (secret) => encodeURIComponent(encodeURIComponent(secret))],
  ["in JSON", (secret) => JSON.stringify(secret).slice(1, -1)],
  [
    "in JSON, slashes escaped",
    (secret) => JSON.stringify(secret).slice(1, -1).replaceAll("/", "\\/"),
  ],
  ["in JSON within JSON", (secret) => JSON.stringify(JSON.stringify(secret)).slice(3, -3)],
  ["in JSON, letter by letter", units],
  ["in HTML", (secret) => secret.replaceAll("&", "&amp;").replaceAll('"', "&#34;")],
  ["in base64", base64],
  ["in base64 for addresses, without padding", (secret) => urlSafe(secret).replace(/=+$/, "")],
];

for (const [what, spell] of spellings) {
  Deno.test(`a secret is hidden ${what}`, () => {
    const clean = redactedOf(`before ${spell(key)} after`, key);
    assert.match(clean, /^before \*\*\*[A-Za-z0-9+/_-]{0,2}={0,2} after$/);
  });
}

Deno.test("a secret in the base64 of something longer leaves none of its whole characters", () => {
  const secret = "S3CRETS3CRETS3CRET";
  for (const before of ["", "u", "us", "use", "user:"]) {
    for (const after of ["", "1", "12", "123"]) {
      for (const encode of [base64, urlSafe]) {
        const clean = redactedOf(`Basic ${encode(before + secret + after)}`, secret);
        const left = clean.replace("Basic ", "").replace("***", "AAAA");
        assert.ok(clean.includes("***") && left.length < 20, clean);
      }
    }
  }
});

Deno.test("of two secrets the longer is hidden first, in every spelling", () => {
  const [short, long] = ["TOKEN123", "TOKEN123/AND+MORE"];
  for (const [what, spell] of spellings) {
    const clean = redactedOf(`x ${spell(long)} y`, short, long);
    assert.ok(!/AND|MORE|QU5E|41%4e/i.test(clean), `${what}: ${clean}`);
  }
});

Deno.test("what holds no secret is left as it is", () => {
  const text = 'a %41 \\u0041 &amp; "b"';
  assert.equal(redactedOf(text, key), text);
});

Deno.test("whatever the secret, no mixture of spellings lets it through", () => {
  const secrets = fc.string({ unit: "grapheme", minLength: 4, maxLength: 40 })
    .filter((one) => one.length >= 4 && one.isWellFormed() && one.trim() === one)
    // These begin escapes themselves, so that what belongs to the secret is a matter of opinion.
    .filter((one) => !/[%\\&+]/.test(one));
  fc.assert(
    fc.property(secrets, fc.array(fc.nat(2), { minLength: 40, maxLength: 40 }), (one, how) => {
      const text = [...one].map((character, n) =>
        [character, hex(character, n % 2 === 0), units(character)][how[n % 40]!]
      ).join("");
      assert.equal(redactedOf(`<${text}>`, one), "<***>");
    }),
    { numRuns: scope === "all" ? 300 : 30 },
  );
});

Deno.test("a text made to be slow to search ends", () => {
  const secret = `${"a".repeat(40)}b`;
  for (
    const text of [
      "a".repeat(400_000),
      "\\".repeat(400_000),
      "%61".repeat(30_000),
      "&#97;".repeat(30_000),
    ]
  ) {
    assert.equal(redactedOf(text, secret), text);
  }
});
