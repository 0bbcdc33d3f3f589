import type { Knowledge } from "../knowledge.ts";
import type { SiteModel } from "../site_model.ts";
import type { SpanRefusal } from "../span_refusal.ts";
import type { DaylightSaving } from "./buckets.ts";

/** A site as a handler sees it, at the moment of the call. */
export interface CallSite {
  readonly model: SiteModel;
  readonly knowledge: Knowledge;
  readonly daylightSaving: DaylightSaving;
}

/** Ways in which the server may differ from the usual; each has been met in the wild. */
export interface Quirks {
  /** Unit of the power flow. */
  readonly powerFlowUnit: "kW" | "W";
  /** Unit that the bulk form of `power` declares, though its values are W. */
  readonly bulkPowerUnit: "Wh" | "W";
  /** Unit of energies; their values are in it. */
  readonly energyUnit: "Wh" | "kWh";
  /** A change log of one entry has a bare object for a list. */
  readonly bareChangeLog: boolean;
  /** Details of a site without meters list the types without values, or leave them out. */
  readonly typesWithoutMeter: "empty" | "missing";
  /** Name of the state of charge of a battery. */
  readonly stateOfChargeKey: "batteryPercentageState" | "stateOfCharge";
  /** Maximum days of a window, for endpoints where the server takes less than documented. */
  readonly maximumDays: Readonly<Record<string, number>>;
  /** How a window that is too wide is refused. */
  readonly spanRefusal: SpanRefusal;
}

/** A call that has passed the gate: a known key, sites of that key, within the limits. */
export interface Call {
  readonly endpoint: string;
  /** Epoch seconds. */
  readonly now: number;
  /** The sites that the path names; for lists all sites of the key. */
  readonly sites: readonly CallSite[];
  readonly site: CallSite;
  /** Further parts of the path: a serial number, the name of an image. */
  readonly part: string;
  readonly parameters: URLSearchParams;
  readonly accountKey: boolean;
  readonly quirks: Quirks;
}
