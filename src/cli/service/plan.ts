import type { Settings } from "../../settings/settings.ts";

/** What a service is made from; all paths absolute. */
export interface ServicePlan {
  /** How seh is started on this machine, without a command: a program and its arguments. */
  readonly program: readonly string[];
  readonly settingsFile: string;
  /** Relative paths in the settings begin here. */
  readonly folder: string;
  /** Where seh writes: database, state, log. */
  readonly writes: readonly string[];
  /** Of a system unit: as whom it runs. */
  readonly user: string;
  readonly home: string;
  readonly everySeconds: number;
  /** No run takes longer. */
  readonly limitMinutes: number;
}

/** The kinds of service that can be made. */
export const serviceKinds = ["systemd", "launchd", "windows", "cron"] as const;
export type ServiceKind = typeof serviceKinds[number];

/** A file of a service. */
export interface ServiceFile {
  readonly path: string;
  readonly text: string;
}

/** The words after the program: what the service does each time. */
export function syncWords({ program, settingsFile }: ServicePlan): readonly string[] {
  return [...program, "--config", settingsFile, "sync"];
}

/** Minutes that a run needs besides its requests, waits and retries included. */
const sparePatience = 40;

/**
 * The longest run that can be: all credits of a month, as many a minute as are allowed. The old API waits for no
 * minute and needs less.
 */
export function longestRunMinutes(
  { apiMonthlyLimit, apiMinuteLimit }: Pick<Settings, "apiMonthlyLimit" | "apiMinuteLimit">,
): number {
  return Math.ceil(apiMonthlyLimit / apiMinuteLimit) + sparePatience;
}
