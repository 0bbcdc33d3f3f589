import { dirname, join, resolve } from "node:path";
import { redactor, type Secret } from "../model/secret.ts";
import { type SettingFact, settingFacts, type SettingName } from "./setting_facts.ts";
import { kindOfName, nearestName } from "./setting_names.ts";
import { secretsAmong, secretsOf } from "./setting_secrets.ts";
import {
  anyText,
  baseUrl,
  databaseUrl,
  dataTypeList,
  Explained,
  oneOf,
  pathText,
  type Reader,
  safeUrl,
  seconds,
  secretText,
  siteIdList,
  siteTimeZoneMap,
  wholeNumber,
} from "./setting_values.ts";
import { NoCredentials, type Settings, SettingsError } from "./settings.ts";
import { readSettingsText } from "./settings_file.ts";
import { textOf } from "./settings_text.ts";

/** A settings file as it was found. */
export interface SettingsSource {
  readonly path: string;
  readonly text: string;
  /** Who may read it; null or absent where the system does not say. */
  readonly mode?: number | null;
}

/** Where settings come from. */
export interface SettingSources {
  readonly environment: Readonly<Record<string, string>>;
  /** The settings file; null: none. What the environment sets, wins. */
  readonly file: SettingsSource | null;
  /** Relative paths start here. */
  readonly cwd: string;
  /** For the files that secrets come from; throws what it likes. Without it they are read from disk. */
  readFile?(path: string): string;
}

/** A hundred years: more would lead before the calendar with which times are computed. */
const longestLookbackDays = 36_500;

/**
 * All settings, validated. Throws one SettingsError with every mistake: the name, what was given (not
 * for secrets) and what is allowed.
 */
export function loadSettings(sources: SettingSources): Settings {
  const given = gather(sources);
  const { optional, required } = given;
  const folder = stateFolder(sources.environment);
  const pathOf = (name: SettingName) => {
    const path = optional(name, pathText);
    return path === null ? null : resolve(sources.cwd, path);
  };
  const quotaFile = pathOf("SEH_QUOTA_FILE") ??
    (folder && resolve(sources.cwd, folder, "quota.json"));
  if (quotaFile === null) {
    given.mistakes.push(
      "SEH_QUOTA_FILE is not set, and STATE_DIRECTORY, XDG_STATE_HOME and HOME name no folder for " +
        "it; allowed: the path of a file that seh may write",
    );
  }

  const settings: Settings = {
    apiKey: optional("SEH_API_KEY", secretText),
    apiAccountKey: optional("SEH_API_ACCOUNT_KEY", secretText),
    apiBaseUrl: required("SEH_API_BASE_URL", baseUrl),
    apiVersion: required("SEH_API_VERSION", oneOf("auto", "1", "2")),
    oauthClientId: optional("SEH_OAUTH_CLIENT_ID", anyText),
    oauthClientSecret: optional("SEH_OAUTH_CLIENT_SECRET", secretText),
    oauthAuthorizeUrl: required("SEH_OAUTH_AUTHORIZE_URL", safeUrl),
    oauthRedirectUri: required("SEH_OAUTH_REDIRECT_URI", safeUrl),
    tokenFile: pathOf("SEH_TOKEN_FILE") ??
      resolve(sources.cwd, folder ?? dirname(quotaFile ?? ""), "tokens.json"),
    apiTimeoutSeconds: required("SEH_API_TIMEOUT", seconds({ zero: false })),
    apiMaxConcurrent: required("SEH_API_MAX_CONCURRENT", wholeNumber(1)),
    apiDailyLimit: required("SEH_API_DAILY_LIMIT", wholeNumber(1)),
    apiMonthlyLimit: required("SEH_API_MONTHLY_LIMIT", wholeNumber(1)),
    apiMinuteLimit: required("SEH_API_MINUTE_LIMIT", wholeNumber(1)),
    apiBillingDay: required("SEH_API_BILLING_DAY", wholeNumber(1, 31)),
    databaseUrl: required("SEH_DATABASE_URL", databaseUrl),
    siteIds: optional("SEH_SITE_IDS", siteIdList),
    siteTimeZones: optional("SEH_SITE_TIME_ZONES", siteTimeZoneMap) ?? new Map(),
    energyLookbackDays: required("SEH_ENERGY_LOOKBACK_DAYS", wholeNumber(1, longestLookbackDays)),
    powerLookbackDays: required("SEH_POWER_LOOKBACK_DAYS", wholeNumber(1, longestLookbackDays)),
    syncOverlapMinutes: required("SEH_SYNC_OVERLAP_MINUTES", wholeNumber(0, 525_600)),
    maxRetries: required("SEH_MAX_RETRIES", wholeNumber(0, 100)),
    retryDelaySeconds: required("SEH_RETRY_DELAY", seconds({ zero: true })),
    errorHandling: required("SEH_ERROR_HANDLING", oneOf("lenient", "strict", "skip")),
    skipDataTypes: optional("SEH_SKIP_DATA_TYPES", dataTypeList) ?? [],
    spareQuota: required("SEH_SPARE_QUOTA", oneOf("spend", "keep")),
    logLevel: required("SEH_LOG_LEVEL", oneOf("DEBUG", "INFO", "WARNING", "ERROR")),
    logFile: pathOf("SEH_LOG_FILE"),
    logMaxBytes: required("SEH_LOG_MAX_BYTES", wholeNumber(1)),
    logBackupCount: required("SEH_LOG_BACKUP_COUNT", wholeNumber(0, 1000)),
    quotaFile: quotaFile ?? "",
    archiveDir: pathOf("SEH_ARCHIVE_DIR"),
    notes: given.notes,
  };
  given.mistakes.push(...sharedFiles(settings, sources.cwd));
  if (given.mistakes.length > 0) {
    const redact = redactor([...secretsOf(settings), ...given.secrets]);
    throw new SettingsError(given.mistakes.map(redact));
  }
  return settings;
}

/** The API key of those who talk to the API. Throws SettingsError that says how to get access. */
export function requireApiKey(settings: Settings): Secret {
  if (settings.apiKey) return settings.apiKey;
  throw new NoCredentials([
    "seh needs access to SolarEdge. Run: seh setup (it explains the sign-up step by step). Homeowners with a client " +
    "id and secret in .env run: seh login. Installers may set SEH_API_KEY to a key of SolarEdge's developer " +
    "console, or SEH_API_KEY_FILE to a file that holds it. To try without: seh demo",
  ]);
}

/** Files that two settings name: one would overwrite what the other needs. */
function sharedFiles(settings: Settings, cwd: string): string[] {
  const database = /^sqlite[^:]*:\/\/\/([^?#]+)/i.exec(settings.databaseUrl.reveal())?.[1];
  const files: readonly (readonly [SettingName, string | null])[] = [
    ["SEH_DATABASE_URL", database === undefined ? null : resolve(cwd, database)],
    ["SEH_QUOTA_FILE", settings.quotaFile || null],
    ["SEH_TOKEN_FILE", settings.tokenFile],
    ["SEH_LOG_FILE", settings.logFile],
  ];
  return files.flatMap(([name, path], at) => {
    const [other] = files.slice(0, at).find(([, one]) => path !== null && one === path) ?? [];
    return other ? [`${other} and ${name} name the same file; allowed: a file for each`] : [];
  });
}

/** Text that was given for a setting, and where: empty for the environment, else ` (FILE, line N)`. */
interface Given {
  readonly text: string;
  readonly where: string;
}

function gather(sources: SettingSources) {
  const { environment, file } = sources;
  const read = file
    ? readSettingsText(file.path, file.text)
    : { values: {}, lines: {} as Readonly<Record<string, number>>, mistakes: [] };
  const places = [
    { values: environment, whereOf: () => "" },
    {
      values: read.values,
      whereOf: (name: string) =>
        file ? ` (${file.path}${name in read.lines ? `, line ${read.lines[name]}` : ""})` : "",
    },
  ];
  const mistakes = [...read.mistakes];
  const unused = new Set<string>();
  for (const { values, whereOf } of places) {
    for (const name of Object.keys(values)) {
      const kind = kindOfName(name);
      if (kind === "unused") unused.add(name);
      if (kind === "unknown") {
        mistakes.push(`${name}${whereOf(name)} is no setting; the nearest is ${nearestName(name)}`);
      }
    }
  }

  /** An empty value counts as none: that is how forms and containers leave a setting out. */
  function find(fact: SettingFact): Given | null {
    for (const { values, whereOf } of places) {
      const text = values[fact.name]?.trim() || null;
      const path = fact.secret ? values[`${fact.name}_FILE`]?.trim() || null : null;
      if (text !== null && path !== null) {
        const where = whereOf(`${fact.name}_FILE`);
        mistakes.push(`${fact.name} and ${fact.name}_FILE${where} are both set; allowed: one`);
      }
      if (text !== null) return { text, where: whereOf(fact.name) };
      if (path !== null) {
        return readSecretFile(`${fact.name}_FILE`, path, whereOf(`${fact.name}_FILE`));
      }
    }
    return null;
  }

  function readSecretFile(name: string, path: string, where: string): Given | null {
    const wrong = (problem: string) => {
      mistakes.push(
        `${name}${where} is "${path}"; ${problem}; allowed: a file with the value alone`,
      );
      return null;
    };
    const readFile = sources.readFile ?? ((from) => textOf(Deno.readFileSync(from)));
    const named = pathText.read(path);
    if (named instanceof Explained) return wrong(named.problem);
    let text: string;
    try {
      text = readFile(resolve(sources.cwd, path));
    } catch (error) {
      return wrong(error instanceof Error ? error.message : String(error));
    }
    const value = text.replace(/^\uFEFF/, "").trim();
    return value ? { text: value, where: ` (${path})` } : wrong("the file is empty");
  }

  function valueOf<Value>(name: SettingName, reader: Reader<Value>): Value | null {
    const fact: SettingFact = settingFacts.find((one) => one.name === name)!;
    const given = find(fact);
    if (!given) return null;
    const value = around.test(given.text) ? quoted : reader.read(given.text);
    if (value !== undefined && !(value instanceof Explained)) return value;
    const shown = fact.secret ? "is not understood (not shown)" : `is "${shownText(given.text)}"`;
    const more = value instanceof Explained ? `; ${value.problem}` : "";
    mistakes.push(`${name}${given.where} ${shown}${more}; allowed: ${reader.allowed}`);
    return null;
  }

  const exposed = file && ((file.mode ?? 0) & 0o004) !== 0 ? secretsAmong(read.values).length : 0;
  return {
    mistakes,
    secrets: places.flatMap(({ values }) => secretsAmong(values)),
    notes: [
      ...unused.size === 0 ? [] : [
        `Settings of an older tool that seh does not use: ${[...unused].join(", ")}`,
      ],
      ...exposed === 0 ? [] : [
        `Everybody on this machine can read ${file!.path}, which holds a secret. Run: chmod 600 ${
          file!.path
        }`,
      ],
    ],
    /** The value, or null when none was given or a wrong one, which is noted. */
    optional: valueOf,
    /** The value, or the default. */
    required<Value>(name: SettingName, reader: Reader<Value>): Value {
      const fact: SettingFact = settingFacts.find((one) => one.name === name)!;
      return valueOf(name, reader) ?? reader.read(fact.default!) as Value;
    },
  };
}

/** Quotes that a container file or a shell has kept: no value begins or ends with one. */
const around = /^["'`“”„‘’‚«»]|["'`“”„‘’‚«»]$/;
const quoted = new Explained("there is a quote at its beginning or end; leave the quotes out");

/** A password within an address is not shown, nor what follows a question mark in one. */
function shownText(text: string): string {
  return text.replace(/\/\/.*@/gs, "//***@").replace(/(:\/\/[^?\s]*\?).*/s, "$1***");
}

/** The folder for quota and tokens; a service's own, the user's, null where neither is known. */
function stateFolder(environment: Readonly<Record<string, string>>): string | null {
  const ofService = environment.STATE_DIRECTORY?.split(":").find((one) => one.length > 0);
  if (ofService) return ofService;
  const ofUser = environment.XDG_STATE_HOME;
  if (ofUser?.startsWith("/")) return join(ofUser, "seh");
  const home = environment.HOME || environment.USERPROFILE;
  return home ? join(home, ".local", "state", "seh") : null;
}
