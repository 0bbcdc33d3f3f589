import assert from "node:assert/strict";
import fc from "fast-check";
import { SourceError } from "../../src/source/source_error.ts";

/** Every object inside a body, the body included. */
export function objectsIn(value: unknown): Record<string, unknown>[] {
  if (Array.isArray(value)) return value.flatMap(objectsIn);
  if (typeof value !== "object" || value === null) return [];
  return [value as Record<string, unknown>, ...Object.values(value).flatMap(objectsIn)];
}

/** Puts anything in place of any value of the bodies, and asserts that each is read, or refused in words. */
export async function assertReadOrRefused(
  bodies: Readonly<Record<string, unknown>>,
  ask: (name: string, body: unknown) => Promise<unknown>,
  { numRuns, refused = () => {} }: { numRuns: number; refused?: (error: SourceError) => void },
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...Object.keys(bodies)),
      fc.nat(),
      fc.nat(),
      fc.oneof(
        fc.jsonValue(),
        fc.constantFrom(undefined, { toString: 0, valueOf: 0 }, [{ toString: 0 }]),
      ),
      async (name, pick, key, value) => {
        const body = structuredClone(bodies[name]);
        const objects = objectsIn(body);
        const chosen = objects[pick % objects.length]!;
        const keys = Object.keys(chosen);
        if (keys.length > 0) chosen[keys[key % keys.length]!] = value;
        try {
          await ask(name, body);
        } catch (error) {
          assert.ok(error instanceof SourceError, String(error));
          refused(error);
          assert.doesNotMatch(error.facts.detail, /cannot be read: /, error.facts.detail);
        }
      },
    ),
    { numRuns },
  );
}
