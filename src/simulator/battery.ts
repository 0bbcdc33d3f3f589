/** What a battery can do. */
export interface BatteryLimits {
  readonly capacityWh: number;
  readonly maximumPowerW: number;
}

/** One quarter-hour of a battery. */
export interface BatteryStep {
  readonly chargeWh: number;
  readonly dischargeWh: number;
  /** Energy stored afterwards. */
  readonly storedWh: number;
}

/** Share of the charged energy that stays. */
const efficiency = 0.94;
/** Share of the capacity that is never taken out. */
const reserve = 0.06;

/** Charges from what the sun gives beyond the load, discharges into what the load lacks; whole Wh. */
export function batteryStep(
  limits: BatteryLimits,
  storedWh: number,
  sunWh: number,
  loadWh: number,
): BatteryStep {
  const most = Math.floor(limits.maximumPowerW / 4);
  if (sunWh > loadWh) {
    const room = Math.floor((limits.capacityWh - storedWh) / efficiency);
    const chargeWh = Math.max(0, Math.min(sunWh - loadWh, most, room));
    return { chargeWh, dischargeWh: 0, storedWh: storedWh + chargeWh * efficiency };
  }
  const usable = Math.floor(storedWh - limits.capacityWh * reserve);
  const dischargeWh = Math.max(0, Math.min(loadWh - sunWh, most, usable));
  return { chargeWh: 0, dischargeWh, storedWh: storedWh - dischargeWh };
}
