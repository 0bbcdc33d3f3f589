// Not in test:fast: a fleet is harvested and recorded.
import assert from "node:assert/strict";
import { tourOfFleet } from "../../docs/tour_fleet.ts";

Deno.test("docs/tour_fleet.md shows what the program prints (else: deno task recordings)", async () => {
  const written = await Deno.readTextFile(new URL("../../docs/tour_fleet.md", import.meta.url));
  const made = await tourOfFleet();
  assert.equal(written, made);
  const [wide, narrow] = made.split("## 40 columns");
  for (const [text, columns] of [[wide, 80], [narrow, 40]] as const) {
    const screens = [...text.matchAll(/```\n(.*?)```/gs)].flatMap(([, screen]) =>
      screen.split("\n")
    );
    assert.deepEqual(screens.filter((line) => line.length > columns), []);
  }
});
