import { kinds } from "../support/on_each_database.ts";
import { faults } from "./faults.ts";
import { oddAnswers } from "./odd_answers.ts";
import type { Tried } from "./table.ts";
import { type Api, type Trouble, tryOut } from "./trial.ts";

/** One trial that can be made. */
export interface Trial {
  readonly name: string;
  readonly trouble: Trouble;
  readonly api: Api;
  readonly database: string;
  /** False where this machine has no such database. */
  readonly isPossible: boolean;
  run(): Promise<Tried>;
}

/** Every trouble with each API on each kind of database, in the order of the table. */
export const trials: readonly Trial[] = [...faults, ...oddAnswers].flatMap((trouble) =>
  (trouble.apis ?? ["v1", "v2"]).flatMap((api) =>
    kinds.filter((one) => !one.name.includes("partitioned")).map(({ name: database, fresh }) => ({
      name: `${trouble.name}, ${api}, ${database}`,
      trouble,
      api,
      database,
      isPossible: fresh !== null,
      run: async () => ({ trouble, api, database, outcome: await tryOut(trouble, api, fresh!) }),
    }))
  )
);
