/**
 * Does what the tests of a file share, outside of them, since it lives on when a test has ended. What goes
 * wrong is thrown in each test that asks for the outcome: other tests run, and no file fails as a whole.
 */
export async function prepare<Outcome>(work: () => Promise<Outcome>): Promise<() => Outcome> {
  try {
    const outcome = await work();
    return () => outcome;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
