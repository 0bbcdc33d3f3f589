import { tableFile, tablePage, type Tried } from "./table.ts";
import { trials } from "./trials.ts";

// Makes every trial and writes the table again: `deno task reliability`.
const all: Tried[] = [];
for (const [i, trial] of trials.entries()) {
  const tried = await trial.run();
  all.push(tried);
  const { exit, next, lost, lostADayLater, doubled } = tried.outcome;
  console.log(
    `${i + 1}/${trials.length} ${trial.name}: exit ${exit}, ${next}; ` +
      `lost ${lost}, ${lostADayLater}; doubled ${doubled}`,
  );
}
await Deno.writeTextFile(tableFile, tablePage(all));
