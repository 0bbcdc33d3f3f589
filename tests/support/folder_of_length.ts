/** A throw-away folder whose path has so many characters: texts that show it break in the same places each time. */
export async function folderOfLength(length = 36): Promise<{ path: string } & AsyncDisposable> {
  const base = await Deno.makeTempDir({ prefix: "seh-" });
  const path = `${base}/${"x".repeat(Math.max(1, length - base.length - 1))}`;
  await Deno.mkdir(path, { mode: 0o700 });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(base, { recursive: true }) };
}
