import type { TableName } from "../../src/model/table.ts";
import { benefits, dataPeriod, overview } from "../../src/simulator/site_figures.ts";
import type { SiteSpec } from "../../src/simulator/site_spec.ts";
import type { Row, Truth } from "./truth_rows.ts";

/** The rows of a table of attributes, from the description of the site; for an account key. */
export function attributeRows(truth: Truth, table: TableName): Row[] {
  const { spec } = truth.model;
  switch (table) {
    case "sites":
      return [site(truth)];
    case "equipment":
      return equipment(spec);
    case "batteries":
      return spec.batteries.map((one) => ({
        device_key: one.serial,
        serial_number: one.serial,
        name: one.name,
        manufacturer: one.manufacturer,
        model: one.model,
        model_number: one.modelNumber,
        firmware_version: one.firmwareVersion,
        connected_to: spec.inverters[one.inverter]!.name,
        connected_to_serial: spec.inverters[one.inverter]!.serial,
        nameplate_capacity_wh: one.nameplateWh,
        nameplate_wh: one.nameplateWh,
      }));
    case "meters":
      return meterEntries(spec).map(({ category: _, type, ...one }) => ({
        ...one,
        meter_type: type!,
      }));
    case "inventory":
      return inventory(spec);
    case "sensors":
      return sensorEntries(spec).map(({ category: _, sensor_category, ...one }, index) => ({
        ...one,
        category: sensor_category!,
        name: spec.sensors[index]!.name,
      }));
    case "environmental_benefits": {
      const saved = benefits(truth.model, truth.knowledge, truth.now);
      return [{
        co2_saved_kg: saved.co2Kg,
        so2_saved_kg: saved.so2Kg,
        nox_saved_kg: saved.noxKg,
        trees_planted: saved.trees,
        light_bulbs: saved.lightBulbs,
      }];
    }
    case "equipment_changes":
      return spec.changes.map((one) => ({
        device_key: one.device,
        change_date: one.date,
        serial_number: one.serial,
        part_number: one.partNumber,
      }));
    case "alerts":
      return [];
    default:
      throw new Error(`no truth for ${table}`);
  }
}

function site({ model, knowledge, now }: Truth): Row {
  const { spec, zone } = model;
  const figures = overview(model, knowledge, now);
  const period = dataPeriod(model, knowledge);
  const upload = figures.lastUpload;
  const text = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 19);
  const path = `/site/${spec.siteId}`;
  return {
    name: spec.name,
    account_id: spec.accountId,
    status: spec.status,
    peak_power_kwp: spec.peakPowerKwp,
    last_update_date: period?.last ?? null,
    currency: spec.currency,
    installation_date: spec.installationDate,
    pto_date: spec.ptoDate,
    notes: spec.notes,
    site_type: "Optimizers & Inverters",
    country: spec.location.country,
    country_code: spec.location.countryCode,
    state: spec.location.state,
    state_code: spec.location.stateCode,
    city: spec.location.city,
    address: spec.location.address,
    address2: spec.location.address2,
    zip: spec.location.zip,
    time_zone: spec.timeZone,
    alert_quantity: spec.alertQuantity,
    alert_severity: spec.alertSeverity,
    module_manufacturer: spec.primaryModule?.manufacturerName ?? null,
    module_model: spec.primaryModule?.modelName ?? null,
    module_maximum_power_w: spec.primaryModule?.maximumPower ?? null,
    module_temperature_coefficient_pct_per_c: spec.primaryModule?.temperatureCoef ?? null,
    // JSON is kept with its keys in order.
    uris: JSON.stringify({
      DATA_PERIOD: `${path}/dataPeriod`,
      DETAILS: `${path}/details`,
      ...(spec.hasImage ? { INSTALLER_IMAGE: `${path}/installerImage/logo.png` } : {}),
      OVERVIEW: `${path}/overview`,
      ...(spec.hasImage ? { SITE_IMAGE: `${path}/siteImage/roof.png` } : {}),
    }),
    public_name: spec.publicName,
    is_public: spec.isPublic ? 1 : 0,
    data_start_date: period?.first ?? null,
    data_end_date: period?.last ?? null,
    last_update_local: upload === null ? null : text(zone.localOf(upload)),
    last_update_at: upload === null ? null : `${text(upload)}Z`,
    lifetime_energy_wh: figures.life,
    lifetime_revenue: figures.lifeRevenue,
    year_energy_wh: figures.year,
    month_energy_wh: figures.month,
    day_energy_wh: figures.day,
    current_power_w: figures.powerW,
    measured_by: spec.measuredBy,
  };
}

/** Everything with a serial number; a meter that is listed once a direction takes its first name. */
function equipment(spec: SiteSpec): Row[] {
  const devices = new Map<string, Row>();
  const entries = inventory(spec).filter((one) => one.serial_number !== undefined)
    .sort((a, b) => `${a.name}` < `${b.name}` ? -1 : 1);
  for (const { type: _type, form: _form, ...one } of entries) {
    if (!devices.has(`${one.serial_number}`)) devices.set(`${one.serial_number}`, one);
  }
  for (const one of spec.inverters) {
    if (one.phases !== "third-party") {
      devices.set(one.serial, {
        ...devices.get(one.serial),
        peak_power_dc_kwp: one.peakPowerDcKwp,
      });
    }
  }
  return [...devices.values()];
}

function inventory(spec: SiteSpec): Row[] {
  return [
    ...spec.inverters.map((one): Row => {
      const known = {
        device_key: one.serial,
        type: "",
        serial_number: one.serial,
        name: one.name,
        manufacturer: one.manufacturer,
        model: one.model,
      };
      if (one.phases === "third-party") return { category: "third-party-inverter", ...known };
      return {
        category: "inverter",
        ...known,
        cpu_version: one.cpuVersion,
        dsp1_version: one.dsp1Version,
        dsp2_version: one.dsp2Version,
        communication_method: one.communicationMethod,
        connected_optimizers: one.connectedOptimizers,
      };
    }),
    ...meterEntries(spec),
    ...sensorEntries(spec),
    ...spec.gateways.map((one): Row => ({
      category: "gateway",
      device_key: one.serial,
      type: "",
      serial_number: one.serial,
      name: one.name,
      firmware_version: one.firmwareVersion,
    })),
    ...spec.batteries.map((one): Row => ({
      category: "battery",
      device_key: one.serial,
      type: "",
      serial_number: one.serial,
      name: one.name,
      manufacturer: one.manufacturer,
      model: one.model,
      firmware_version: one.firmwareVersion,
      connected_to: spec.inverters[one.inverter]!.name,
      connected_to_serial: spec.inverters[one.inverter]!.serial,
      nameplate_capacity_wh: one.nameplateWh,
    })),
  ];
}

function meterEntries(spec: SiteSpec): Row[] {
  return spec.meters.map((one): Row => ({
    category: "meter",
    device_key: one.serial ?? `meter:${one.name}`,
    type: one.type,
    ...(one.serial === null ? {} : {
      serial_number: one.serial,
      manufacturer: one.manufacturer,
      model: one.model,
    }),
    name: one.name,
    firmware_version: one.firmwareVersion,
    form: one.serial === null ? "virtual" : "physical",
    connected_to: spec.inverters[one.inverter]!.name,
    connected_to_serial: spec.inverters[one.inverter]!.serial,
  }));
}

function sensorEntries(spec: SiteSpec): Row[] {
  return spec.sensors.map((one): Row => ({
    category: "sensor",
    device_key: `${spec.gateways[one.gateway]!.name}/${one.measurement}`,
    type: one.type,
    connected_to: spec.gateways[one.gateway]!.name,
    connected_to_serial: spec.gateways[one.gateway]!.serial,
    sensor_id: one.measurement,
    sensor_category: one.category,
  }));
}
