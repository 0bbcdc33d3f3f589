import { chance } from "./hash.ts";
import { inverter, meter, virtualMeter } from "./scenario_devices.ts";
import type { SiteSpec } from "./site_spec.ts";

const accountId = 4321;
const type = { accountId, alertQuantity: 0, alertSeverity: "NONE" } as const;

/** What a test may want to be different about a ready-made site. */
export type Changes = Partial<SiteSpec>;

/**
 * A home near Munich: 9.84 kWp, a three-phase inverter, a battery, a production meter and one meter for
 * import and export under one serial number, two virtual meters beside them.
 */
export function homeSite(changes: Changes = {}): SiteSpec {
  const grid = { serial: "60412345", manufacturer: "SolarEdge", model: "SE-MTR-3Y-400V-A" };
  return {
    ...type,
    siteId: 1234567,
    name: "Example Home",
    status: "Active",
    timeZone: "Europe/Berlin",
    plane: { latitude: 48.1, longitude: 11.6, tiltDegrees: 35, azimuthDegrees: -20 },
    peakPowerKwp: 9.84,
    firstDay: "2025-11-14",
    installationDate: "2025-11-12",
    ptoDate: null,
    currency: "EUR",
    notes: "",
    location: {
      country: "Germany",
      countryCode: "DE",
      state: null,
      stateCode: null,
      city: "Beispielstadt",
      address: "Musterweg 1",
      address2: "",
      zip: "80000",
    },
    primaryModule: {
      manufacturerName: "ExampleSun",
      modelName: "ES-410",
      maximumPower: 410,
      temperatureCoef: -0.34,
    },
    publicName: null,
    isPublic: false,
    measuredBy: "INVERTER",
    revenuePerKwh: 0.31,
    ownerUnits: "Metrics",
    hasImage: true,
    load: { kind: "home", baseW: 280, peakW: 1700 },
    inverters: [
      inverter("7E1234AB-5F", "Inverter 1", "SE10K-RW0TEBNN4", "three", {
        peakPowerDcKwp: 9.84,
        dsp1Version: "1.20.1518",
        dsp2Version: "2.20.1200",
        connectedOptimizers: 24,
      }),
    ],
    meters: [
      virtualMeter("Self Consumption", "SelfConsumption"),
      virtualMeter("Consumption Meter", "Consumption"),
      meter("Import Meter", "Purchased", grid),
      meter("Export Meter", "FeedIn", grid),
      meter("Production Meter", "Production", { ...grid, serial: "60412346" }),
    ],
    batteries: [{
      serial: "BAT0001",
      name: "Battery 1.1",
      manufacturer: "ExampleCell",
      model: "EX-10K",
      modelNumber: "EX-10K-400",
      firmwareVersion: "2.0",
      inverter: 0,
      nameplateWh: 9700,
      maximumPowerW: 5000,
    }],
    gateways: [],
    sensors: [],
    changes: [],
    ...changes,
  };
}

/** A house near New York with a split-phase inverter and nothing else: it sleeps by night. */
export function houseSite(changes: Changes = {}): SiteSpec {
  return {
    ...homeSite(),
    siteId: 2345678,
    name: "Example House",
    timeZone: "America/New_York",
    plane: { latitude: 40.9, longitude: -74.1, tiltDegrees: 25, azimuthDegrees: 10 },
    peakPowerKwp: 7.2,
    firstDay: "2026-02-04",
    installationDate: "2026-02-02",
    ptoDate: "2026-02-03",
    currency: null,
    notes: "south roof",
    location: {
      country: "United States",
      countryCode: "US",
      state: "New Jersey",
      stateCode: "NJ",
      city: "Sampleton",
      address: "1 Example Street",
      address2: null,
      zip: "07000",
    },
    primaryModule: {
      manufacturerName: "ExampleSun",
      modelName: "ES-400",
      maximumPower: 400,
      temperatureCoef: null,
    },
    revenuePerKwh: null,
    ownerUnits: "Imperial",
    hasImage: false,
    inverters: [
      inverter("7F22CD01-A3", "Inverter 1", "SE7600H-US000BNU4", "split", {
        communicationMethod: "WIFI",
        connectedOptimizers: 18,
      }),
    ],
    meters: [],
    batteries: [],
    ...changes,
  };
}

/**
 * A small business on Lord Howe Island, whose clocks change by half an hour: two inverters and one of
 * another maker, a production meter each, a consumption meter, a gateway with four sensors, and
 * replaced devices, an open alert and one that is over.
 */
export function businessSite(changes: Changes = {}): SiteSpec {
  const of = { manufacturer: "WattNode", model: "RWND-3D-480-MB" };
  return {
    ...homeSite(),
    siteId: 3456789,
    name: "Example Bakery",
    timeZone: "Australia/Lord_Howe",
    plane: { latitude: -31.5, longitude: 159.1, tiltDegrees: 15, azimuthDegrees: 0 },
    peakPowerKwp: 29.5,
    firstDay: "2026-03-20",
    installationDate: "2026-03-18",
    currency: "AUD",
    location: {
      country: "Australia",
      countryCode: "AU",
      state: null,
      stateCode: null,
      city: "Exampleville",
      address: "2 Lagoon Road",
      address2: "rear building",
      zip: "2898",
    },
    primaryModule: null,
    publicName: "bakery",
    isPublic: true,
    alertQuantity: 1,
    alertSeverity: "LOW",
    measuredBy: "METER",
    revenuePerKwh: null,
    load: { kind: "business", baseW: 1500, peakW: 9000 },
    inverters: [
      inverter("7E5555AA-01", "Inverter 1", "SE12.5K-RW00IBNM4", "three", { share: 0.45 }),
      inverter("7E5555AA-02", "Inverter 2", "SE6000H-RW000BEN4", "single", {
        share: 0.4,
        communicationMethod: "RS485",
      }),
      inverter("OTHER-1", "Inverter 9", "X1", "third-party", { manufacturer: "OtherMaker" }),
    ],
    meters: [
      meter("Production Meter 1", "Production", { ...of, serial: "4154666" }, 0, true),
      meter("Production Meter 2", "Production", { ...of, serial: "4161538" }, 1, true),
      meter("Site Meter", "Consumption", { ...of, serial: "4161600" }),
    ],
    batteries: [],
    gateways: [{ serial: "7F001122-33", name: "Gateway 1", firmwareVersion: "2.956.0" }],
    sensors: [
      {
        measurement: "SensorAmbientTemperature",
        name: "Ambient temperature",
        category: "TEMPERATURE",
        type: "Ambient temperature",
        gateway: 0,
      },
      {
        measurement: "SensorModuleTemperature",
        name: "Module temperature",
        category: "TEMPERATURE",
        type: "Module temperature",
        gateway: 0,
      },
      {
        measurement: "SensorWindSpeed",
        name: "Wind speed",
        category: "WIND",
        type: "Wind speed",
        gateway: 0,
      },
      {
        measurement: "SensorGlobalHorizontalIrradiance",
        name: "Global horizontal irradiance",
        category: "IRRADIANCE",
        type: "Global horizontal irradiance",
        gateway: 0,
      },
    ],
    changes: [
      { device: "7E5555AA-01", serial: "7E0000AA-12", partNumber: "SE12.5K", date: "2026-05-20" },
      { device: "7E5555AA-01", serial: "7E0000AA-11", partNumber: null, date: "2026-05-11" },
      { device: "7F001122-33", serial: "7F001100-11", partNumber: "SE1000-GW", date: "2026-05-07" },
    ],
    alerts: [
      {
        alertId: 112_900_001,
        category: "EQUIPMENT",
        type: "INVERTER_BELOW_THRESHOLD_LIMIT",
        impact: 3,
        firstTrigger: "2026-05-21T01:07:18Z",
        lastTrigger: "2026-05-29T23:12:40Z",
        closed: null,
        device: "7E5555AA-02",
        errorCodes: ["18x44"],
      },
      {
        alertId: 112_900_000,
        category: "COMMUNICATION",
        type: "SITE_COMMUNICATION_FAULT",
        impact: 7,
        firstTrigger: "2026-04-11T03:00:00Z",
        lastTrigger: "2026-04-11T03:00:00Z",
        closed: "2026-04-12T06:30:00Z",
        device: null,
        errorCodes: [],
      },
    ],
    ...changes,
  };
}

/** The three sites of the demonstration. */
export function demoSites(): SiteSpec[] {
  return [homeSite(), houseSite(), businessSite()];
}

const fleetZones = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"];

/** Many small sites of one inverter, in four zones; every tenth never sent anything. */
export function fleet(count: number, changes: Changes = {}): SiteSpec[] {
  return Array.from({ length: count }, (_, i) => {
    const timeZone = fleetZones[i % fleetZones.length];
    const silent = i % 10 === 9;
    return houseSite({
      siteId: 5_000_001 + i,
      name: `Fleet site ${String(i + 1).padStart(4, "0")}`,
      status: silent ? "PendingCommunication" : "Active",
      timeZone,
      plane: {
        latitude: timeZone.startsWith("Australia") ? -31.5 : 20 + 30 * chance(i, "latitude"),
        longitude: { Europe: 11, America: -75, Australia: 159, Asia: 78 }[timeZone.split("/")[0]]!,
        tiltDegrees: 20,
        azimuthDegrees: 0,
      },
      peakPowerKwp: 3 + Math.round(40 * chance(i, "peak")) / 10,
      firstDay: "2026-05-04",
      ownerUnits: "Metrics",
      inverters: [
        inverter(
          `7A${(0x100000 + i).toString(16).toUpperCase()}-0A`,
          "Inverter 1",
          "SE5K",
          "single",
        ),
      ],
      ...changes,
      ...(silent ? { firstDay: null } : {}),
    });
  });
}
