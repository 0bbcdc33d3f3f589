import type { Database } from "../database/database.ts";
import type { Value } from "../model/table.ts";

/**
 * The newest run of a database, null before the first. One that began in the future was written by a clock that was
 * wrong, and is the last one only where there is no other.
 */
export async function readLastRun(
  database: Pick<Database, "query">,
  now: Temporal.Instant,
): Promise<Readonly<Record<string, Value>> | null> {
  const runs = await database.query("last_run");
  const isPast = (one: Readonly<Record<string, Value>>) =>
    !(Date.parse(String(one.started_at)) > now.epochMilliseconds);
  return runs.find(isPast) ?? runs.at(0) ?? null;
}
