import type { Energies, SiteModel } from "./site_model.ts";
import { quarterHour } from "./zone.ts";

/** A range `[from, to)` of epoch seconds whose production is served scaled by `factor` before `until`. */
export interface Revision {
  readonly from: number;
  readonly to: number;
  readonly until: number;
  readonly factor: number;
}

/**
 * The site as the server shows it while a revision is to come. Production of each quarter-hour is scaled and
 * rounded to whole Wh, though never by more than the sun gave, so that what the battery gave stays whole.
 * Everything else follows by the model's own rules: what the house needs and no longer has was purchased, what
 * is left over was fed in. Consumption and batteries are true, and so are the counters of devices, which are
 * read and not computed; nothing outside of the range is touched.
 */
export function revised(model: SiteModel, { from, to, factor }: Revision): SiteModel {
  const first = Math.max(model.firstSlot, Math.floor(from / quarterHour));
  const end = Math.max(first, Math.ceil(to / quarterHour));
  const isIn = (slot: number) => slot >= first && slot < end;
  const served = (slot: number): Energies => {
    const one = model.energies(slot);
    return isIn(slot) ? scaled(one, factor) : one;
  };
  // By how much what is served before each slot of the range is less than the truth.
  let less: { readonly production: number; readonly feedIn: number }[] | null = null;
  const lessBefore = (slot: number) => {
    if (less === null) {
      let production = 0;
      let feedIn = 0;
      less = [{ production, feedIn }];
      for (let at = first; at < end; at++) {
        const [one, other] = [model.energies(at), served(at)];
        production += one.production - other.production;
        feedIn += one.feedIn - other.feedIn;
        less.push({ production, feedIn });
      }
    }
    return less[Math.min(Math.max(slot, first), end) - first];
  };
  return {
    ...model,
    energies: served,
    sum(a, b) {
      const whole = model.sum(a, b);
      if (b <= first || a >= end) return whole;
      const [before, after] = [lessBefore(a), lessBefore(b)];
      return balanced(
        whole,
        whole.production - (after.production - before.production),
        whole.feedIn - (after.feedIn - before.feedIn),
      );
    },
    inverterWh: (inverter, slot) =>
      isIn(slot)
        ? model.inverterPart(served(slot).production, inverter, slot)
        : model.inverterWh(inverter, slot),
  };
}

function scaled(one: Energies, factor: number): Energies {
  const sun = one.production + one.charged - one.discharged;
  const less = sun > 0 ? Math.min(sun, one.production - Math.round(one.production * factor)) : 0;
  const production = one.production - less;
  return balanced(one, production, Math.max(0, production - one.consumption));
}

/** Energies with another production, all of which is used or fed in. */
function balanced(one: Energies, production: number, feedIn: number): Energies {
  const selfConsumption = production - feedIn;
  return {
    ...one,
    production,
    feedIn,
    selfConsumption,
    purchased: one.consumption - selfConsumption,
  };
}
