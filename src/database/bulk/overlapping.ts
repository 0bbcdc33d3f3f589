/**
 * Cuts so many rows into slices for a statement each, as long as `most` but for the first ones: the server
 * waits while the first is made, and what is made while it works on one is not to take longer than that.
 */
export function* slices(count: number, most: number): Generator<[from: number, to: number]> {
  let size = firstRows;
  for (let from = 0; from < count; [from, size] = [from + size, Math.min(most, size * 5)]) {
    yield [from, Math.min(from + size, count)];
  }
}

/** Rows of the first slice. */
export const firstRows = 100;

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
