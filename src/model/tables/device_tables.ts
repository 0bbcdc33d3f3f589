import { column, type Table } from "../table.ts";
import { attributeColumns, deviceKey, siteId } from "./standard_columns.ts";

/** Columns that came later stand behind the others, as a migration adds them. */
const laterDeviceColumns = [
  column("part_number", "text", "part number", { from: "v2 devices[].partNumber" }),
  column("firmware_build", "text", "firmware with its build number", {
    from: "v2 devices[].firmware",
  }),
  column("is_active", "flag", "1 while the device is in use", { from: "v2 devices[].active" }),
  column("created_at", "instant", "when the device was registered", {
    from: "v2 devices[].createdAt",
  }),
];

/** What is known of devices with a serial number, and the inventory that lists them all. */
export const deviceTables: readonly Table[] = [
  {
    name: "equipment",
    kind: "attributes",
    key: ["site_id", "device_key"],
    doc: "every device that has a serial number",
    columns: [
      siteId,
      deviceKey,
      column("serial_number", "text", "serial number", {
        from: "v1 reporters.list[].serialNumber, Inventory.*[].SN; v2 devices[].serialNumber",
      }),
      column(
        "category",
        "text",
        "inverter, third-party-inverter, meter, gateway, battery, optimizer …",
        { from: "v1 Inventory, the list it stands in; v2 devices[].type, in the words of v1" },
      ),
      column("name", "text", "name", { from: "v1 reporters.list[].name; v2 devices[].name" }),
      column("manufacturer", "text", "maker", {
        from: "v1 reporters.list[].manufacturer; v2 devices[].manufacturer",
      }),
      column("model", "text", "model", {
        keep: "known",
        from: "v1 reporters.list[].model; v2 devices[].model",
      }),
      column("peak_power_dc_kwp", "real", "module power connected", {
        unit: "kWp",
        from: "v1 reporters.list[].kWpDC",
      }),
      column("communication_method", "text", "ETHERNET, WIFI, RS485 …", {
        from: "v1 Inventory.inverters[].communicationMethod; v2 devices[].communicationType",
      }),
      column("firmware_version", "text", "firmware", {
        from: "v1 Inventory.*[].firmwareVersion; v2 devices[].firmwareVersion",
      }),
      column("cpu_version", "text", "CPU firmware of an inverter", {
        from: "v1 Inventory.inverters[].cpuVersion; v2 devices[].firmwareVersion of an inverter",
      }),
      column("dsp1_version", "text", "DSP 1 firmware of an inverter", {
        from: "v1 Inventory.inverters[].dsp1Version",
      }),
      column("dsp2_version", "text", "DSP 2 firmware of an inverter", {
        from: "v1 Inventory.inverters[].dsp2Version",
      }),
      column("connected_optimizers", "integer", "optimizers on an inverter", {
        from: "v1 Inventory.inverters[].connectedOptimizers; v2 devices[].connectedOptimizers",
      }),
      column("connected_to", "text", "name of the device it is connected to", {
        from: "v1 Inventory.*[].connectedTo; v2 devices[].connectedTo",
      }),
      column("connected_to_serial", "text", "serial number of the device it is connected to", {
        from:
          "v1 Inventory.*[].connectedSolaredgeDeviceSN, connectedInverterSn; v2 devices[].connectedTo, by the list of devices",
      }),
      column("nameplate_capacity_wh", "real", "capacity of a battery", {
        unit: "Wh",
        from: "v1 Inventory.batteries[].nameplateCapacity; v2 devices[].nameplate",
      }),
      ...attributeColumns,
      ...laterDeviceColumns,
    ],
  },
  {
    name: "batteries",
    kind: "attributes",
    key: ["site_id", "device_key"],
    doc: "storage units",
    columns: [
      siteId,
      deviceKey,
      column("serial_number", "text", "serial number", {
        from:
          "v1 Inventory.batteries[].SN, storageData.batteries[].serialNumber; v2 devices[].serialNumber",
      }),
      column("name", "text", "name", { from: "v1 Inventory.batteries[].name; v2 devices[].name" }),
      column("manufacturer", "text", "maker", {
        from: "v1 Inventory.batteries[].manufacturer; v2 devices[].manufacturer",
      }),
      column("model", "text", "model in the inventory", {
        keep: "known",
        from: "v1 Inventory.batteries[].model; v2 devices[].model",
      }),
      column("model_number", "text", "model number in the storage data", {
        from: "v1 storageData.batteries[].modelNumber",
      }),
      column("firmware_version", "text", "firmware", {
        from: "v1 Inventory.batteries[].firmwareVersion; v2 devices[].firmwareVersion",
      }),
      column("connected_to", "text", "name of the inverter it is connected to", {
        from: "v1 Inventory.batteries[].connectedTo; v2 devices[].connectedTo",
      }),
      column("connected_to_serial", "text", "serial number of that inverter", {
        from:
          "v1 Inventory.batteries[].connectedInverterSn; v2 devices[].connectedTo, by the list of devices",
      }),
      column("nameplate_capacity_wh", "real", "capacity in the inventory", {
        unit: "Wh",
        from: "v1 Inventory.batteries[].nameplateCapacity; v2 devices[].nameplate",
      }),
      column("nameplate_wh", "real", "capacity in the storage data", {
        unit: "Wh",
        from: "v1 storageData.batteries[].nameplate",
      }),
      ...attributeColumns,
    ],
  },
  {
    name: "meters",
    kind: "attributes",
    key: ["site_id", "device_key", "meter_type"],
    doc: "meters, one row for each direction that a meter counts",
    columns: [
      siteId,
      deviceKey,
      column("meter_type", "text", "Production, Consumption, SelfConsumption, FeedIn, Purchased", {
        required: true,
        from:
          "v1 Inventory.meters[].type; v2 devices[].meterType and telemetry, the metrics of a meter",
      }),
      column("serial_number", "text", "serial number; virtual meters have none", {
        from: "v1 Inventory.meters[].SN; v2 devices[].serialNumber",
      }),
      column("name", "text", "name", { from: "v1 Inventory.meters[].name; v2 devices[].name" }),
      column("manufacturer", "text", "maker", {
        from: "v1 Inventory.meters[].manufacturer; v2 devices[].manufacturer",
      }),
      column("model", "text", "model", {
        keep: "known",
        from: "v1 Inventory.meters[].model; v2 devices[].model",
      }),
      column("firmware_version", "text", "firmware", {
        from: "v1 Inventory.meters[].firmwareVersion; v2 devices[].firmwareVersion",
      }),
      column("form", "text", "physical or virtual", {
        from: "v1 Inventory.meters[].form; v2 devices[].form",
      }),
      column("connected_to", "text", "name of the device it is connected to", {
        from: "v1 Inventory.meters[].connectedTo; v2 devices[].connectedTo",
      }),
      column("connected_to_serial", "text", "serial number of that device", {
        from:
          "v1 Inventory.meters[].connectedSolaredgeDeviceSN; v2 devices[].connectedTo, by the list of devices",
      }),
      ...attributeColumns,
    ],
  },
  {
    name: "inventory",
    kind: "attributes",
    key: ["site_id", "category", "device_key", "type"],
    doc: "the complete inventory as the server lists it, all categories",
    columns: [
      siteId,
      column(
        "category",
        "text",
        "inverter, third-party-inverter, meter, sensor, gateway, battery",
        {
          required: true,
          from: "v1 Inventory, the list it stands in; v2 devices[].type, in the words of v1",
        },
      ),
      deviceKey,
      column("type", "text", "type of a meter or sensor, else empty", {
        required: true,
        from: "v1 Inventory.*[].type; v2 devices[].meterType",
      }),
      column("serial_number", "text", "serial number", {
        from: "v1 Inventory.*[].SN; v2 devices[].serialNumber",
      }),
      column("name", "text", "name", { from: "v1 Inventory.*[].name; v2 devices[].name" }),
      column("manufacturer", "text", "maker", {
        from: "v1 Inventory.*[].manufacturer; v2 devices[].manufacturer",
      }),
      column("model", "text", "model", {
        keep: "known",
        from: "v1 Inventory.*[].model; v2 devices[].model",
      }),
      column("firmware_version", "text", "firmware", {
        from: "v1 Inventory.*[].firmwareVersion; v2 devices[].firmwareVersion",
      }),
      column("cpu_version", "text", "CPU firmware of an inverter", {
        from: "v1 Inventory.inverters[].cpuVersion; v2 devices[].firmwareVersion of an inverter",
      }),
      column("dsp1_version", "text", "DSP 1 firmware of an inverter", {
        from: "v1 Inventory.inverters[].dsp1Version",
      }),
      column("dsp2_version", "text", "DSP 2 firmware of an inverter", {
        from: "v1 Inventory.inverters[].dsp2Version",
      }),
      column("communication_method", "text", "how an inverter communicates", {
        from: "v1 Inventory.inverters[].communicationMethod; v2 devices[].communicationType",
      }),
      column("connected_optimizers", "integer", "optimizers on an inverter", {
        from: "v1 Inventory.inverters[].connectedOptimizers; v2 devices[].connectedOptimizers",
      }),
      column("connected_to", "text", "name of the device it is connected to", {
        from: "v1 Inventory.*[].connectedTo; v2 devices[].connectedTo",
      }),
      column("connected_to_serial", "text", "serial number of that device", {
        from:
          "v1 Inventory.*[].connectedSolaredgeDeviceSN, connectedInverterSn; v2 devices[].connectedTo, by the list of devices",
      }),
      column("form", "text", "physical or virtual", {
        from: "v1 Inventory.meters[].form; v2 devices[].form",
      }),
      column("nameplate_capacity_wh", "real", "capacity of a battery", {
        unit: "Wh",
        from: "v1 Inventory.batteries[].nameplateCapacity; v2 devices[].nameplate",
      }),
      column("sensor_id", "text", "id of a sensor", { from: "v1 Inventory.sensors[].id" }),
      column("sensor_category", "text", "category of a sensor", {
        from: "v1 Inventory.sensors[].category",
      }),
      ...attributeColumns,
      ...laterDeviceColumns,
    ],
  },
];
