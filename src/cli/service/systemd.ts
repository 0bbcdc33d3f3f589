import { join } from "node:path";
import { type ServiceFile, type ServicePlan, syncWords } from "./plan.ts";

/** The folder of units. */
function unitFolder(home: string, { system }: { readonly system: boolean }): string {
  return system ? "/etc/systemd/system" : join(home, ".config", "systemd", "user");
}

/** A service and its timer: of the system, run as the user of the plan, or of the user's own manager. */
export function systemdFiles(
  plan: ServicePlan,
  { system }: { readonly system: boolean },
): readonly ServiceFile[] {
  const folder = unitFolder(plan.home, { system });
  return [
    { path: join(folder, "seh.service"), text: serviceText(plan, system) },
    { path: join(folder, "seh.timer"), text: timerText(plan) },
  ];
}

function serviceText(plan: ServicePlan, system: boolean): string {
  const order = system
    ? `# Not before the network is up and the clock is right (systemd-time-wait-sync.service waits for that).
Wants=network-online.target time-sync.target
After=network-online.target time-sync.target
`
    : "";
  const identity = system
    ? `User=${unitWord(plan.user)}
# The database, the tokens of a login and the count of requests are the user's own: both can renew them.
ReadWritePaths=${plan.writes.map((one) => unitWord(`-${one}`)).join(" ")}
ProtectSystem=strict
ProtectHome=read-only
${systemOnly}`
    : `# A machine whose clock is not set yet waits for the next time.
ExecCondition=/bin/sh -c 'test ! -d /run/systemd/timesync || test -e /run/systemd/timesync/synchronized'
`;
  return `# Fetches what is new once; seh.timer starts it. Made by \`seh service install\`.

[Unit]
Description=SolarEdge Harvest: fetch what is new
${order}
[Service]
Type=oneshot
ExecStart=${syncWords(plan).map(execWord).join(" ")}
WorkingDirectory=${pathValue(plan.folder)}
# 75: something waits for the quota or for another sync; the next run takes it up.
SuccessExitStatus=75
# All credits of a month, as many a minute as are allowed, and some patience.
TimeoutStartSec=${plan.limitMinutes}min
# Interrupted, seh saves what it has and ends by itself.
KillSignal=SIGTERM
TimeoutStopSec=30
${identity}${everywhere}`;
}

/** What a manager can enforce for a user without privileges too. */
const everywhere = `NoNewPrivileges=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictNamespaces=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged
SystemCallErrorNumber=EPERM
UMask=0077
# No MemoryDenyWriteExecute: the JavaScript engine compiles code while it runs.
`;

const systemOnly = `CapabilityBoundingSet=
AmbientCapabilities=
PrivateTmp=yes
PrivateDevices=yes
PrivateUsers=yes
DevicePolicy=closed
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
ProtectProc=invisible
RemoveIPC=yes
`;

function timerText({ everySeconds }: ServicePlan): string {
  return `# Two minutes after the start, then again and again. seh asks only for what is due: any rhythm is safe.

[Unit]
Description=SolarEdge Harvest, again and again

[Timer]
OnStartupSec=2min
OnUnitInactiveSec=${everySeconds}s
RandomizedDelaySec=${Math.min(300, Math.floor(everySeconds / 6))}s

[Install]
WantedBy=timers.target
`;
}

/** A word of ExecStart: specifiers and variables are escaped, blanks are quoted. */
function execWord(word: string): string {
  return unitWord(word.replaceAll("$", "$$$$"));
}

function unitWord(word: string): string {
  const escaped = word.replaceAll("%", "%%");
  if (/^[\w@%+=:,.\/$-]+$/.test(escaped)) return escaped;
  return `"${escaped.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/** A path that takes the whole line: no quotes are known there. */
function pathValue(path: string): string {
  return path.replaceAll("%", "%%");
}
