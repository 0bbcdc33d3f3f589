/** One of the two ways in which energy crosses the meter. */
export type Direction = "purchase" | "feed_in";

/** A price in a part of some weekdays, by the site's wall clock. */
export interface Band {
  /** 1 is Monday, 7 is Sunday. */
  readonly weekday: number;
  /** Minutes since midnight, the end exclusive; 1440 is the end of the day. */
  readonly fromMinute: number;
  readonly toMinute: number;
  readonly pricePerKwh: number;
}

/** Prices in one direction from one local day to another, both included. Its bands cover each weekday whole. */
export interface Tariff {
  readonly direction: Direction;
  /** 0: every site that has no tariff of its own in this direction. */
  readonly siteId: number;
  readonly firstDay: string;
  /** `9999-12-31`: no end is known. */
  readonly lastDay: string;
  /** ISO 4217. */
  readonly currency: string;
  readonly bands: readonly Band[];
}

/** Money that was spent on an installation. */
export interface Investment {
  readonly paidOn: string;
  /** 0: the only site of the database. */
  readonly siteId: number;
  readonly amount: number;
  readonly currency: string;
}

/** What a tariff file says. */
export interface Tariffs {
  readonly tariffs: readonly Tariff[];
  readonly investments: readonly Investment[];
}

/** The last day of a tariff of which no end is known. */
export const noEnd = "9999-12-31";

/** Something in a tariff file that cannot be right: what is there and what is allowed. */
export interface Problem {
  /** Counted from 1. */
  readonly line: number;
  readonly text: string;
}

/** A tariff file that cannot be used, with all that is wrong with it. */
export class TariffError extends Error {
  override readonly name = "TariffError";
  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(({ line, text }) => `line ${line}: ${text}`).join("\n"));
  }
}
