import { join } from "node:path";
import type { Database } from "../database/database.ts";
import { openDatabase } from "../database/open.ts";
import type { TableRows } from "../model/harvest.ts";
import { table as factsOf } from "../model/tables.ts";
import { keyOf, storedRowsOf } from "./stored.ts";

/**
 * What an import would do, found out by doing it somewhere else: rows are saved into a throw-away file, beside
 * what the harvest holds of them. So two files about the same time are counted as an import counts them.
 */
export class Preview implements AsyncDisposable {
  private constructor(
    readonly folder: string,
    /** What the harvest would hold, as far as it was looked at. */
    readonly database: Database,
    readonly harvest: Pick<Database, "read"> | null,
  ) {}

  /** `harvest`: null where there is none yet. Throws DatabaseError and Deno's own errors. */
  static async open(harvest: Pick<Database, "read"> | null): Promise<Preview> {
    const folder = await Deno.makeTempDir({ prefix: "seh-preview-" });
    try {
      const database = await openDatabase(`sqlite:///${join(folder, "preview.db")}`);
      await database.migrate();
      return new Preview(folder, database, harvest);
    } catch (error) {
      await Deno.remove(folder, { recursive: true });
      throw error;
    }
  }

  /** Brings what the harvest holds of these rows, where it was not brought before. Throws DatabaseError. */
  async bring(rows: TableRows): Promise<void> {
    if (this.harvest === null) return;
    const stored = await storedRowsOf(this.harvest, rows);
    if (stored.size === 0) return;
    const here = await storedRowsOf(this.database, rows);
    const { key } = factsOf(rows.table);
    const keyAt = key.map((name) => rows.columns.indexOf(name));
    const missing = new Map(
      rows.rows.flatMap((row) => {
        const name = keyOf(keyAt.map((at) => row[at]));
        const found = here.has(name) ? undefined : stored.get(name);
        return found === undefined ? [] : [[name, found]];
      }),
    );
    if (missing.size === 0) return;
    await this.database.write({ table: rows.table, rows: [...missing.values()] });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.database.close();
    await Deno.remove(this.folder, { recursive: true });
  }
}
