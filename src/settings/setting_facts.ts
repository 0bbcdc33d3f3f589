import type { Settings } from "./settings.ts";

/** One setting: an environment variable, or a line of the settings file. */
export interface SettingFact {
  readonly name: string;
  /** Where its value stands among the settings. */
  readonly field: keyof Settings;
  /** As it would be written; null: not set. */
  readonly default: string | null;
  /** A sentence or two without capital and full stop: what it does, and what may be given. */
  readonly doc: string;
  /** On the first setting of a section of the documentation: what the section is about. */
  readonly section?: string;
  /** Never printed, and may come from the file that `<name>_FILE` names. */
  readonly secret?: true;
}

/** Every setting, in the order of the documentation. */
export const settingFacts = [
  {
    name: "SEH_OAUTH_CLIENT_ID",
    field: "oauthClientId",
    default: null,
    section:
      "Homeowners: seh setup writes these two and logs in. By hand: set both, then run seh login.",
    doc: "id of your application in SolarEdge's developer console",
  },
  {
    name: "SEH_OAUTH_CLIENT_SECRET",
    field: "oauthClientSecret",
    default: null,
    secret: true,
    doc: "secret of your application",
  },
  {
    name: "SEH_API_KEY",
    field: "apiKey",
    default: null,
    secret: true,
    section: "Installers and owners of several sites: seh setup writes this one instead.",
    doc:
      "key of an application in SolarEdge's developer console, or of the old API while it answers",
  },
  {
    name: "SEH_API_ACCOUNT_KEY",
    field: "apiAccountKey",
    default: null,
    secret: true,
    doc: "second key of an account, where SolarEdge gave you two",
  },
  {
    name: "SEH_DATABASE_URL",
    field: "databaseUrl",
    default: "sqlite:///./seh.db",
    secret: true,
    section: "Your data.",
    doc:
      "your database: sqlite:/// and a relative path, sqlite://// and an absolute one, or the address of a PostgreSQL or MariaDB server",
  },
  {
    name: "SEH_SITE_IDS",
    field: "siteIds",
    default: null,
    doc: "only these sites, separated by commas; otherwise all that you may read",
  },
  {
    name: "SEH_SITE_TIME_ZONES",
    field: "siteTimeZones",
    default: null,
    doc:
      "time zones of sites for which SolarEdge names none or a wrong one: 1234567=Europe/Berlin,…",
  },
  {
    name: "SEH_SKIP_DATA_TYPES",
    field: "skipDataTypes",
    default: null,
    doc: "types of data that are not fetched, separated by commas",
  },
  {
    name: "SEH_ENERGY_LOOKBACK_DAYS",
    field: "energyLookbackDays",
    default: "365",
    doc: "days of energy that the first plain sync fetches, from 1 to 36500",
  },
  {
    name: "SEH_POWER_LOOKBACK_DAYS",
    field: "powerLookbackDays",
    default: "7",
    doc: "days of power and telemetry that the first plain sync fetches, from 1 to 36500",
  },
  {
    name: "SEH_SYNC_OVERLAP_MINUTES",
    field: "syncOverlapMinutes",
    default: "15",
    doc:
      "taken over from older settings files, from 0 to 525600, and not needed: each request reaches back as far as costs nothing",
  },
  {
    name: "SEH_ERROR_HANDLING",
    field: "errorHandling",
    default: "lenient",
    doc:
      "what a failure does. lenient: the rest goes on; skip: the same without a line for each failure; strict: the sync stops at the first",
  },
  {
    name: "SEH_SPARE_QUOTA",
    field: "spareQuota",
    default: "spend",
    doc:
      "what happens to credits that are not needed. spend: they buy fresher data, then older data; keep: they stay unused",
  },
  {
    name: "SEH_API_MONTHLY_LIMIT",
    field: "apiMonthlyLimit",
    default: "2000",
    section: "What your plan at SolarEdge allows.",
    doc: "credits in a billing month (SolarEdge's API), a positive whole number",
  },
  {
    name: "SEH_API_BILLING_DAY",
    field: "apiBillingDay",
    default: "1",
    doc: "day of the month on which the billing month begins, from 1 to 31",
  },
  {
    name: "SEH_API_MINUTE_LIMIT",
    field: "apiMinuteLimit",
    default: "10",
    doc: "requests in a minute (SolarEdge's API), a positive whole number",
  },
  {
    name: "SEH_API_DAILY_LIMIT",
    field: "apiDailyLimit",
    default: "300",
    doc:
      "requests in any 24 hours, for the account and for each site (the old API), a positive whole number",
  },
  {
    name: "SEH_API_MAX_CONCURRENT",
    field: "apiMaxConcurrent",
    default: "3",
    doc: "requests in flight at once, a positive whole number",
  },
  {
    name: "SEH_API_TIMEOUT",
    field: "apiTimeoutSeconds",
    default: "10",
    section: "How SolarEdge is asked.",
    doc: "seconds that one request may take, fractions too, above 0 and up to 86400",
  },
  {
    name: "SEH_MAX_RETRIES",
    field: "maxRetries",
    default: "3",
    doc: "how often a request that failed is tried again, from 0 to 100; each try costs a credit",
  },
  {
    name: "SEH_RETRY_DELAY",
    field: "retryDelaySeconds",
    default: "2",
    doc: "seconds before the first retry, fractions too, from 0 to 86400; they double with each",
  },
  {
    name: "SEH_API_VERSION",
    field: "apiVersion",
    default: "auto",
    doc: "1 is the old API, 2 the one of today; auto finds out",
  },
  {
    name: "SEH_API_BASE_URL",
    field: "apiBaseUrl",
    default: "https://monitoringapi.solaredge.com",
    doc: "address of the API, https, without /v2 at its end",
  },
  {
    name: "SEH_OAUTH_AUTHORIZE_URL",
    field: "oauthAuthorizeUrl",
    default: "https://connect.solaredge.com/authorize",
    doc: "page on which a homeowner allows access",
  },
  {
    name: "SEH_OAUTH_REDIRECT_URI",
    field: "oauthRedirectUri",
    default: "http://localhost:8976/callback",
    doc: "address to which that page returns: the one that you registered for your application",
  },
  {
    name: "SEH_LOG_LEVEL",
    field: "logLevel",
    default: "INFO",
    section: "Log and files of seh.",
    doc: "how much is logged: DEBUG, INFO, WARNING or ERROR",
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
    doc: "size at which the log file is put aside and a new one begun, a positive whole number",
  },
  {
    name: "SEH_LOG_BACKUP_COUNT",
    field: "logBackupCount",
    default: "5",
    doc: "how many log files that were put aside are kept, from 0 to 1000",
  },
  {
    name: "SEH_QUOTA_FILE",
    field: "quotaFile",
    default: null,
    doc: "file that counts the requests; otherwise quota.json in the folder for state",
  },
  {
    name: "SEH_TOKEN_FILE",
    field: "tokenFile",
    default: null,
    doc: "file for the tokens of a login; otherwise tokens.json in the folder for state",
  },
  {
    name: "SEH_ARCHIVE_DIR",
    field: "archiveDir",
    default: null,
    doc:
      "folder in which every answer of SolarEdge is kept, packed, without credentials; otherwise none is kept",
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
