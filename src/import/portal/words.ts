/** What a column of a portal file is about. */
export type Meaning =
  | "production"
  | "modules"
  | "consumption"
  | "to-grid"
  | "from-grid"
  | "self-consumption"
  | "from-modules"
  | "to-home"
  | "to-battery"
  | "from-battery"
  | "battery-power"
  | "state-of-charge"
  | "device-output";

/** A column of a portal file. */
export interface PortalColumn {
  readonly header: string;
  readonly meaning: Meaning | null;
  /** The site or device that stands before it, in files of the analysis page. */
  readonly of: string | null;
  readonly quantity: "power" | "energy" | "share" | "other";
  /** What a number is multiplied by to be W or Wh. */
  readonly factor: number;
}

const units: Readonly<Record<string, readonly [PortalColumn["quantity"], number]>> = {
  w: ["power", 1],
  kw: ["power", 1e3],
  mw: ["power", 1e6],
  wh: ["energy", 1],
  kwh: ["energy", 1e3],
  mwh: ["energy", 1e6],
  "%": ["share", 1],
  v: ["other", 1],
  a: ["other", 1],
};

/** Words of the portal in the languages that were seen, in small letters. */
const words: Readonly<Record<string, Meaning>> = {
  "system production": "production",
  "production": "production",
  "produktion": "production",
  "energie": "production",
  "energy": "production",
  "anlagenproduktion": "production",
  "production.power": "production",
  "production.energy": "production",
  "solar production": "modules",
  "solarproduction.power": "modules",
  "solarproduction.energy": "modules",
  "consumption": "consumption",
  "verbrauch": "consumption",
  "consommation": "consumption",
  "consumption.power": "consumption",
  "consumption.energy": "consumption",
  "export": "to-grid",
  "to grid": "to-grid",
  "exportieren": "to-grid",
  "ins netz": "to-grid",
  "zählereinspeise-zähler e": "to-grid",
  "einspeise-zähler e": "to-grid",
  "export.power": "to-grid",
  "export.energy": "to-grid",
  "import": "from-grid",
  "from grid": "from-grid",
  "bezug": "from-grid",
  "vom netz": "from-grid",
  "zählerbezugs-zähler e": "from-grid",
  "bezugs-zähler e": "from-grid",
  "import.power": "from-grid",
  "import.energy": "from-grid",
  "self consumption": "self-consumption",
  "selfconsumption.power": "self-consumption",
  "selfconsumption.energy": "self-consumption",
  "eigenverbrauch": "self-consumption",
  "solarselfconsumption.energy": "from-modules",
  "from solar": "from-modules",
  "aus solarenergie": "from-modules",
  "to home": "to-home",
  "ins haus": "to-home",
  "to battery": "to-battery",
  "zur batterie": "to-battery",
  "from battery": "from-battery",
  "von der batterie": "from-battery",
  "storageselfconsumption.energy": "from-battery",
  "storagepower.power": "battery-power",
  "battery charge level": "state-of-charge",
  "storage energy level": "state-of-charge",
  "storageenergylevel.power": "state-of-charge",
  "ac production": "device-output",
};

/**
 * `Inv1 AC Production - Power`, `Example Barn- Import - Énergie`: a name, what it is about, and a word for the
 * unit.
 */
const analysis =
  /^(?<of>.*?)(?:-\s+(?<word>[^-]+?)|\s+(?<device>AC Production))\s+-\s+(?:power|energy|énergie|energie|puissance|leistung)$/i;

/** What the header of a column says; null for one without a unit. */
export function readHeader(text: string): PortalColumn | null {
  const header = text.trim().replaceAll(/\s+/g, " ");
  const parts = /^(.*?)\s*\(([^()]+)\)$/.exec(header);
  const unit = parts && units[parts[2].trim().toLowerCase()];
  if (!parts || !unit) return null;
  const [quantity, factor] = unit;
  const found = analysis.exec(parts[1])?.groups;
  const word = (found?.word ?? found?.device ?? parts[1]).trim().toLowerCase();
  return {
    header,
    meaning: Object.hasOwn(words, word) ? words[word] : null,
    of: found ? found.of.trim() : null,
    quantity,
    factor,
  };
}

/** True for the header of the first column, in the words that were seen. */
export function isTimeHeader(text: string | null): boolean {
  return /^(measurement )?time$/i.test(text?.trim() ?? "");
}
