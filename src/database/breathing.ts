/** Longer than this nothing else gets a turn, such as a signal that ends the program. */
const longestBreathMilliseconds = 50;

/** SQLite never waits for anything: a loop over its rows must let go now and then by itself. */
export function breathing(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < longestBreathMilliseconds) return;
    await new Promise((resolve) => setTimeout(resolve));
    since = performance.now();
  };
}
