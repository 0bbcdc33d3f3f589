import type { BatterySpec, MeterSpec } from "./site_spec.ts";
import { part, type SiteModel } from "./site_model.ts";

/** Energy that one inverter delivered in a slot, whole Wh. */
export function inverterWh(model: SiteModel, inverter: number, slot: number): number {
  return model.inverterRegister(inverter, slot + 1) - model.inverterRegister(inverter, slot);
}

/** All energy that a meter had measured before a slot, whole Wh. */
export function meterRegisterWh(model: SiteModel, meter: MeterSpec, slot: number): number {
  if (meter.ofInverter) return model.inverterRegister(meter.inverter, slot);
  const life = model.sum(model.firstSlot, slot);
  switch (meter.type) {
    case "Production":
      return life.production;
    case "Consumption":
      return life.consumption;
    case "FeedIn":
      return life.feedIn;
    case "Purchased":
      return life.purchased;
    case "SelfConsumption":
      return life.selfConsumption;
  }
}

/** Energy that a meter measured in a slot, whole Wh. */
export function meterWh(model: SiteModel, meter: MeterSpec, slot: number): number {
  return meterRegisterWh(model, meter, slot + 1) - meterRegisterWh(model, meter, slot);
}

/** What one battery did before a slot in its life, whole Wh. */
export function batteryLife(
  model: SiteModel,
  battery: number,
  slot: number,
): { charged: number; discharged: number } {
  const life = model.sum(model.firstSlot, slot);
  const shares = batteryShares(model.spec.batteries);
  return {
    charged: part(life.charged, shares, battery),
    discharged: part(life.discharged, shares, battery),
  };
}

/** What one battery did in a slot, whole Wh. */
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
