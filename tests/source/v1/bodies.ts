/** A body for each query as the server sends it, with every field of the API's documentation. Invented values. */
export const bodies: Readonly<Record<string, unknown>> = {
  sites: {
    sites: {
      count: 1,
      site: [{
        ...siteObject(),
        alertQuantity: 2,
        alertSeverity: "LOW",
      }],
    },
  },
  details: { details: siteObject() },
  "data-period": { dataPeriod: { startDate: "2022-03-04", endDate: "2026-05-31" } },
  overview: {
    overview: {
      lastUpdateTime: "2026-05-31 14:07:31",
      lifeTimeData: { energy: 2.1504317e7, revenue: 5120.25 },
      lastYearData: { energy: 3120700, revenue: 801.5 },
      lastMonthData: { energy: 910200, revenue: 240.75 },
      lastDayData: { energy: 31200, revenue: 8.5 },
      currentPower: { power: 4321.5 },
      measuredBy: "INVERTER",
    },
  },
  equipment: {
    reporters: {
      count: 1,
      list: [{
        name: "Inverter 1",
        manufacturer: "SolarEdge",
        model: "SE7K-TEST",
        serialNumber: "7F000001-11",
        kWpDC: 8.2,
      }],
    },
  },
  energy: {
    energy: {
      timeUnit: "DAY",
      unit: "Wh",
      measuredBy: "INVERTER",
      values: [{ date: "2026-05-31 00:00:00", value: 31200 }],
    },
  },
  "energy-month": {
    energy: {
      timeUnit: "MONTH",
      unit: "Wh",
      measuredBy: "METER",
      values: [{ date: "2026-05-01 00:00:00", value: 910200 }],
    },
  },
  "energy-year": {
    energy: {
      timeUnit: "YEAR",
      unit: "Wh",
      measuredBy: "METER",
      values: [{ date: "2026-01-01 00:00:00", value: 3120700 }],
    },
  },
  power: {
    power: {
      timeUnit: "QUARTER_OF_AN_HOUR",
      unit: "W",
      measuredBy: "INVERTER",
      values: [{ date: "2026-05-31 12:00:00", value: 4310.25 }],
    },
  },
  "power-flow": {
    siteCurrentPowerFlow: {
      updateRefreshRate: 3,
      unit: "kW",
      connections: [
        { from: "PV", to: "Load" },
        { from: "PV", to: "Storage" },
        { from: "LOAD", to: "Grid" },
      ],
      GRID: { status: "Active", currentPower: 1.6 },
      LOAD: { status: "Active", currentPower: 0.9 },
      PV: { status: "Active", currentPower: 3.7 },
      STORAGE: {
        status: "Charging",
        currentPower: 1.2,
        chargeLevel: 62,
        critical: false,
        timeLeft: "05:40",
      },
    },
  },
  "power-details": { powerDetails: fiveTypes("W") },
  "energy-details": { energyDetails: fiveTypes("Wh") },
  storage: {
    storageData: {
      batteryCount: 1,
      batteries: [{
        nameplate: 9700,
        serialNumber: "BT000001",
        modelNumber: "EX-10K",
        telemetryCount: 1,
        telemetries: [{
          timeStamp: "2026-05-31 12:04:30",
          power: 1250.5,
          batteryState: 6,
          lifeTimeEnergyDischarged: 5110545,
          lifeTimeEnergyCharged: 6474239,
          batteryPercentageState: 61.5,
          fullPackEnergyAvailable: 9410,
          internalTemp: 24.25,
          ACGridCharging: 130,
        }],
      }],
    },
  },
  meters: {
    meterEnergyDetails: {
      timeUnit: "QUARTER_OF_AN_HOUR",
      unit: "Wh",
      meters: [{
        meterSerialNumber: "60400001",
        connectedSolaredgeDeviceSN: "7F000001-11",
        model: "SE-MTR-TEST",
        meterType: "FeedIn",
        values: [{ date: "2026-05-31 12:01:17", value: 1.1030984e7 }],
      }],
    },
  },
  environmental: {
    envBenefits: {
      gasEmissionSaved: { units: "kg", co2: 8310.4, so2: 5420.1, nox: 1710.9 },
      treesPlanted: 247.25,
      lightBulbs: 65166.8,
    },
  },
  alerts: {
    alerts: {
      count: 1,
      alert: [{
        alertId: "77",
        category: "COMMUNICATION",
        type: "NO_DATA",
        severity: "HIGH",
        impact: 7,
        status: "OPEN",
        firstTrigger: "2026-05-30T10:00:00Z",
        lastTrigger: "2026-05-31 11:00:00",
        component: { name: "Inverter 1", serialNumber: "7F000001-11" },
        errorCodes: ["18xA"],
      }],
    },
  },
  inventory: {
    Inventory: {
      inverters: [{
        name: "Inverter 1",
        manufacturer: "SolarEdge",
        model: "SE7K-TEST",
        communicationMethod: "ETHERNET",
        dsp1Version: "1.20.15",
        dsp2Version: "2.20.12",
        cpuVersion: "4.18.5",
        firmwareVersion: "4.18",
        SN: "7F000001-11",
        connectedOptimizers: 22,
      }],
      thirdPartyInverters: [{ name: "Inverter 9", manufacturer: "Other", model: "X1", SN: "OT-1" }],
      meters: [
        {
          name: "Export Meter",
          manufacturer: "SolarEdge",
          model: "SE-MTR-TEST",
          firmwareVersion: "31",
          connectedTo: "Inverter 1",
          connectedSolaredgeDeviceSN: "7F000001-11",
          type: "FeedIn",
          form: "physical",
          SN: "60400001",
        },
        {
          name: "Import Meter",
          manufacturer: "SolarEdge",
          model: "SE-MTR-TEST",
          firmwareVersion: "31",
          connectedTo: "Inverter 1",
          connectedSolaredgeDeviceSN: "7F000001-11",
          type: "Purchased",
          form: "physical",
          SN: "60400001",
        },
        {
          name: "Self Consumption",
          firmwareVersion: "",
          connectedTo: "Inverter 1",
          connectedSolaredgeDeviceSN: "7F000001-11",
          type: "SelfConsumption",
          form: "virtual",
        },
      ],
      sensors: [{
        connectedSolaredgeDeviceSN: "7F001122-33",
        id: "SensorAmbientTemperature",
        connectedTo: "Gateway 1",
        category: "TEMPERATURE",
        type: "Ambient temperature",
      }],
      gateways: [{ name: "Gateway 1", firmwareVersion: "2.956.0", SN: "7F001122-33" }],
      batteries: [{
        name: "Battery 1.1",
        manufacturer: "Example",
        model: "EX-10K",
        firmwareVersion: "2.0",
        connectedTo: "Inverter 1",
        connectedInverterSn: "7F000001-11",
        nameplateCapacity: 9650,
        SN: "BT000001",
      }],
    },
  },
  changes: {
    ChangeLog: {
      count: 2,
      list: [
        { serialNumber: "7F000001-11", partNumber: "SE7K-TEST", date: "2025-03-07" },
        { serialNumber: "7F000000-10", partNumber: null, date: "2022-03-04" },
      ],
    },
  },
  telemetry: {
    data: {
      count: 1,
      telemetries: [{
        date: "2026-05-31 11:46:15",
        totalActivePower: 1591.47,
        dcVoltage: 400.02,
        groundFaultResistance: 5906.24,
        powerLimit: 100,
        totalEnergy: 2.1501e7,
        temperature: 30.03,
        inverterMode: "MPPT",
        operationMode: 0,
        qRef: 1.25,
        vL1To2: 398.54,
        vL2To3: 398.36,
        vL3To1: 398.79,
        vL1ToN: 120.1,
        vL2ToN: 120.2,
        L1Data: phase(1),
        L2Data: phase(2),
        L3Data: phase(3),
      }],
    },
  },
  sensors: {
    SiteSensors: {
      count: 1,
      list: [{
        connectedTo: "Gateway 1",
        count: 1,
        sensors: [{
          name: "Ambient temperature",
          measurement: "SensorAmbientTemperature",
          type: "TEMPERATURE",
        }],
      }],
    },
  },
  "sensor-readings": {
    siteSensors: {
      data: [{
        connectedTo: "Gateway 1",
        count: 1,
        telemetries: [{ date: "2026-05-31 12:00:00", ambientTemperature: 22.15, windSpeed: 3.4 }],
      }],
    },
  },
};

function siteObject() {
  return {
    id: 1,
    name: "Test Barn",
    accountId: 4321,
    status: "Active",
    peakPower: 8.2,
    lastUpdateTime: "2026-05-31",
    currency: "EUR",
    installationDate: "2022-03-01",
    ptoDate: "2022-03-03",
    notes: "north roof",
    type: "Optimizers & Inverters",
    location: {
      country: "Germany",
      state: "Bavaria",
      city: "Beispielstadt",
      address: "Musterweg 1",
      address2: "rear",
      zip: "80000",
      timeZone: "Europe/Berlin",
      countryCode: "DE",
      stateCode: "BY",
    },
    primaryModule: {
      manufacturerName: "ExampleSun",
      modelName: "ES-410",
      maximumPower: 410,
      temperatureCoef: -0.34,
    },
    uris: { DETAILS: "/site/1/details", OVERVIEW: "/site/1/overview" },
    publicSettings: { name: "testbarn", isPublic: true },
  };
}

function fiveTypes(unit: "W" | "Wh") {
  const types = ["FeedIn", "Production", "Purchased", "Consumption", "SelfConsumption"];
  return {
    timeUnit: "QUARTER_OF_AN_HOUR",
    unit,
    meters: types.map((type, index) => ({
      type,
      values: [{ date: "2026-05-31 12:00:00", value: 1000.5 + index }],
    })),
  };
}

function phase(number: number) {
  return {
    acCurrent: number + 2.26,
    acVoltage: number + 230.04,
    acFrequency: number + 49.0,
    apparentPower: number + 530.7,
    activePower: number + 529.5,
    reactivePower: -66.8 - number,
    cosPhi: 0.99 - number / 100,
  };
}
