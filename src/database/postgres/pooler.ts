import { DatabaseError } from "../database_error.ts";
import type { Session } from "../session.ts";
import { pooled } from "./errors.ts";

/** Other programs use the pool too, and may take the process that would give it away. */
const probes = 5;

/**
 * Something between hands our statements to processes of the server. That is fine as long as it is always
 * the same one: what we set, prepare and lock belongs to it. A pool in transaction mode gives the process that
 * we have just left to whoever comes next, who then finds what was set, or leaves us another.
 * Throws DatabaseError, `refused` for such a pool.
 */
export async function requireOwnSession(
  { script, rows }: Pick<Session, "script" | "rows">,
  openAnother: () => Promise<Session>,
  address: string,
): Promise<void> {
  const backend = async () => (await rows("select pg_backend_pid()"))[0][0];
  const own = await backend();
  const other = await openAnother();
  try {
    for (let probe = 0; probe < probes; probe++) {
      // A pool gives next the process that was given back last: each probe leaves it one with the mark.
      await script("set seh.session = 'marked'");
      await other.script("begin");
      const [[seen]] = await other.rows("select current_setting('seh.session', true)");
      const isShared = seen === "marked" || await backend() !== own;
      await other.script("commit");
      if (!isShared) continue;
      const [kind, what, remedy] = pooled;
      throw new DatabaseError(kind, `${address}: ${what}; ${remedy}`);
    }
  } finally {
    await other.close();
  }
}
