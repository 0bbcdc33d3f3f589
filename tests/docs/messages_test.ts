import assert from "node:assert/strict";
import { messagesDocument, messagesOf } from "../../docs/messages.ts";
import { describe } from "../../src/cli/failure.ts";
import { SourceError, type SourceErrorKind } from "../../src/source/source_error.ts";

const root = new URL("../../", import.meta.url);
const codeOfKind = (kind: string) =>
  describe(new SourceError({ kind: kind as SourceErrorKind, endpoint: "", detail: "" })).code;

Deno.test("docs/messages.md has every sentence of the program (else: deno task messages)", () => {
  const file = new URL("docs/messages.md", root);
  const made = messagesDocument(root, codeOfKind);
  if (Deno.args.includes("--write")) Deno.writeTextFileSync(file, made);
  assert.equal(Deno.readTextFileSync(file), made);
  assert.match(made, /\*\*2\*\* `+ ?Site \{word\} is not in the database/);
});

Deno.test("a message is read with its values, its exit code, and what it is for", () => {
  const source = `
/** Reads a file. Throws UsageError. */
export function read(path: string, facts: { days: number }) {
  if (!path) throw new UsageError(\`The file \${path} is of \${facts.days} days \` + "and cannot be read.");
  throw new SourceError({ kind: "credentials", endpoint: "", detail: "the access has come to an end" });
}
const sql = "select name from sites where it is so";
const word = "one two";
`;
  assert.deepEqual(messagesOf("x.ts", source, codeOfKind), [
    {
      text: "The file {path} is of {days} days and cannot be read.",
      exitCode: 2,
      when: "Reads a file",
    },
    { text: "the access has come to an end", exitCode: 4, when: "Reads a file" },
  ]);
});
