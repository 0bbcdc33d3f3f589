import type { Settings } from "./settings.ts";

/** One setting: an environment variable, or a line of the settings file. */
export interface SettingFact {
  readonly name: string;
  /** Where its value stands among the settings. */
  readonly field: keyof Settings;
  /** As it would be written; null: not set. */
  readonly default: string | null;
  readonly doc: string;
  /** Never printed, and may come from the file that `<name>_FILE` names. */
  readonly secret?: true;
}

/** Every setting, in the order of the documentation. */
export const settingFacts = [
  {
    name: "SEH_API_KEY",
    field: "apiKey",
    default: null,
    secret: true,
    doc: "key of the monitoring API, of a site or of an account",
  },
  {
    name: "SEH_API_ACCOUNT_KEY",
    field: "apiAccountKey",
    default: null,
    secret: true,
    doc: "second, legacy key of an account (second generation of the API)",
  },
  {
    name: "SEH_API_BASE_URL",
    field: "apiBaseUrl",
    default: "https://monitoringapi.solaredge.com",
    doc: "address of the API, without a generation such as /v2",
  },
  {
    name: "SEH_API_VERSION",
    field: "apiVersion",
    default: "auto",
    doc: "generation of the API: auto, 1 or 2",
  },
  {
    name: "SEH_OAUTH_CLIENT_ID",
    field: "oauthClientId",
    default: null,
    doc: "id of your registered application (second generation, homeowners)",
  },
  {
    name: "SEH_OAUTH_CLIENT_SECRET",
    field: "oauthClientSecret",
    default: null,
    secret: true,
    doc: "secret of your registered application",
  },
  {
    name: "SEH_OAUTH_AUTHORIZE_URL",
    field: "oauthAuthorizeUrl",
    default: "https://connect.solaredge.com/authorize",
    doc: "page on which a homeowner grants access",
  },
  {
    name: "SEH_OAUTH_REDIRECT_URI",
    field: "oauthRedirectUri",
    default: "http://127.0.0.1:8976/callback",
    doc: "address to which that page returns; the one you registered",
  },
  {
    name: "SEH_TOKEN_FILE",
    field: "tokenFile",
    default: null,
    doc: "file for the tokens of a login; otherwise tokens.json in the folder for state",
  },
  {
    name: "SEH_API_TIMEOUT",
    field: "apiTimeoutSeconds",
    default: "10",
    doc: "seconds that one request may take",
  },
  {
    name: "SEH_API_MAX_CONCURRENT",
    field: "apiMaxConcurrent",
    default: "3",
    doc: "requests in flight at once; the API allows 3",
  },
  {
    name: "SEH_API_DAILY_LIMIT",
    field: "apiDailyLimit",
    default: "300",
    doc: "requests in any 24 hours, for the account and for each site (first generation)",
  },
  {
    name: "SEH_API_MONTHLY_LIMIT",
    field: "apiMonthlyLimit",
    default: "2000",
    doc: "credits in a billing month (second generation)",
  },
  {
    name: "SEH_API_MINUTE_LIMIT",
    field: "apiMinuteLimit",
    default: "10",
    doc: "requests a minute (second generation)",
  },
  {
    name: "SEH_API_BILLING_DAY",
    field: "apiBillingDay",
    default: "1",
    doc: "day of the month on which the billing month begins (second generation)",
  },
  {
    name: "SEH_DATABASE_URL",
    field: "databaseUrl",
    default: "sqlite:///./seh.db",
    secret: true,
    doc: "your database; three slashes and a relative path, or four and an absolute one",
  },
  {
    name: "SEH_SITE_IDS",
    field: "siteIds",
    default: null,
    doc: "only these sites, separated by commas; otherwise all sites of the key",
  },
  {
    name: "SEH_SITE_TIME_ZONES",
    field: "siteTimeZones",
    default: null,
    doc:
      "time zones of sites for which SolarEdge names none or a wrong one: 1234567=Europe/Berlin,…",
  },
  {
    name: "SEH_ENERGY_LOOKBACK_DAYS",
    field: "energyLookbackDays",
    default: "365",
    doc: "days of energy that the first plain sync fetches",
  },
  {
    name: "SEH_POWER_LOOKBACK_DAYS",
    field: "powerLookbackDays",
    default: "7",
    doc: "days of power and telemetry that the first plain sync fetches",
  },
  {
    name: "SEH_SYNC_OVERLAP_MINUTES",
    field: "syncOverlapMinutes",
    default: "15",
    doc: "minutes before the newest data that are fetched again",
  },
  {
    name: "SEH_MAX_RETRIES",
    field: "maxRetries",
    default: "3",
    doc: "how often a request that failed is tried again; each try costs quota",
  },
  {
    name: "SEH_RETRY_DELAY",
    field: "retryDelaySeconds",
    default: "2",
    doc: "seconds before the first retry; they double with each",
  },
  {
    name: "SEH_ERROR_HANDLING",
    field: "errorHandling",
    default: "lenient",
    doc:
      "lenient: a failure leaves the rest alone; skip: the same without a line for each; strict: stop at the first",
  },
  {
    name: "SEH_SKIP_DATA_TYPES",
    field: "skipDataTypes",
    default: null,
    doc: "types of data that are not fetched, separated by commas",
  },
  {
    name: "SEH_SPARE_QUOTA",
    field: "spareQuota",
    default: "spend",
    doc:
      "spend: quota that the due requests leave buys fresher data, then history; keep: it stays unused",
  },
  {
    name: "SEH_LOG_LEVEL",
    field: "logLevel",
    default: "INFO",
    doc: "DEBUG, INFO, WARNING or ERROR",
  },
  {
    name: "SEH_LOG_FILE",
    field: "logFile",
    default: null,
    doc: "file for the log, a line of JSON each; otherwise lines for people on stderr",
  },
  {
    name: "SEH_LOG_MAX_BYTES",
    field: "logMaxBytes",
    default: "10485760",
    doc: "size at which the log file is put aside and a new one begun",
  },
  {
    name: "SEH_LOG_BACKUP_COUNT",
    field: "logBackupCount",
    default: "5",
    doc: "how many log files that were put aside are kept",
  },
  {
    name: "SEH_QUOTA_FILE",
    field: "quotaFile",
    default: null,
    doc: "file that counts the requests; otherwise quota.json in the folder for state",
  },
] as const satisfies readonly SettingFact[];

export type SettingName = typeof settingFacts[number]["name"];

/** Names that an older Python tool knew: accepted, not used; `*` stands for any ending. */
export const unusedNames: readonly string[] = [
  "SEH_POWER_DETAILS_LOOKBACK_DAYS",
  "SEH_POWER_TIME_UNIT",
  "SEH_SMTP_*",
  "SEH_NOTIFY_ON_ERROR",
  "SEH_NOTIFY_ON_SUCCESS",
];
