import { DatabaseError } from "../database/database_error.ts";
import { ImportRefusal } from "./event.ts";

/** What the error of a source means for people; null where it is no trouble of the source. */
export function refusalOf(error: unknown): ImportRefusal | null {
  if (error instanceof ImportRefusal) return error;
  if (error instanceof DatabaseError) return refused(error.message, error);
  if (!(error instanceof Error)) return null;
  const [, reason] = /^(.+) \(os error \d+\)/.exec(error.message) ?? [];
  if (reason !== undefined) return refused(reason[0].toLowerCase() + reason.slice(1), error);
  return error instanceof Deno.errors.NotCapable ? refused("permission denied", error) : null;
}

function refused(why: string, cause: Error): ImportRefusal {
  return new ImportRefusal(`cannot be read: ${why.replace(/\.$/, "")}.`, { cause });
}
