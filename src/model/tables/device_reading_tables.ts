import { column, type Table, wholeShare } from "../table.ts";
import {
  deviceKey,
  intervalColumn,
  readingColumns,
  siteId,
  stampColumns,
} from "./standard_columns.ts";

/** Measurements of devices: one row per device and time. */
export const deviceReadingTables: readonly Table[] = [
  {
    name: "battery_telemetry",
    kind: "readings",
    key: ["site_id", "device_key", "timestamp", "interval_s"],
    doc: "time series of each battery",
    columns: [
      siteId,
      deviceKey,
      ...stampColumns,
      intervalColumn,
      column("power_w", "real", "net: discharge positive, charge negative", {
        unit: "W",
        from:
          "v1 storageData.batteries[].telemetries[].power, sign turned; v2 storage.{serial}.dischargePower − chargePower",
      }),
      column("state_of_charge_pct", "real", "state of charge", {
        within: wholeShare,
        unit: "%",
        from:
          "v1 telemetries[].batteryPercentageState, stateOfCharge; v2 storage.{serial}.stateOfEnergy",
      }),
      column("battery_state", "integer", "state code", { from: "v1 telemetries[].batteryState" }),
      column("lifetime_energy_charged_wh", "real", "energy charged in its life", {
        unit: "Wh",
        from: "v1 telemetries[].lifeTimeEnergyCharged",
      }),
      column("lifetime_energy_discharged_wh", "real", "energy discharged in its life", {
        unit: "Wh",
        from: "v1 telemetries[].lifeTimeEnergyDischarged",
      }),
      column("full_pack_energy_wh", "real", "energy of the full pack", {
        unit: "Wh",
        from: "v1 telemetries[].fullPackEnergyAvailable",
      }),
      column("internal_temperature_c", "real", "temperature inside", {
        within: [-100, 200],
        unit: "°C",
        from: "v1 telemetries[].internalTemp",
      }),
      column(
        "grid_charging_wh",
        "real",
        "charged from the grid since grid_charging_from, as first told",
        { unit: "Wh", keep: "first", from: "v1 telemetries[].ACGridCharging" },
      ),
      column(
        "grid_charging_from",
        "local",
        "start of the request that grid_charging_wh counts from",
        { keep: "first" },
      ),
      ...readingColumns,
      column("charge_power_w", "real", "mean power of charging", {
        unit: "W",
        from: "v2 storage.{serial}.chargePower",
      }),
      column("discharge_power_w", "real", "mean power of discharging", {
        unit: "W",
        from: "v2 storage.{serial}.dischargePower",
      }),
      column("charge_energy_wh", "real", "charged in the bucket", {
        unit: "Wh",
        from: "v2 storage.{serial}.chargeEnergy",
      }),
      column("discharge_energy_wh", "real", "discharged in the bucket", {
        unit: "Wh",
        from: "v2 storage.{serial}.dischargeEnergy",
      }),
      column("remaining_energy_wh", "real", "energy in the battery", {
        unit: "Wh",
        from: "v2 storage.{serial}.remainingEnergy",
      }),
    ],
  },
  {
    name: "meter_readings",
    kind: "readings",
    key: ["site_id", "device_key", "meter_type", "timestamp", "interval_s"],
    doc: "registers of the meters (v1), power and energy of quarter-hours (v2)",
    columns: [
      siteId,
      deviceKey,
      column("meter_type", "text", "Production, Consumption, FeedIn, Purchased", {
        required: true,
        from:
          "v1 meterEnergyDetails.meters[].meterType; v2 meters.{serial}, the names of its metrics",
      }),
      ...stampColumns,
      intervalColumn,
      column("lifetime_energy_wh", "real", "register reading", {
        unit: "Wh",
        from: "v1 meterEnergyDetails.meters[].values[].value",
      }),
      ...readingColumns,
      column("power_w", "real", "mean power in the bucket", {
        unit: "W",
        from: "v2 meters.{serial}.productionPower, consumptionPower, exportPower, importPower",
      }),
      column("energy_wh", "real", "energy in the bucket", {
        unit: "Wh",
        from: "v2 meters.{serial}.productionEnergy, consumptionEnergy, exportEnergy, importEnergy",
      }),
    ],
  },
  {
    name: "inverter_telemetry",
    kind: "readings",
    key: ["site_id", "device_key", "timestamp", "interval_s"],
    doc: "technical data of each inverter",
    columns: [
      siteId,
      deviceKey,
      ...stampColumns,
      intervalColumn,
      column("total_active_power_w", "real", "AC power of all phases", {
        unit: "W",
        from: "v1 data.telemetries[].totalActivePower; v2 inverters.{serial}.power",
      }),
      column("dc_voltage_v", "real", "DC voltage", {
        unit: "V",
        from: "v1 data.telemetries[].dcVoltage",
      }),
      column(
        "ground_fault_resistance_kohm",
        "real",
        "isolation resistance (unit not stated by the API)",
        { unit: "kΩ", from: "v1 data.telemetries[].groundFaultResistance" },
      ),
      column("power_limit_pct", "real", "power limit", {
        within: wholeShare,
        unit: "%",
        from: "v1 data.telemetries[].powerLimit",
      }),
      column("lifetime_energy_wh", "real", "energy counter of the inverter", {
        unit: "Wh",
        from: "v1 data.telemetries[].totalEnergy",
      }),
      column("temperature_c", "real", "temperature", {
        within: [-100, 200],
        unit: "°C",
        from: "v1 data.telemetries[].temperature",
      }),
      column("inverter_mode", "text", "MPPT, SLEEPING, FAULT …", {
        from: "v1 data.telemetries[].inverterMode",
      }),
      column("operation_mode", "integer", "0 on-grid, 1 off-grid, 2 off-grid with generator", {
        from: "v1 data.telemetries[].operationMode",
      }),
      column("q_ref_var", "real", "reactive power asked for", {
        unit: "VAr",
        from: "v1 data.telemetries[].qRef",
      }),
      column("voltage_l1_to_l2_v", "real", "voltage between phases 1 and 2", {
        unit: "V",
        from: "v1 data.telemetries[].vL1To2",
      }),
      column("voltage_l2_to_l3_v", "real", "voltage between phases 2 and 3", {
        unit: "V",
        from: "v1 data.telemetries[].vL2To3",
      }),
      column("voltage_l3_to_l1_v", "real", "voltage between phases 3 and 1", {
        unit: "V",
        from: "v1 data.telemetries[].vL3To1",
      }),
      column("voltage_l1_to_n_v", "real", "voltage of phase 1 to neutral", {
        unit: "V",
        from: "v1 data.telemetries[].vL1ToN",
      }),
      column("voltage_l2_to_n_v", "real", "voltage of phase 2 to neutral", {
        unit: "V",
        from: "v1 data.telemetries[].vL2ToN",
      }),
      column("l1_ac_current_a", "real", "AC current of phase 1", {
        unit: "A",
        from: "v1 data.telemetries[].L1Data.acCurrent",
      }),
      column("l1_ac_voltage_v", "real", "AC voltage of phase 1", {
        unit: "V",
        from: "v1 data.telemetries[].L1Data.acVoltage",
      }),
      column("l1_ac_frequency_hz", "real", "AC frequency of phase 1", {
        within: [0, 100],
        unit: "Hz",
        from: "v1 data.telemetries[].L1Data.acFrequency",
      }),
      column("l1_apparent_power_va", "real", "apparent power of phase 1", {
        unit: "VA",
        from: "v1 data.telemetries[].L1Data.apparentPower",
      }),
      column("l1_active_power_w", "real", "active power of phase 1", {
        unit: "W",
        from: "v1 data.telemetries[].L1Data.activePower",
      }),
      column("l1_reactive_power_var", "real", "reactive power of phase 1", {
        unit: "VAr",
        from: "v1 data.telemetries[].L1Data.reactivePower",
      }),
      column("l1_cos_phi", "real", "power factor of phase 1", {
        within: [-1.01, 1.01],
        from: "v1 data.telemetries[].L1Data.cosPhi",
      }),
      column("l2_ac_current_a", "real", "AC current of phase 2", {
        unit: "A",
        from: "v1 data.telemetries[].L2Data.acCurrent",
      }),
      column("l2_ac_voltage_v", "real", "AC voltage of phase 2", {
        unit: "V",
        from: "v1 data.telemetries[].L2Data.acVoltage",
      }),
      column("l2_ac_frequency_hz", "real", "AC frequency of phase 2", {
        within: [0, 100],
        unit: "Hz",
        from: "v1 data.telemetries[].L2Data.acFrequency",
      }),
      column("l2_apparent_power_va", "real", "apparent power of phase 2", {
        unit: "VA",
        from: "v1 data.telemetries[].L2Data.apparentPower",
      }),
      column("l2_active_power_w", "real", "active power of phase 2", {
        unit: "W",
        from: "v1 data.telemetries[].L2Data.activePower",
      }),
      column("l2_reactive_power_var", "real", "reactive power of phase 2", {
        unit: "VAr",
        from: "v1 data.telemetries[].L2Data.reactivePower",
      }),
      column("l2_cos_phi", "real", "power factor of phase 2", {
        within: [-1.01, 1.01],
        from: "v1 data.telemetries[].L2Data.cosPhi",
      }),
      column("l3_ac_current_a", "real", "AC current of phase 3", {
        unit: "A",
        from: "v1 data.telemetries[].L3Data.acCurrent",
      }),
      column("l3_ac_voltage_v", "real", "AC voltage of phase 3", {
        unit: "V",
        from: "v1 data.telemetries[].L3Data.acVoltage",
      }),
      column("l3_ac_frequency_hz", "real", "AC frequency of phase 3", {
        within: [0, 100],
        unit: "Hz",
        from: "v1 data.telemetries[].L3Data.acFrequency",
      }),
      column("l3_apparent_power_va", "real", "apparent power of phase 3", {
        unit: "VA",
        from: "v1 data.telemetries[].L3Data.apparentPower",
      }),
      column("l3_active_power_w", "real", "active power of phase 3", {
        unit: "W",
        from: "v1 data.telemetries[].L3Data.activePower",
      }),
      column("l3_reactive_power_var", "real", "reactive power of phase 3", {
        unit: "VAr",
        from: "v1 data.telemetries[].L3Data.reactivePower",
      }),
      column("l3_cos_phi", "real", "power factor of phase 3", {
        within: [-1.01, 1.01],
        from: "v1 data.telemetries[].L3Data.cosPhi",
      }),
      ...readingColumns,
      column("ac_energy_wh", "real", "AC energy in the bucket", {
        unit: "Wh",
        from: "v2 inverters.{serial}.energy",
      }),
      column("ac_voltage_v", "real", "AC voltage, mean of the phases", {
        unit: "V",
        from: "v2 inverters.{serial}.voltage, whose stamps end the bucket",
      }),
      column("ac_current_a", "real", "AC current of all phases", {
        unit: "A",
        from: "v2 inverters.{serial}.current",
      }),
      column("ac_frequency_hz", "real", "AC frequency", {
        within: [0, 100],
        unit: "Hz",
        from: "v2 inverters.{serial}.frequency, whose stamps end the bucket",
      }),
    ],
  },
  {
    name: "optimizer_telemetry",
    kind: "readings",
    key: ["site_id", "device_key", "timestamp", "interval_s"],
    doc: "data of each panel; no source has them yet",
    columns: [
      siteId,
      deviceKey,
      ...stampColumns,
      intervalColumn,
      column("dc_voltage_v", "real", "voltage of the module", { unit: "V" }),
      column("dc_current_a", "real", "current of the module", { unit: "A" }),
      column("power_w", "real", "power of the module", { unit: "W" }),
      column("energy_wh", "real", "energy in the bucket", { unit: "Wh" }),
      ...readingColumns,
    ],
  },
  {
    name: "sensor_readings",
    kind: "readings",
    key: ["site_id", "device_key", "timestamp", "interval_s"],
    doc: "readings of the sensors, metric (°C, m/s, W/m²)",
    columns: [
      siteId,
      deviceKey,
      ...stampColumns,
      intervalColumn,
      column("measurement", "text", "what it measures, as the API names it", {
        from: "v1 siteSensors.data[].telemetries[], the key",
      }),
      column("value", "real", "reading, in the metric unit of its measurement", {
        from: "v1 siteSensors.data[].telemetries[], the value",
      }),
      ...readingColumns,
    ],
  },
];
