import { resolve } from "node:path";
import type { Database } from "../database/database.ts";
import { FileBusy, openFileSink } from "../export/file_sink.ts";
import type { Sink } from "../export/format.ts";
import { realTarget } from "../files/real_target.ts";
import { UsageError } from "./failure.ts";
import type { World } from "./world.ts";

/**
 * Writes a file that appears under its name, as the user wrote it, when it is whole. Throws UsageError for the
 * database itself and for a file that another export is writing, what the work throws, and Deno's own errors.
 */
export async function intoFile<T>(
  database: Pick<Database, "address">,
  name: string,
  world: Pick<World, "cwd">,
  work: (sink: Sink) => Promise<T>,
): Promise<T> {
  const path = resolve(world.cwd, name);
  if (await realTarget(path) === await realTarget(database.address)) {
    throw new UsageError(`${name} is the database itself. Name another file`);
  }
  const file = await openFileSink(path).catch((error) => {
    if (!(error instanceof FileBusy)) throw error;
    throw new UsageError(
      `another export is writing ${name} at this moment. Wait for it, or name another file`,
    );
  });
  try {
    const result = await work(file);
    await file.finish();
    return result;
  } catch (error) {
    await file.abandon();
    throw error;
  }
}
