import { series } from "./ask.ts";

const at = "2026-05-31T12:00:00+02:00";
const day = "2026-05-31T00:00:00+02:00";
const end = "2026-05-31T12:15:00+02:00";
const metric = (unit: string, value: number, timestamp = at) => ({
  unit,
  values: [{ timestamp, value }],
});

const site = {
  siteId: 1,
  name: "Example Barn",
  peakPower: 9.84,
  installationDate: "2021-04-12T00:00:00+02:00",
  location: {
    address: "Musterweg 1",
    city: "Beispielstadt",
    state: "BY",
    zip: "80000",
    country: "Germany",
    timezone: "Europe/Berlin",
  },
  activationStatus: "ACTIVE",
  note: "south roof",
};

/** A complete answer for every query of a fleet's key, about 31 May 2026. */
export const bodies: Readonly<Record<string, unknown>> = {
  sites: { sites: { count: 1, site: [site] } },
  details: { ...site, accountId: 77, lastUpdateTime: "2026-05-31T12:07:31+02:00" },
  devices: [
    {
      type: "INVERTER",
      serialNumber: "7E1234AB-5F",
      manufacturer: "SolarEdge",
      model: "SE5000H",
      partNumber: "SE5000H-RW000BNN4",
      createdAt: "2022-08-15T13:20:57+02:00",
      firmwareVersion: "4.25.13",
      firmware: "4.25.13.1.100",
      connectedTo: null,
      active: true,
      nameplate: 0,
      name: "Inverter 1",
      form: null,
      meterType: null,
      communicationType: "ETHERNET",
      connectedOptimizers: 14,
    },
    {
      type: "BATTERY",
      serialNumber: "BAT0001",
      manufacturer: "SolarEdge",
      model: "Home Battery",
      partNumber: "BAT-10K1P",
      createdAt: "2022-08-15T13:20:57+02:00",
      firmwareVersion: "1.2.3",
      connectedTo: "7E1234AB-5F",
      active: true,
      nameplate: 9700,
      name: "Battery 1.1",
    },
    {
      type: "METER",
      serialNumber: "MTR0001",
      manufacturer: "WattNode",
      model: "WND-3Y-400-MB",
      firmwareVersion: "31",
      connectedTo: "Inverter 1",
      active: true,
      name: "Grid Meter",
      form: "PHYSICAL",
      meterType: "IMPORT_EXPORT",
    },
    { type: "BUI", serialNumber: "BUI0001", name: "Backup Interface", active: false },
    { type: "EV_CHARGER", name: "Wallbox" },
  ],
  energy: series("WH", "DAY", [["2026-05-31T00:00:00+02:00", 41234]]),
  "energy-month": series("WH", "MONTH", [["2026-05-01T00:00:00+02:00", 987654]]),
  "energy-year": series("KWH", "YEAR", [["2026-01-01T00:00:00+01:00", 3456.7]]),
  power: series("W", "QUARTER_HOUR", [[at, 6120.5]]),
  "power-flow": {
    siteCurrentPowerFlow: {
      updateRefreshRate: 3,
      unit: "kW",
      connections: [{ from: "PV", to: "Load" }, { from: "PV", to: "Storage" }],
      GRID: { status: "Active", currentPower: 0 },
      LOAD: { status: "Active", currentPower: 0.5 },
      PV: { status: "Active", currentPower: 2.5 },
      STORAGE: {
        status: "Charging",
        currentPower: 2,
        chargeLevel: 55,
        critical: false,
        timeLeft: "3 h",
      },
    },
  },
  "energy-total": {
    ...series("WH", "TOTAL", [["2021-04-12T00:00:00+02:00", 12_345_678]]),
    period: { from: "2021-04-12T00:00:00+02:00", to: "2026-05-31T12:05:00+02:00" },
  },
  lifetime: { energy: 12345.678, unit: "KWH" },
  "storage-900": {
    period: { from: at, to: end },
    resolution: "QUARTER_HOUR",
    storage: {
      BAT0001: {
        chargePower: metric("W", 2750),
        dischargePower: metric("W", 0),
        chargeEnergy: metric("WH", 687.5),
        dischargeEnergy: metric("WH", 0),
        remainingEnergy: metric("KWH", 6.5),
        stateOfEnergy: metric("PERCENTAGE", 67.8),
      },
    },
  },
  "meters-900": {
    period: { from: at, to: end },
    resolution: "QUARTER_HOUR",
    meters: {
      PROD0001: {
        productionPower: metric("W", 3000),
        productionEnergy: metric("WH", 750),
      },
      MTR0001: {
        consumptionPower: metric("W", 2600),
        consumptionEnergy: metric("WH", 650),
        importPower: metric("W", 100),
        importEnergy: metric("WH", 25),
        exportPower: metric("W", 500),
        exportEnergy: metric("WH", 125),
      },
    },
  },
  environmental: { co2Emissions: 1234.5, evMiles: 6789 },
  alerts: [
    {
      alertId: 112900001,
      siteId: 1,
      category: "EQUIPMENT",
      type: "SITE_COMMUNICATION_FAULT",
      impact: 7,
      status: "OPEN",
      firstTrigger: "2026-05-28T23:07:18Z",
      lastTrigger: "2026-05-29T23:07:18Z",
      component: { name: "Inverter 1", serialNumber: "7E1234AB-5F" },
      errorCodes: ["18xB4"],
    },
  ],
  "telemetry-900": {
    period: { from: at, to: end },
    resolution: "QUARTER_HOUR",
    inverters: {
      "7E1234AB-5F": {
        power: metric("KW", 2.9),
        energy: metric("WH", 725),
        voltage: metric("VOLT", 231.5, end),
        current: metric("AMPERE", 12.5),
        frequency: metric("HERTZ", 49.99, end),
      },
    },
  },
  "meters-day": {
    period: { from: day, to: day },
    resolution: "DAY",
    meters: {
      PROD0001: { productionEnergy: metric("WH", 41000, day) },
      MTR0001: {
        consumptionEnergy: metric("WH", 20410, day),
        importEnergy: metric("KWH", 0.42, day),
        exportEnergy: metric("WH", 70, day),
      },
    },
  },
  "storage-day": {
    period: { from: day, to: day },
    resolution: "DAY",
    storage: {
      BAT0001: {
        chargeEnergy: metric("WH", 7960, day),
        dischargeEnergy: metric("WH", 10010, day),
      },
    },
  },
  overview: {
    siteId: 1,
    production: {
      total: 41000,
      unit: "WH",
      toSelfConsumption: 20000,
      toStorage: 7960,
      toGrid: 13040,
    },
    consumption: { total: 20.41, unit: "KWH", fromPv: 10, fromStorage: 9.99, fromGrid: 0.42 },
    performance: { specificYield: 4.17, performanceRatio: 0.81 },
  },
};
