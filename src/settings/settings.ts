import type { DataType } from "../model/data_type.ts";
import type { Secret } from "../model/secret.ts";

/** All settings, validated. Durations in the unit of their names. */
export interface Settings {
  readonly apiKey: Secret | null;
  readonly apiAccountKey: Secret | null;
  readonly apiBaseUrl: URL;
  readonly apiVersion: "auto" | "1" | "2";
  readonly oauthClientId: string | null;
  readonly oauthClientSecret: Secret | null;
  readonly oauthAuthorizeUrl: URL;
  readonly oauthRedirectUri: URL;
  readonly tokenFile: string;
  readonly apiTimeoutSeconds: number;
  readonly apiMaxConcurrent: number;
  readonly apiDailyLimit: number;
  readonly apiMonthlyLimit: number;
  readonly apiMinuteLimit: number;
  readonly apiBillingDay: number;
  readonly databaseUrl: Secret;
  /** Null: all sites of the credentials. */
  readonly siteIds: readonly number[] | null;
  /** Zones of sites for which the server names none, or a wrong one. */
  readonly siteTimeZones: ReadonlyMap<number, string>;
  readonly energyLookbackDays: number;
  readonly powerLookbackDays: number;
  readonly syncOverlapMinutes: number;
  readonly maxRetries: number;
  readonly retryDelaySeconds: number;
  readonly errorHandling: "lenient" | "strict" | "skip";
  readonly skipDataTypes: readonly DataType[];
  readonly spareQuota: "spend" | "keep";
  readonly logLevel: "DEBUG" | "INFO" | "WARNING" | "ERROR";
  readonly logFile: string | null;
  readonly logMaxBytes: number;
  readonly logBackupCount: number;
  readonly quotaFile: string;
  /** Null: answers are not kept. */
  readonly archiveDir: string | null;
  /** Notes for the user: names of the Python tool that are accepted and not used. */
  readonly notes: readonly string[];
}

/** All mistakes in the settings at once; exit code 2. */
export class SettingsError extends Error {
  override readonly name: string = "SettingsError";
  constructor(readonly mistakes: readonly string[]) {
    super(mistakes.join("\n"));
  }
}

/** Nothing is wrong, but there is nothing to ask SolarEdge with; exit code 2. */
export class NoCredentials extends SettingsError {
  override readonly name = "NoCredentials";
}
