import type { LoadProfile } from "./load.ts";
import type { Plane } from "./sun.ts";

/** What a simulated site is: all that does not change from day to day. */
export interface SiteSpec {
  readonly siteId: number;
  readonly name: string;
  readonly accountId: number;
  readonly status: "Active" | "PendingCommunication" | "Disabled";
  /** IANA zone whose offsets are multiples of a quarter-hour. */
  readonly timeZone: string;
  readonly plane: Plane;
  readonly peakPowerKwp: number;
  /** Local day on which the site began to send, `YYYY-MM-DD`; null: it never did. */
  readonly firstDay: string | null;
  readonly installationDate: string;
  readonly ptoDate: string | null;
  /** ISO code; null leaves the field out. */
  readonly currency: string | null;
  readonly notes: string;
  readonly location: SiteLocation;
  readonly primaryModule: PrimaryModule | null;
  readonly publicName: string | null;
  readonly isPublic: boolean;
  readonly alertQuantity: number;
  readonly alertSeverity: string;
  readonly measuredBy: "INVERTER" | "METER";
  /** Tariff in the site's currency; null: the overview has no revenue. */
  readonly revenuePerKwh: number | null;
  /** Units of a site's benefits when a request does not name any. */
  readonly ownerUnits: "Metrics" | "Imperial";
  readonly hasImage: boolean;
  readonly load: LoadProfile;
  readonly inverters: readonly InverterSpec[];
  readonly meters: readonly MeterSpec[];
  readonly batteries: readonly BatterySpec[];
  readonly gateways: readonly GatewaySpec[];
  readonly sensors: readonly SensorSpec[];
  readonly changes: readonly ChangeSpec[];
  /** What v2 shows of faults; none by default. */
  readonly alerts?: readonly AlertSpec[];
}

export interface SiteLocation {
  readonly country: string;
  readonly countryCode: string;
  /** null leaves the field out, as for sites outside the United States. */
  readonly state: string | null;
  readonly stateCode: string | null;
  readonly city: string;
  readonly address: string;
  readonly address2: string | null;
  readonly zip: string;
}

export interface PrimaryModule {
  readonly manufacturerName: string;
  readonly modelName: string;
  readonly maximumPower: number;
  /** null leaves the field out. */
  readonly temperatureCoef: number | null;
}

export interface InverterSpec {
  readonly serial: string;
  readonly name: string;
  readonly manufacturer: string;
  readonly model: string;
  /** Modules connected; null as with most servers. */
  readonly peakPowerDcKwp: number | null;
  /** `third-party`: listed in the inventory only, sends no technical data. */
  readonly phases: "three" | "single" | "split" | "third-party";
  /** Part of the production that is left by the inverters before it, 0 to 1; the last one takes the rest. */
  readonly share: number;
  /** Local day from which it gives power, `YYYY-MM-DD`; listed before too. As long as the site by default. */
  readonly since?: string;
  readonly communicationMethod: string;
  readonly cpuVersion: string;
  /** null on new models, which leave these fields out. */
  readonly dsp1Version: string | null;
  readonly dsp2Version: string | null;
  readonly connectedOptimizers: number;
}

export type MeterType = "Production" | "Consumption" | "SelfConsumption" | "FeedIn" | "Purchased";

export interface MeterSpec {
  readonly name: string;
  readonly type: MeterType;
  /** null: a virtual meter, which has neither maker nor model. */
  readonly serial: string | null;
  readonly manufacturer: string | null;
  readonly model: string | null;
  readonly firmwareVersion: string;
  /** The inverter it is connected to, by its place in the list. */
  readonly inverter: number;
  /** True when it measures that inverter alone. */
  readonly ofInverter: boolean;
}

export interface BatterySpec {
  readonly serial: string;
  readonly name: string;
  readonly manufacturer: string;
  readonly model: string;
  readonly modelNumber: string;
  readonly firmwareVersion: string;
  readonly inverter: number;
  readonly nameplateWh: number;
  readonly maximumPowerW: number;
}

export interface GatewaySpec {
  readonly serial: string;
  readonly name: string;
  readonly firmwareVersion: string;
}

export interface SensorSpec {
  /** As the lists name it: `SensorAmbientTemperature`; in the data it is `ambientTemperature`. */
  readonly measurement:
    | "SensorAmbientTemperature"
    | "SensorModuleTemperature"
    | "SensorWindSpeed"
    | "SensorGlobalHorizontalIrradiance";
  readonly name: string;
  readonly category: string;
  readonly type: string;
  /** The gateway it is connected to, by its place in the list. */
  readonly gateway: number;
}

/** One former device in the change log of a present one. */
export interface ChangeSpec {
  /** Serial number of the device whose log it stands in. */
  readonly device: string;
  readonly serial: string;
  readonly partNumber: string | null;
  readonly date: string;
}

/** One alert of a site. */
export interface AlertSpec {
  readonly alertId: number;
  readonly category: string;
  readonly type: string;
  /** 0 to 10. */
  readonly impact: number;
  /** Instants as ISO texts; a closed alert is listed as open before its end. */
  readonly firstTrigger: string;
  readonly lastTrigger: string;
  readonly closed: string | null;
  /** Serial number of the device it is about; null: the whole site. */
  readonly device: string | null;
  readonly errorCodes: readonly string[];
}
