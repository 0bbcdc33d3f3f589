// Not in test:fast: a harvest for each test.
import assert from "node:assert/strict";
import { homeSite } from "../../src/simulator/scenarios.ts";
import { creditWorld } from "../support/credit_world.ts";

const home = homeSite({ firstDay: "2026-06-10", installationDate: "2026-06-10" });

Deno.test("prices of a file are loaded and shown", async () => {
  await using world = await creditWorld("2026-06-20T10:07:00Z", [home]);
  await world.seh(["sync", "-q"]);
  const empty = await world.seh(["tariff", "show"]);
  assert.equal(
    empty.stdout,
    "No prices yet. Load a file: seh tariff load tariffs.yaml (see docs/tariffs.md)\n",
  );
  const path = `${world.folder}/tariffs.yaml`;
  await Deno.writeTextFile(
    path,
    "currency: EUR\npurchase:\n  - from: 2026-01-01\n    price_per_kwh: 0.2\n    times:\n" +
      "      - days: mon-fri\n        hours: 06:00-22:00\n        price_per_kwh: 0.4\n" +
      "feed_in:\n  - from: 2026-01-01\n    price_per_kwh: 0\n",
  );
  const loaded = await world.seh(["tariff", "load", path]);
  assert.equal(loaded.code, 0, loaded.stderr);
  assert.match(loaded.stderr, /^2 price lists loaded, in place of what was there\./);
  const shown = await world.seh(["tariff", "show"]);
  for (const part of ["mon-fri 06:00-22:00", "mon-fri 22:00-24:00", "sat-sun", "always"]) {
    assert.ok(shown.stdout.includes(part), shown.stdout);
  }
  const json = JSON.parse((await world.seh(["tariff", "show", "--json"])).stdout);
  assert.deepEqual(json.tariffs[1].prices, [{ when: "always", price_per_kwh: 0 }]);
});

Deno.test("what is wrong with a file is said line by line, and what was loaded stays", async () => {
  await using world = await creditWorld("2026-06-20T10:07:00Z", [home]);
  await world.seh(["sync", "-q"]);
  const path = `${world.folder}/tariffs.yaml`;
  await Deno.writeTextFile(
    path,
    "currency: EUR\npurchase:\n  - from: 2026-01-01\n    price_per_kwh: 1\n",
  );
  assert.equal((await world.seh(["tariff", "load", path])).code, 0);
  await Deno.writeTextFile(path, "currency: euro\npurchase:\n  - from: 2026-01-01\n");
  const refused = await world.seh(["tariff", "load", path]);
  assert.equal(refused.code, 2);
  assert.match(
    refused.stderr.replace(/\s+/g, " "),
    /tariffs\.yaml, line 1: currency is "euro"; a currency of three capital letters is needed, for example EUR\. Nothing was loaded/,
  );
  assert.match((await world.seh(["tariff", "show"])).stdout, /1 EUR/);
  const missing = await world.seh(["tariff", "check", "nowhere.yaml"]);
  assert.deepEqual([missing.code, missing.stderr], [2, "seh: There is no file nowhere.yaml.\n"]);
});
