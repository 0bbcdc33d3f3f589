import { column, type Table } from "../table.ts";

const currency = column("currency", "text", "ISO 4217", { required: true });

/** What a person has given with `seh tariff load`: each load replaces all of it. */
export const moneyTables: readonly Table[] = [
  {
    name: "tariffs",
    kind: "engine",
    key: ["direction", "site_id", "weekday", "minute", "first_day"],
    doc: "price of a kWh in each quarter-hour of a week; each `seh tariff load` replaces all of it",
    columns: [
      column("direction", "text", "purchase or feed_in", { required: true }),
      column(
        "site_id",
        "integer",
        "the site; 0: every site that has no tariff of its own in this direction",
        { required: true },
      ),
      column("first_day", "date", "first local day on which it holds", { required: true }),
      column("weekday", "integer", "1 is Monday, 7 is Sunday", { required: true }),
      column(
        "minute",
        "integer",
        "begin of the quarter-hour on the site's wall clock, counted from midnight",
        { unit: "min", required: true },
      ),
      column("from_minute", "integer", "begin of the part of the day with this price", {
        unit: "min",
        required: true,
      }),
      column("to_minute", "integer", "its end, exclusive; 1440 is the end of the day", {
        unit: "min",
        required: true,
      }),
      column("last_day", "date", "last local day; 9999-12-31: no end is known", {
        required: true,
      }),
      column("price_per_kwh", "real", "price of a kWh in the currency", { required: true }),
      currency,
    ],
  },
  {
    name: "investments",
    kind: "engine",
    key: ["paid_on", "site_id"],
    doc: "money that was spent on an installation; each `seh tariff load` replaces all of it",
    columns: [
      column("paid_on", "date", "local day", { required: true }),
      column("site_id", "integer", "the site; 0: the only one of the database", {
        required: true,
      }),
      column("amount", "real", "in the currency", { required: true }),
      currency,
    ],
  },
];
