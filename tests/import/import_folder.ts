import { DatabaseSync } from "node:sqlite";
import { type Captured, runInWorld } from "../support/captured_world.ts";
import { importedAt, sample } from "./python_truth.ts";

/** A folder with files to import, and a harvest in `mine.db` that knows the site of the samples. */
export interface ImportFolder extends AsyncDisposable {
  readonly path: string;
  /** Writes a file. */
  put(name: string, content: string | Uint8Array): Promise<void>;
  seh(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Captured>;
  /** Rows of the harvest. */
  rows(sql: string): Record<string, unknown>[];
}

/** Makes one; with `isBare` the harvest knows nothing. */
export async function importFolder({ isBare = false } = {}): Promise<ImportFolder> {
  const path = await Deno.makeTempDir({ prefix: "seh-import-" });
  const env = { SEH_DATABASE_URL: `sqlite:///${path}/mine.db` };
  const folder: ImportFolder = {
    path,
    put: (name, content) =>
      typeof content === "string"
        ? Deno.writeTextFile(`${path}/${name}`, content)
        : Deno.writeFile(`${path}/${name}`, content),
    seh: (args, more) => runInWorld(args, { cwd: path, now: importedAt, env: { ...env, ...more } }),
    rows(sql) {
      using database = new DatabaseSync(`${path}/mine.db`);
      return database.prepare(sql).all().map((one) => ({ ...one }));
    },
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
  if (!isBare) {
    const names = ["sites", "equipment", "inventory"].map((one) =>
      sample(`python-export-${one}.csv`)
    );
    const { code, stderr } = await folder.seh(["import", ...names]);
    if (code !== 0) throw new Error(stderr);
  }
  return folder;
}
