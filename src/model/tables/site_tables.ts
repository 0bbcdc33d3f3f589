import { column, type Table } from "../table.ts";
import { deviceTables } from "./device_tables.ts";
import { attributeColumns, deviceKey, siteId } from "./standard_columns.ts";

/** What is known of sites and devices: attributes that follow the server. */
export const siteTables: readonly Table[] = [
  {
    name: "sites",
    kind: "attributes",
    key: ["site_id"],
    doc: "one row per installation, with the latest figures of its overview",
    columns: [
      siteId,
      column("name", "text", "name of the site", { from: "v1 details.name; v2 name" }),
      column("account_id", "integer", "account that owns it", {
        from: "v1 details.accountId; v2 accountId",
      }),
      column("status", "text", "Active, PendingCommunication, Disabled", {
        from: "v1 details.status; v2 activationStatus, in the words of v1",
      }),
      column("peak_power_kwp", "real", "installed peak power", {
        unit: "kWp",
        from: "v1 details.peakPower; v2 peakPower",
      }),
      column("last_update_date", "date", "day of the last update in the site list", {
        keep: "known",
        from: "v1 details.lastUpdateTime; v2 lastUpdateTime",
      }),
      column("currency", "text", "currency of the revenues", { from: "v1 details.currency" }),
      column("installation_date", "date", "day of installation", {
        from: "v1 details.installationDate; v2 installationDate",
      }),
      column("pto_date", "date", "permission to operate", { from: "v1 details.ptoDate" }),
      column("notes", "text", "notes", { from: "v1 details.notes; v2 note" }),
      column("site_type", "text", "kind of installation", { from: "v1 details.type" }),
      column("country", "text", "country", {
        from: "v1 details.location.country; v2 location.country",
      }),
      column("country_code", "text", "ISO country code", {
        from: "v1 details.location.countryCode",
      }),
      column("state", "text", "state", { from: "v1 details.location.state; v2 location.state" }),
      column("state_code", "text", "state code", { from: "v1 details.location.stateCode" }),
      column("city", "text", "city", { from: "v1 details.location.city; v2 location.city" }),
      column("address", "text", "street and number", {
        from: "v1 details.location.address; v2 location.address",
      }),
      column("address2", "text", "second address line", { from: "v1 details.location.address2" }),
      column("zip", "text", "postal code", { from: "v1 details.location.zip; v2 location.zip" }),
      column("time_zone", "text", "IANA time zone", {
        keep: "known",
        from: "v1 details.location.timeZone; v2 location.timezone",
      }),
      column("alert_quantity", "integer", "open alerts (account keys only)", {
        from: "v1 sites.alertQuantity",
      }),
      column("alert_severity", "text", "highest severity (account keys only)", {
        from: "v1 sites.alertSeverity",
      }),
      column("module_manufacturer", "text", "maker of the primary module", {
        from: "v1 details.primaryModule.manufacturerName",
      }),
      column("module_model", "text", "model of the primary module", {
        from: "v1 details.primaryModule.modelName",
      }),
      column("module_maximum_power_w", "real", "maximum power of a module", {
        unit: "W",
        from: "v1 details.primaryModule.maximumPower",
      }),
      column(
        "module_temperature_coefficient_pct_per_c",
        "real",
        "temperature coefficient of a module",
        { unit: "%/°C", from: "v1 details.primaryModule.temperatureCoef" },
      ),
      column("uris", "json", "addresses of the site's resources", { from: "v1 details.uris" }),
      column("public_name", "text", "name on the public page", {
        from: "v1 details.publicSettings.name",
      }),
      column("is_public", "flag", "whether there is a public page", {
        from: "v1 details.publicSettings.isPublic",
      }),
      column("data_start_date", "date", "first day with data", {
        keep: "known",
        from: "v1 dataPeriod.startDate; v2 energy of a whole life, period.from",
      }),
      column("data_end_date", "date", "last day with data", {
        from: "v1 dataPeriod.endDate; v2 energy of a whole life, period.to",
      }),
      column("last_update_local", "local", "the site's last update, its wall clock", {
        keep: "known",
        from: "v1 overview.lastUpdateTime; v2 lastUpdateTime",
      }),
      column("last_update_at", "instant", "the site's last update", {
        keep: "known",
        from: "v1 overview.lastUpdateTime; v2 lastUpdateTime",
      }),
      column("lifetime_energy_wh", "real", "energy of its life", {
        unit: "Wh",
        from: "v1 overview.lifeTimeData.energy; v2 lifetime-energy.energy",
      }),
      column("lifetime_revenue", "real", "revenue of its life, in the site's currency", {
        from: "v1 overview.lifeTimeData.revenue",
      }),
      column("year_energy_wh", "real", "energy of the current year", {
        unit: "Wh",
        from: "v1 overview.lastYearData.energy",
      }),
      column("year_revenue", "real", "revenue of the current year", {
        from: "v1 overview.lastYearData.revenue",
      }),
      column("month_energy_wh", "real", "energy of the current month", {
        unit: "Wh",
        from: "v1 overview.lastMonthData.energy",
      }),
      column("month_revenue", "real", "revenue of the current month", {
        from: "v1 overview.lastMonthData.revenue",
      }),
      column("day_energy_wh", "real", "energy of the current day", {
        unit: "Wh",
        from: "v1 overview.lastDayData.energy",
      }),
      column("day_revenue", "real", "revenue of the current day", {
        from: "v1 overview.lastDayData.revenue",
      }),
      column("current_power_w", "real", "power at the last update", {
        unit: "W",
        from: "v1 overview.currentPower.power",
      }),
      column("measured_by", "text", "INVERTER or METER", { from: "v1 overview.measuredBy" }),
      column("overview_extra", "json", "fields of the overview that have no column", {
        from: "v1 overview",
      }),
      ...attributeColumns,
      column(
        "time_zone_claim",
        "text",
        "another time zone, named by an answer since and not believed yet",
      ),
      column("time_zone_claimed_at", "instant", "when it was named first"),
    ],
  },
  ...deviceTables,
  {
    name: "sensors",
    kind: "attributes",
    key: ["site_id", "device_key"],
    doc: "weather and irradiance sensors",
    columns: [
      siteId,
      deviceKey,
      column("connected_to", "text", "name of the gateway", {
        from: "v1 SiteSensors.list[].connectedTo",
      }),
      column("connected_to_serial", "text", "serial number of the gateway", {
        from: "v1 Inventory.sensors[].connectedSolaredgeDeviceSN",
      }),
      column("sensor_id", "text", "id", {
        from: "v1 SiteSensors.list[].sensors[].measurement, Inventory.sensors[].id",
      }),
      column("name", "text", "name", { from: "v1 SiteSensors.list[].sensors[].name" }),
      column("category", "text", "IRRADIANCE, TEMPERATURE …", {
        from: "v1 SiteSensors.list[].sensors[].type, Inventory.sensors[].category",
      }),
      column("type", "text", "type in words", { from: "v1 Inventory.sensors[].type" }),
      ...attributeColumns,
    ],
  },
  {
    name: "environmental_benefits",
    kind: "attributes",
    key: ["site_id"],
    doc: "what the site has saved in its life, always metric",
    columns: [
      siteId,
      column("co2_saved_kg", "real", "carbon dioxide saved", {
        unit: "kg",
        from: "v1 envBenefits.gasEmissionSaved.co2; v2 co2Emissions",
      }),
      column("so2_saved_kg", "real", "sulphur dioxide saved", {
        unit: "kg",
        from: "v1 envBenefits.gasEmissionSaved.so2",
      }),
      column("nox_saved_kg", "real", "nitrogen oxides saved", {
        unit: "kg",
        from: "v1 envBenefits.gasEmissionSaved.nox",
      }),
      column("trees_planted", "real", "equivalent in trees", {
        from: "v1 envBenefits.treesPlanted",
      }),
      column("light_bulbs", "real", "equivalent in light bulbs for a day", {
        from: "v1 envBenefits.lightBulbs",
      }),
      ...attributeColumns,
      column("ev_miles", "real", "way that an electric car could have driven, in miles", {
        unit: "mi",
        from: "v2 evMiles",
      }),
    ],
  },
  {
    name: "alerts",
    kind: "attributes",
    key: ["site_id", "alert_id"],
    doc: "alerts (the first generation gives them to partners only)",
    columns: [
      siteId,
      column("alert_id", "text", "number of the alert", { required: true, from: "v2 alertId" }),
      column("category", "text", "category", { from: "v2 category" }),
      column("alert_type", "text", "type or code", { from: "v2 type" }),
      column("severity", "text", "severity in words", { from: "v1 severity" }),
      column("impact", "integer", "impact from 0 to 10", { from: "v2 impact" }),
      column("status", "text", "OPEN or CLOSED", { from: "v2 status" }),
      column("first_trigger_at", "instant", "first occurrence", { from: "v2 firstTrigger" }),
      column("last_trigger_at", "instant", "last occurrence", { from: "v2 lastTrigger" }),
      column("component_name", "text", "name of the component", { from: "v2 component.name" }),
      column("component_serial", "text", "serial number of the component", {
        from: "v2 component.serialNumber",
      }),
      column("error_codes", "json", "error codes", { from: "v2 errorCodes" }),
      ...attributeColumns,
    ],
  },
  {
    name: "equipment_changes",
    kind: "attributes",
    key: ["site_id", "device_key", "change_date", "serial_number"],
    doc: "replacements of devices",
    columns: [
      siteId,
      deviceKey,
      column("change_date", "date", "local day of the change", {
        required: true,
        from: "v1 ChangeLog.list[].date",
      }),
      column("serial_number", "text", "serial number then", {
        required: true,
        from: "v1 ChangeLog.list[].serialNumber",
      }),
      column("part_number", "text", "part number then", { from: "v1 ChangeLog.list[].partNumber" }),
      ...attributeColumns,
    ],
  },
];
