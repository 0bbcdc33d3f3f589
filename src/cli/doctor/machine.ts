import { dirname } from "node:path";
import { statfs } from "node:fs/promises";
import type { Settings } from "../../settings/settings.ts";
import { durationText, sizeText } from "../terminal/human.ts";
import { about, type Finding } from "./finding.ts";

const clock = about("clock");

/** A difference that requests and headers explain by themselves. */
const smallSeconds = 90;
const largeSeconds = 600;

/** The clock of this machine against that of the server, and against the newest value that is stored. */
export function examineClock(
  now: Temporal.Instant,
  serverDate: string | null,
  newestStored: Temporal.Instant | null,
): Finding {
  const cure = "Set the clock, best by network time (on Linux: timedatectl set-ntp true).";
  const server = serverDate === null ? Number.NaN : Date.parse(serverDate);
  if (Number.isFinite(server)) {
    const seconds = (now.epochMilliseconds - server) / 1000;
    const off = Math.abs(seconds);
    if (off <= smallSeconds) return clock.ok("The clock is that of SolarEdge's server.");
    const side = seconds > 0 ? "ahead of" : "behind";
    const text = `The clock is ${durationText(off)} ${side} SolarEdge's server.`;
    return off > largeSeconds ? clock.wrong(text, cure) : clock.warning(text, cure);
  }
  const behind = newestStored ? (newestStored.epochMilliseconds - now.epochMilliseconds) / 1000 : 0;
  // Sites may report the end of a bucket that is not over yet.
  if (behind > 3600) {
    return clock.wrong(
      `The clock is ${durationText(behind)} behind the newest stored value.`,
      cure,
    );
  }
  return clock.ok(
    `The clock says ${now.toString({ smallestUnit: "minute" })}; no server was asked.`,
  );
}

const disk = about("disk");
const fullBytes = 100e6;
const shortBytes = 1e9;

/** Whether there is room for the database and the files of state. */
export async function examineDisk(folders: readonly string[]): Promise<Finding[]> {
  if (Deno.permissions.querySync({ name: "sys", kind: "statfs" }).state !== "granted") {
    return [disk.ok("Free space is not known: seh was started without --allow-sys=statfs.")];
  }
  const findings: Finding[] = [];
  for (const folder of new Set(folders)) {
    try {
      const { bavail, bsize } = await statfs(folder);
      const free = Number(bavail) * Number(bsize);
      const text = `${sizeText(free)} are free in ${folder}.`;
      const cure = "Make room, or move the database: SEH_DATABASE_URL.";
      findings.push(
        free < fullBytes
          ? disk.wrong(text, cure)
          : free < shortBytes
          ? disk.warning(text, cure)
          : disk.ok(text),
      );
    } catch {
      // A folder that is not there yet has no space of its own.
    }
  }
  return findings;
}

const files = about("files");

/** Whether others can read what is secret or write what seh trusts; each such file has a finding of its own. */
export async function examineFiles(
  settings: Settings,
  settingsFile: string | null,
  databaseFile: string | null,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const secret = [...settingsFile ? [settingsFile] : [], settings.tokenFile];
  for (const path of secret) {
    if (((await modeOf(path)) & 0o077) !== 0) {
      findings.push(files.warning(`Others can read ${path}.`, `Run: chmod 600 ${path}`));
    }
  }
  const trusted = [
    settings.quotaFile,
    dirname(settings.quotaFile),
    ...databaseFile ? [databaseFile] : [],
  ];
  for (const path of trusted) {
    const mode = await modeOf(path);
    // A folder such as /tmp lets everybody add files, but not replace those of others.
    if ((mode & 0o022) !== 0 && (mode & 0o1000) === 0) {
      findings.push(files.warning(`Others can change ${path}.`, `Run: chmod go-w ${path}`));
    }
  }
  if (settings.logFile !== null) {
    findings.push(...await writable(dirname(settings.logFile), "SEH_LOG_FILE"));
  }
  findings.push(...await writable(dirname(settings.quotaFile), "SEH_QUOTA_FILE"));
  return findings.length > 0 ? findings : [files.ok("Secrets are readable by you alone.")];
}

/** A folder must take new files, or must be possible to make. */
async function writable(folder: string, setting: string): Promise<Finding[]> {
  try {
    const { isDirectory } = await Deno.stat(folder);
    if (!isDirectory) return [files.wrong(`${folder} is no folder.`, `Change ${setting}.`)];
    const probe = await Deno.makeTempFile({ dir: folder, prefix: ".seh-doctor-" });
    await Deno.remove(probe);
    return [];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    return [
      files.wrong(
        `seh cannot write to ${folder}.`,
        `Change its owner or permissions, or ${setting}.`,
      ),
    ];
  }
}

/** The bits of permission; 0 where there is no such file or no such bits. */
async function modeOf(path: string): Promise<number> {
  try {
    return (await Deno.stat(path)).mode ?? 0;
  } catch {
    return 0;
  }
}
