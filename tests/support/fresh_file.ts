/** The address of an empty database of a test's own, removed when disposed. */
export type FreshDatabase = { readonly url: string } & AsyncDisposable;

/** An SQLite file in a folder of its own. */
export async function freshFile(): Promise<FreshDatabase> {
  const folder = await Deno.makeTempDir({ prefix: "seh-test-" });
  return {
    url: `sqlite:///${folder}/seh.db`,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}
