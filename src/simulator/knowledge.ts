import { goodNight } from "./devices.ts";
import { chance } from "./hash.ts";
import type { Energies, SiteModel } from "./site_model.ts";
import { quarterHour } from "./zone.ts";

/**
 * A range `[from, to)` of epoch seconds, whole quarter-hours, of which the server has nothing before
 * `until`: the uploads were held back, or (Infinity) the site was silent and its values are lost.
 */
export interface Silence {
  readonly from: number;
  readonly to: number;
  readonly until: number;
  /** Serial number of the one device that it is about; null: of the whole site. */
  readonly device: string | null;
}

/** What the server has of a site at one moment. */
export interface Knowledge {
  /** Epoch second of the site's last upload; null when it never sent anything. */
  readonly lastUpload: number | null;
  /** True when the server has what happened at an epoch second. */
  has(epoch: number): boolean;
  /** True when it has what a device measured then; what the site as a whole did is another matter. */
  hasOf(device: string, epoch: number): boolean;
  /** The parts of `[from, to)` that the server has. */
  parts(from: number, to: number): (readonly [number, number])[];
}

/** Energies that the server has of a range; `production` and `selfConsumption` are null by night. */
export interface KnownEnergies {
  readonly production: number | null;
  readonly consumption: number;
  readonly selfConsumption: number | null;
  readonly feedIn: number;
  readonly purchased: number;
  readonly charged: number;
  readonly discharged: number;
}

const uploadSeconds = 300;

/** True when a site falls silent by night: nothing but its inverters could send. */
function sleepsByNight(model: SiteModel): boolean {
  const { batteries, meters, gateways } = model.spec;
  return batteries.length + gateways.length === 0 && meters.every((one) => one.serial === null);
}

/** What the server has at `now`, in epoch seconds. */
export function knowledgeAt(
  model: SiteModel,
  silences: readonly Silence[],
  now: number,
): Knowledge {
  const open = silences.filter((one) => now < one.until);
  const hidden = open.filter((one) => one.device === null);
  const upload = lastUpload(model, hidden, now);
  const end = upload ?? -Infinity;
  const has = (epoch: number) =>
    epoch >= model.firstSlot * quarterHour && epoch <= end &&
    !hidden.some((one) => isIn(one, epoch));
  return {
    lastUpload: upload,
    has,
    hasOf: (device, epoch) =>
      has(epoch) && !open.some((one) => one.device === device && isIn(one, epoch)),
    parts: (from, to) => {
      const start = Math.max(from, model.firstSlot * quarterHour);
      let parts: (readonly [number, number])[] = [[start, Math.min(to, end)]];
      for (const one of hidden) {
        parts = parts.flatMap(([a, b]): (readonly [number, number])[] => [
          [a, Math.min(b, one.from)],
          [Math.max(a, one.to), b],
        ]);
      }
      return parts.filter(([a, b]) => a < b);
    },
  };
}

function isIn({ from, to }: Silence, epoch: number): boolean {
  return epoch >= from && epoch < to;
}

/** A few odd seconds before the last full five minutes at which the site was awake and heard. */
function lastUpload(model: SiteModel, hidden: readonly Silence[], now: number): number | null {
  const odd = 7 + Math.floor(110 * chance(model.spec.siteId, "upload"));
  const before = (epoch: number) => Math.floor(epoch / uploadSeconds) * uploadSeconds - odd;
  const sleeps = sleepsByNight(model);
  let at = before(now);
  while (at >= model.firstSlot * quarterHour) {
    const silence = hidden.find((one) => at >= one.from && at < one.to);
    if (silence) {
      at = before(silence.from);
      continue;
    }
    if (!sleeps) return at;
    let slot = Math.floor(at / quarterHour);
    if (model.awake(slot)) return at;
    while (slot >= model.firstSlot && !model.awake(slot)) slot--;
    if (slot < model.firstSlot) return null;
    const bedtime = goodNight(model, slot + 1);
    if (at <= bedtime) return at;
    at = bedtime;
  }
  return null;
}

/** Energies of `[from, to)` as far as the server has them; null when it has nothing of it. */
export function knownEnergies(
  model: SiteModel,
  knowledge: Knowledge,
  from: number,
  to: number,
): KnownEnergies | null {
  const parts = knowledge.parts(from, to);
  if (parts.length === 0) return null;
  const total = { self: 0, feedIn: 0, purchased: 0, charged: 0, discharged: 0, awake: 0 };
  const add = (one: Energies, share: number) => {
    total.self += Math.floor(one.selfConsumption * share);
    total.feedIn += Math.floor(one.feedIn * share);
    total.purchased += Math.floor(one.purchased * share);
    total.charged += Math.floor(one.charged * share);
    total.discharged += Math.floor(one.discharged * share);
  };
  for (const [a, b] of parts) {
    const first = Math.floor(a / quarterHour);
    const last = Math.floor(b / quarterHour);
    add(model.sum(first, last), 1);
    const open = b / quarterHour - last;
    if (open > 0) add(model.energies(last), open);
    total.awake += model.awakeSlots(first, Math.ceil(b / quarterHour));
  }
  return {
    production: total.awake > 0 ? total.self + total.feedIn : null,
    consumption: total.self + total.purchased,
    selfConsumption: total.awake > 0 ? total.self : null,
    feedIn: total.feedIn,
    purchased: total.purchased,
    charged: total.charged,
    discharged: total.discharged,
  };
}

/** True when the site's meters count consumption and grid, beside the production that inverters count. */
export function measuresGrid(model: SiteModel): boolean {
  return model.spec.meters.some((one) => one.serial !== null && one.type !== "Production");
}
