import assert from "node:assert/strict";
import { factorOf } from "../../../src/source/answer/units.ts";

const written: readonly [string, number][] = [
  ["W", 1],
  ["kW", 1_000],
  ["MW", 1_000_000],
  ["GW", 1_000_000_000],
];

for (const [unit, factor] of written) {
  Deno.test(`a power in ${unit} is stored in W, an energy in ${unit}h in Wh`, () => {
    for (const spelling of [unit, unit.toUpperCase(), unit.toLowerCase()]) {
      assert.equal(factorOf(spelling, "power"), factor);
      assert.equal(factorOf(`${spelling}h`, "energy"), factor);
      assert.equal(
        factorOf(`${spelling}h`, "power"),
        factor,
        "a power that is declared in Wh means W",
      );
      assert.equal(factorOf(spelling, "energy"), null, "a power is no energy");
    }
  });
}

Deno.test("the sign between the parts of a unit says nothing, and an empty unit is none", () => {
  for (const unit of ["kW·h", "kW h", "kW*h", "kW.h", "kW-h", " KWH ", "Kilowatt hours"]) {
    assert.equal(factorOf(unit, "energy"), 1000, unit);
  }
  for (const unit of ["kW/h", "kWh/kWp", "W/m²", 3, { name: "Wh" }, true]) {
    assert.equal(factorOf(unit, "energy"), null, JSON.stringify(unit));
  }
  for (const unit of ["", "  ", null, undefined]) assert.equal(factorOf(unit, "energy"), 1);
});

Deno.test("thousandths are not taken for millions", () => {
  assert.equal(factorOf("mW", "power"), null);
  assert.equal(factorOf("mWh", "energy"), null);
  assert.equal(factorOf("mwh", "energy"), 1_000_000);
});

Deno.test("a unit that nobody knows has no factor; where none is stated, it is that of storage", () => {
  assert.equal(factorOf("HORSEPOWER", "power"), null);
  assert.equal(factorOf("PERCENTAGE", "power"), null);
  assert.equal(factorOf(undefined, "energy"), 1);
  assert.equal(factorOf(null, "share"), 1);
});
