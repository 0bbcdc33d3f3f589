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
    // The first time too something is waited for, else the driver would have sent nothing yet.
    const done = await running;
    if (running) results.push(done!);
    running = next;
  }
  if (running) results.push(await running);
  return results;
}
