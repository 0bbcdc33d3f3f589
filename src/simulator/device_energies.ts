import { type Energies, part, type SiteModel } from "./site_model.ts";
import type { BatterySpec, MeterSpec, MeterType } from "./site_spec.ts";

/** All energy that a meter had counted before a slot, whole Wh. */
export function meterRegisterWh(model: SiteModel, meter: MeterSpec, slot: number): number {
  if (meter.ofInverter) return model.inverterRegister(meter.inverter, slot);
  return ofType(model.counted(slot), meter.type);
}

function ofType(energies: Energies, type: MeterType): number {
  switch (type) {
    case "Production":
      return energies.production;
    case "Consumption":
      return energies.consumption;
    case "FeedIn":
      return energies.feedIn;
    case "Purchased":
      return energies.purchased;
    case "SelfConsumption":
      return energies.selfConsumption;
  }
}

/** Energy that a meter measured in a slot, whole Wh. */
export function meterWh(model: SiteModel, meter: MeterSpec, slot: number): number {
  if (meter.ofInverter) return model.inverterWh(meter.inverter, slot);
  return ofType(model.energies(slot), meter.type);
}

/** What one battery has taken and given in its life before a slot, whole Wh. */
export function batteryLife(
  model: SiteModel,
  battery: number,
  slot: number,
): { charged: number; discharged: number } {
  const life = model.counted(slot);
  const shares = batteryShares(model.spec.batteries);
  return {
    charged: part(life.charged, shares, battery),
    discharged: part(life.discharged, shares, battery),
  };
}

/** What one battery took and gave in a slot, whole Wh. */
export function batteryWh(
  model: SiteModel,
  battery: number,
  slot: number,
): { charged: number; discharged: number } {
  const before = batteryLife(model, battery, slot);
  const after = batteryLife(model, battery, slot + 1);
  return {
    charged: after.charged - before.charged,
    discharged: after.discharged - before.discharged,
  };
}

/** Nameplate of all batteries of a site, Wh. */
export function capacityWh(model: SiteModel): number {
  return model.spec.batteries.reduce((sum, one) => sum + one.nameplateWh, 0);
}

function batteryShares(batteries: readonly BatterySpec[]): number[] {
  let rest = batteries.reduce((sum, one) => sum + one.nameplateWh, 0);
  return batteries.map((one) => {
    const share = one.nameplateWh / rest;
    rest -= one.nameplateWh;
    return share;
  });
}
