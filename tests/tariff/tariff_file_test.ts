import assert from "node:assert/strict";
import { type Band, TariffError } from "../../src/tariff/tariff.ts";
import { readTariffs } from "../../src/tariff/tariff_file.ts";

const yaml = (...lines: string[]) => lines.join("\n");
const week = [1, 2, 3, 4, 5, 6, 7];
const bandsOf = (bands: readonly Band[], weekday: number) =>
  bands.filter((one) => one.weekday === weekday)
    .map((one) => [one.fromMinute / 60, one.toMinute / 60, one.pricePerKwh]);

/** All that is wrong with a file, a line each. */
function problemsOf(text: string): string[] {
  try {
    readTariffs(text);
  } catch (error) {
    assert.ok(error instanceof TariffError, String(error));
    return error.problems.map((one) => `${one.line}: ${one.text}`);
  }
  return [];
}

Deno.test("a flat price holds all week, until the next one begins", () => {
  const { tariffs, investments } = readTariffs(yaml(
    "currency: EUR",
    "purchase:",
    "  - from: 2026-01-01",
    "    price_per_kwh: 0.36",
    "  - from: 2024-01-01",
    "    price_per_kwh: 0.34",
    "feed_in:",
    "  - from: 2022-05-01",
    "    to: 2042-04-30",
    "    price_per_kwh: 0.0653",
    "investment:",
    "  - date: 2022-05-01",
    "    amount: 14500",
  ));
  assert.deepEqual(
    tariffs.map(({ bands: _, ...one }) => Object.values(one)),
    [
      ["purchase", 0, "2024-01-01", "2025-12-31", "EUR"],
      ["purchase", 0, "2026-01-01", "9999-12-31", "EUR"],
      ["feed_in", 0, "2022-05-01", "2042-04-30", "EUR"],
    ],
  );
  for (const one of week) assert.deepEqual(bandsOf(tariffs[1].bands, one), [[0, 24, 0.36]]);
  assert.deepEqual(investments, [
    { paidOn: "2022-05-01", siteId: 0, amount: 14500, currency: "EUR" },
  ]);
});

Deno.test("times of day and weekdays have their own price, all other hours the one beside them", () => {
  const [{ bands }] = readTariffs(yaml(
    "currency: CHF",
    "purchase:",
    "  - from: 2026-01-01",
    "    price_per_kwh: 0.2",
    "    times:",
    "      - days: mon-fri",
    "        hours: 07:00-20:00",
    "        price_per_kwh: 0.3",
    "      - days: [sat]",
    "        hours: [07:00-13:15, 18:00-24:00]",
    "        price_per_kwh: 0.3",
  )).tariffs;
  assert.deepEqual(bandsOf(bands, 1), [[0, 7, 0.2], [7, 20, 0.3], [20, 24, 0.2]]);
  assert.deepEqual(bandsOf(bands, 6), [[0, 7, 0.2], [7, 13.25, 0.3], [13.25, 18, 0.2], [
    18,
    24,
    0.3,
  ]]);
  assert.deepEqual(bandsOf(bands, 7), [[0, 24, 0.2]]);
});

Deno.test("each mistake of a tariff file is reported with its line and what is allowed", () => {
  assert.deepEqual(
    problemsOf(yaml(
      "currency: EUR",
      "purchase:",
      "  - from: 2024-01-01",
      "    price_per_kwh: 0,34",
      "    times:",
      "      - days: mon-fri",
      "        hours: 22:00-06:00",
      "        price_per_kwh: 0.2",
      "      - days: sunday",
      "        price_per_kwh: 0.2",
      "  - from: 2026-01-01",
      "    prise: 2",
      "feed_in:",
      "  - from: 31.12.2024",
      "    price_per_kwh: 0.08",
      "  - price_per_kwh: 0.08",
      "invest: 3",
    )),
    [
      '4: price_per_kwh is "0,34"; a number with a point is needed, in the currency and not in cents, for example 0.34',
      '7: hours is "22:00-06:00"; quarter-hours of one day are needed, for example 06:00-22:00; for a night: [22:00-24:00, 00:00-06:00]',
      '9: days is "sunday"; days are needed: mon, tue, wed, thu, fri, sat, sun, or mon-fri, or [sat, sun]',
      '12: "prise" is not known here; allowed: sites, from, to, currency, price_per_kwh, times',
      '14: from is "31.12.2024"; a day is needed, for example 2026-01-31',
      "16: from is missing; a day is needed, for example 2026-01-31",
      '17: "invest" is not known here; allowed: currency, purchase, feed_in, investment',
    ],
  );
});

Deno.test("nothing is assumed: what overlaps, what is left open and what is not said is refused", () => {
  assert.deepEqual(
    problemsOf(yaml(
      "currency: EUR",
      "purchase:",
      "  - from: 2024-01-01",
      "    price_per_kwh: 0.1",
      "    times:",
      "      - hours: 06:00-22:00",
      "        price_per_kwh: 0.3",
      "      - days: sat",
      "        hours: 21:00-24:00",
      "        price_per_kwh: 0.2",
      "  - from: 2023-01-01",
      "    to: 2024-03-01",
      "    times:",
      "      - hours: 00:00-12:00",
      "        price_per_kwh: 1",
      "  - from: 2022-01-01",
      "    to: 2021-12-31",
      "feed_in:",
      "  - from: 2024-01-01",
      "    price_per_kwh: 0.1",
      "  - from: 2024-01-01",
      "    price_per_kwh: 0.2",
    )),
    [
      "8: two times hold on sat 21:00; each hour needs one price",
      "12: to (2024-03-01) reaches into the tariff that begins on 2024-01-01",
      "13: no price holds on mon 12:00; add a time, or price_per_kwh beside times for all other hours",
      "16: a price is missing: price_per_kwh, or times with prices",
      "17: to (2021-12-31) is before from (2022-01-01)",
      "21: another tariff begins on 2024-01-01",
    ],
  );
  assert.deepEqual(problemsOf("purchase: []"), [
    "1: currency is missing; a currency of three capital letters is needed, for example EUR",
  ]);
  assert.deepEqual(problemsOf("currency: EUR\npurchase:\n  - from: 2024-01-01\n   price: 3\n"), [
    "4: this is no YAML: Sequence item without - indicator",
  ]);
  assert.match(problemsOf("")[0], /^1: the file is missing; currency, purchase/);
  assert.deepEqual(
    problemsOf(yaml(
      "currency: EUR",
      "purchase:",
      "  - from: 2024-01-01",
      "    price_per_kwh: 0.1",
      "feed_in:",
      "  - from: 2025-01-01",
      "    currency: BGN",
      "    price_per_kwh: 0.1",
    )),
    ["5: purchase and feed-in of one day are in different currencies"],
  );
});
