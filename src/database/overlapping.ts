import { setImmediate } from "node:timers";

/**
 * Starts one statement after another on a connection and prepares the next while the server works on the
 * last: at most two are under way. Gives the results in order; throws the first error, and what was under
 * way beside it is part of the same transaction, which the caller undoes.
 */
export async function overlapping<T>(
  statements: Iterable<() => Promise<T>>,
): Promise<T[]> {
  const results: T[] = [];
  let running: Promise<T> | null = null;
  for (const start of statements) {
    const next = start();
    // Its error is thrown below, or follows from the one that is thrown.
    next.catch(() => {});
    // Until then the driver has sent nothing.
    await new Promise((resolve) => setImmediate(resolve));
    if (running) results.push(await running);
    running = next;
  }
  if (running) results.push(await running);
  return results;
}
