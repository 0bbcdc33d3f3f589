import { type Knowledge, knownEnergies, measuresGrid } from "./knowledge.ts";
import type { SiteModel } from "./site_model.ts";
import { dayOf, dayText, localText, quarterHour, readDay } from "./zone.ts";

/** The figures of a site's overview; energies in Wh. */
export interface Overview {
  /** Epoch second; null when the site never sent anything. */
  readonly lastUpload: number | null;
  readonly life: number;
  /** In the site's currency; null without a tariff. */
  readonly lifeRevenue: number | null;
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly powerW: number;
}

/** The overview at `now`: life, and the current calendar year, month and day of the site's zone. */
export function overview(model: SiteModel, knowledge: Knowledge, now: number): Overview {
  const today = dayOf(model.zone.localOf(now));
  const text = dayText(today);
  const since = (epoch: number) =>
    knownEnergies(model, knowledge, epoch, Infinity)?.production ?? 0;
  const life = since(-Infinity);
  const { lastUpload } = knowledge;
  return {
    lastUpload,
    life,
    lifeRevenue: model.spec.revenuePerKwh === null
      ? null
      : Math.round(life / 10 * model.spec.revenuePerKwh) / 100,
    year: since(model.zone.dayStart(readDay(`${text.slice(0, 4)}-01-01`))),
    month: since(model.zone.dayStart(readDay(`${text.slice(0, 7)}-01`))),
    day: since(model.zone.dayStart(today)),
    powerW: lastUpload === null
      ? 0
      : 4 * model.energies(Math.floor(lastUpload / quarterHour)).production,
  };
}

/** Local days of the first and the last data; null when there are none. */
export function dataPeriod(
  model: SiteModel,
  knowledge: Knowledge,
): { first: string; last: string } | null {
  if (knowledge.lastUpload === null) return null;
  return {
    first: dayText(dayOf(model.zone.localOf(model.firstSlot * quarterHour))),
    last: dayText(dayOf(model.zone.localOf(knowledge.lastUpload))),
  };
}

/** The wall clock of the last upload, `YYYY-MM-DD hh:mm:ss`. */
export function lastUpdateText(model: SiteModel, knowledge: Knowledge): string | null {
  return knowledge.lastUpload === null ? null : localText(model.zone.localOf(knowledge.lastUpload));
}

/** Powers at the last upload, whole 10 W, so that pv + grid + storage = load holds in kW too. */
export interface PowerFlow {
  readonly pvW: number;
  readonly loadW: number;
  /** Import positive. */
  readonly gridW: number;
  /** Discharge positive; null without a battery. */
  readonly storageW: number | null;
  /** Whole per cent; null without a battery. */
  readonly chargePct: number | null;
}

/** The power flow as the server sees it; null for a site without a meter of the grid. */
export function powerFlow(model: SiteModel, knowledge: Knowledge): PowerFlow | null {
  if (knowledge.lastUpload === null || !measuresGrid(model)) return null;
  const slot = Math.floor(knowledge.lastUpload / quarterHour);
  const energies = model.energies(slot);
  const tens = (wattHours: number) => Math.round(wattHours * 4 / 10) * 10;
  const pvW = tens(energies.production + energies.charged - energies.discharged);
  const loadW = tens(energies.consumption);
  const capacity = model.spec.batteries.reduce((sum, one) => sum + one.nameplateWh, 0);
  const net = tens(energies.discharged - energies.charged);
  return {
    pvW,
    loadW,
    gridW: loadW - pvW - net,
    storageW: capacity > 0 ? net : null,
    chargePct: capacity > 0 ? Math.round(100 * model.storedWh(slot) / capacity) : null,
  };
}

/** The flows as the server names them: where from in capitals, where to capitalised. */
export function connections(flow: PowerFlow): { from: string; to: string }[] {
  const { gridW, storageW } = flow;
  return [
    ...(flow.pvW > 0 ? [{ from: "PV", to: "Load" }] : []),
    ...(storageW !== null && storageW < 0 ? [{ from: "PV", to: "Storage" }] : []),
    ...(storageW !== null && storageW > 0 ? [{ from: "STORAGE", to: "Load" }] : []),
    ...(gridW > 0 ? [{ from: "GRID", to: "Load" }] : []),
    ...(gridW < 0 ? [{ from: "LOAD", to: "Grid" }] : []),
  ];
}

/** What the site has saved in its life, metric. */
export interface Benefits {
  readonly co2Kg: number;
  readonly so2Kg: number;
  readonly noxKg: number;
  readonly trees: number;
  readonly lightBulbs: number;
}

/** Benefits by the energy of the site's life. */
export function benefits(model: SiteModel, knowledge: Knowledge, now: number): Benefits {
  const { life } = overview(model, knowledge, now);
  const round = (value: number) => Number(value.toPrecision(8));
  return {
    co2Kg: round(life * 0.000392),
    so2Kg: round(life * 0.000268),
    noxKg: round(life * 0.0000863),
    trees: life * 0.0000117,
    lightBulbs: round(life * 0.00303),
  };
}

/** The status of the storage in the power flow. */
export function storageStatus(storageW: number): string {
  return storageW < 0 ? "Charging" : storageW > 0 ? "Discharging" : "Idle";
}
