import { join, resolve } from "node:path";
import { passwordsOf } from "../settings/setting_secrets.ts";
import type { CommandContext } from "./context.ts";
import { UsageError } from "./failure.ts";

/** Something to import. */
export interface Place {
  /** As the person knows it. */
  readonly name: string;
  /** The path or the URL. */
  readonly text: string;
  readonly isUrl: boolean;
}

/** Where the places are, and the throw-away copies that go with them. */
export interface Places extends AsyncDisposable {
  readonly places: readonly Place[];
}

/**
 * Files of folders one by one, URLs from the environment; passwords are hidden from now on. What comes through a pipe is
 * kept in a throw-away file first: it is looked at before it is read. Throws UsageError.
 */
export async function placesOf(
  sources: readonly string[],
  context: CommandContext,
): Promise<Places> {
  const stack = new AsyncDisposableStack();
  try {
    const places: Place[] = [];
    for (const source of sources) places.push(...await placesOfOne(source, context, stack));
    return { places, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

async function placesOfOne(
  source: string,
  context: CommandContext,
  stack: AsyncDisposableStack,
): Promise<Place[]> {
  const { world } = context;
  if (source === "-") {
    return [{ name: "standard input", text: await kept(world.stdin(), stack), isUrl: false }];
  }
  const variable = /^env:(.*)$/.exec(source)?.[1];
  const text = variable === undefined ? source : world.environment[variable] ?? "";
  if (text === "") {
    throw new UsageError(
      variable === undefined
        ? "An empty name is no file. Name a file, a folder or the URL of a database."
        : `${source}: the environment variable ${variable} is not set.`,
    );
  }
  if (/^[a-z]+(\+[a-z0-9_]+)?:\/\//i.test(text)) {
    context.hide(passwordsOf(text));
    const isFile = /^sqlite/i.test(text);
    const path = isFile ? resolve(world.cwd, text.replace(/^[^:]*:\/\/\//, "")) : text;
    if (isFile) await found(path, source);
    return [{ name: source, text: path, isUrl: !isFile }];
  }
  const path = resolve(world.cwd, text);
  const { isDirectory, isFile } = await found(path, text);
  if (isFile) return [{ name: text, text: path, isUrl: false }];
  if (!isDirectory) {
    const file = await Deno.open(path);
    return [{ name: text, text: await kept(file.readable, stack), isUrl: false }];
  }
  const names = [...Deno.readDirSync(path)].filter((one) => one.isFile).map((one) => one.name)
    .filter((one) => /\.(csv|json|ndjson|db|sqlite)$/i.test(one)).sort();
  if (names.length === 0) throw new UsageError(`${text}: nothing to import in this folder.`);
  return names.map((one) => ({
    name: join(text, one),
    text: join(path, one),
    isUrl: false,
  }));
}

async function found(path: string, name: string): Promise<Deno.FileInfo> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new UsageError(`${name}: there is no such file.`);
  }
}

/** The path of a file that holds what a stream gives, until the stack is disposed of. */
async function kept(
  stream: ReadableStream<Uint8Array>,
  stack: AsyncDisposableStack,
): Promise<string> {
  const path = await Deno.makeTempFile({ prefix: "seh-import-" });
  stack.defer(() => Deno.remove(path));
  const file = await Deno.open(path, { write: true });
  await stream.pipeTo(file.writable);
  return path;
}
