/** What a step of a dialect gives: at once where the driver is synchronous, else as a promise. */
export type Awaitable<T> = T | Promise<T>;

/** Runs works one after the other, in the order in which they were handed over. */
export function oneByOne(): <T>(work: () => Awaitable<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => {});
    return result;
  };
}
