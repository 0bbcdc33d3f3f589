import type { Column, Value } from "../../src/model/table.ts";
import { table as factsOf } from "../../src/model/tables.ts";

/** The same numbers at every run, 0 to 1. */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Rows of sites with every kind of value that a column may hold, the same at every run. */
export function sitesOfAnyValue(count: number): Value[][] {
  const random = numbersFrom(11);
  const oneOf = <T>(values: readonly T[]) => values[Math.floor(random() * values.length)];
  const moment = () => new Date(Math.floor(random() * 4e9) * 1000).toISOString().slice(0, 19);
  const whole = () =>
    oneOf([0, 1, -1, 127, -128, 128, 40_000, -8_388_608, 8_388_608, 2 ** 31, -(2 ** 47), 2 ** 47]);
  const value = ({ type }: Column): Value => {
    switch (type) {
      case "integer":
        return oneOf([
          whole(),
          Number.MAX_SAFE_INTEGER,
          2n ** 53n + 1n,
          2n ** 63n - 1n,
          -(2n ** 63n),
        ]);
      case "real":
        return oneOf([
          whole(),
          -0,
          0.1 + 0.2,
          1 / 3,
          Number.MIN_VALUE,
          -1.7976931348623157e308,
          random(),
        ]);
      case "flag":
        return oneOf([0, 1]);
      case "date":
        return moment().slice(0, 10);
      case "local":
        return moment();
      case "instant":
        return `${moment()}Z`;
      case "text":
      case "json":
        return oneOf([
          "",
          "Roof",
          `it's "quoted", 100 %`,
          "a\0b",
          "\ufeffZähler 🌞",
          "x".repeat(Math.floor(random() * 100)),
          // Some of them on one page with others, some on pages of their own.
          random() < 0.2 ? "long ü".repeat(Math.floor(random() * 4000)) : "short",
        ]);
    }
  };
  const { columns } = factsOf("sites");
  return Array.from({ length: count }, (_, at) =>
    columns.map((one) => {
      if (one.name === "site_id") return at + 1;
      return !one.required && random() < 0.2 ? null : value(one);
    }));
}
