// Not in test:fast: four runs of the program for each trial, against each kind of database.
import assert from "node:assert/strict";
import { tableFile, tableLine } from "./table.ts";
import { isChosen } from "../support/scope.ts";
import { trials } from "./trials.ts";

for (const trial of trials.filter((one) => isChosen(one.name, { oneIn: 60 }))) {
  Deno.test({
    name: `nothing is lost or doubled: ${trial.name}`,
    ignore: !trial.isPossible,
    fn: async () => {
      const tried = await trial.run();
      const { exit, next, lostADayLater, doubled, said } = tried.outcome;
      assert.deepEqual(
        { exit, next, lostADayLater, doubled },
        {
          exit: trial.trouble.exit,
          next: trial.trouble.next?.[trial.api] ?? 0,
          lostADayLater: 0,
          doubled: 0,
        },
        said,
      );
      const page = await Deno.readTextFile(tableFile);
      assert.ok(page.includes(tableLine(tried)), `the table does not say: ${tableLine(tried)}`);
    },
  });
}
