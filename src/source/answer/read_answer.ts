import type { Note } from "../../model/harvest.ts";
import type { Answer } from "../source.ts";
import { SourceError } from "../source_error.ts";
import { type Asked, bodyError, isObject, type Parser } from "./answer_body.ts";
import { requireSite } from "./asked_site.ts";
import { withoutSentinels } from "./sentinels.ts";
import { storable } from "./storable.ts";

/**
 * Reads an answer: what stands for "no value" is none, and what comes out is what any database can hold. An
 * answer that makes a parser stumble is a bad answer, which fails alone. Throws SourceError.
 */
export function readAnswer(
  parse: Parser,
  body: unknown,
  asked: Omit<Asked, "problems">,
): Answer {
  const siteId = asked.request.sites[0]?.siteId ?? 0;
  try {
    if (isObject(body)) requireSite(body.siteId, asked);
    const problems: Note[] = withoutSentinels(body, siteId);
    const found = parse(body, { ...asked, problems });
    return storable({ ...found, notes: [...found.notes, ...problems] }, siteId);
  } catch (error) {
    if (error instanceof SourceError) throw error;
    // The engine's own word for it: its stack is full.
    const why = error instanceof RangeError && /call stack/i.test(error.message)
      ? "it is nested too deeply"
      : (error as Error).message;
    const failed = bodyError(asked, `the answer cannot be read: ${why}`);
    failed.cause = error;
    throw failed;
  }
}
