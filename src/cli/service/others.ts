import { join } from "node:path";
import { type ServiceFile, type ServicePlan, syncWords } from "./plan.ts";

/** The name under which launchd knows the service. */
export const launchdLabel = "local.seh.sync";

/** The property list of macOS: of the user's session, or of the system, run as the user of the plan. */
export function launchdFile(
  plan: ServicePlan,
  { system }: { readonly system: boolean },
): ServiceFile {
  const folder = system ? "/Library/LaunchDaemons" : join(plan.home, "Library", "LaunchAgents");
  const log = escaped(join(plan.folder, "seh.log"));
  const words = syncWords(plan).map((one) => `    <string>${escaped(one)}</string>`).join("\n");
  const user = system ? `  <key>UserName</key>\n  <string>${escaped(plan.user)}</string>\n` : "";
  return {
    path: join(folder, `${launchdLabel}.plist`),
    text: `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${launchdLabel}</string>
  <key>ProgramArguments</key>
  <array>
${words}
  </array>
  <key>WorkingDirectory</key>
  <string>${escaped(plan.folder)}</string>
${user}  <key>StartInterval</key>
  <integer>${plan.everySeconds}</integer>
  <key>RunAtLoad</key>
  <true/>
  <key>ProcessType</key>
  <string>Background</string>
  <key>StandardErrorPath</key>
  <string>${log}</string>
</dict>
</plist>
`,
  };
}

/** The name of the task in Windows' Task Scheduler. */
export const taskName = "SolarEdge Harvest";

/** The task of Windows' Task Scheduler, run as the user who makes it, while logged in. */
export function windowsTaskFile(plan: ServicePlan, startAt: string): ServiceFile {
  const [command, ...words] = syncWords(plan);
  return {
    path: join(plan.folder, "seh-task.xml"),
    text: `<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>SolarEdge Harvest: fetch what is new</Description>
  </RegistrationInfo>
  <Triggers>
    <TimeTrigger>
      <Repetition>
        <Interval>PT${Math.max(1, Math.round(plan.everySeconds / 60))}M</Interval>
      </Repetition>
      <StartBoundary>${startAt}</StartBoundary>
      <RandomDelay>PT5M</RandomDelay>
    </TimeTrigger>
  </Triggers>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <RunOnlyIfNetworkAvailable>true</RunOnlyIfNetworkAvailable>
    <ExecutionTimeLimit>PT${plan.limitMinutes}M</ExecutionTimeLimit>
  </Settings>
  <Actions>
    <Exec>
      <Command>${escaped(command)}</Command>
      <Arguments>${escaped(words.map(windowsWord).join(" "))}</Arguments>
      <WorkingDirectory>${escaped(plan.folder)}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
`,
  };
}

/** Lines for `crontab -e`: cron knows neither the PATH of a login nor its folder. */
export function cronText(plan: ServicePlan): string {
  const minutes = Math.max(1, Math.round(plan.everySeconds / 60));
  const when = minutes < 60
    ? `*/${minutes} * * * *`
    : minutes < 1440
    ? `7 ${minutes < 120 ? "*" : `*/${Math.round(minutes / 60)}`} * * *`
    : "7 5 * * *";
  const words = [...plan.program, "--quiet", ...syncWords(plan).slice(plan.program.length)];
  const shell = `cd ${shellWord(plan.folder)} && ${words.map(shellWord).join(" ")} 2>> seh.log`;
  // To cron a percent sign ends the line.
  return `PATH=/usr/local/bin:/usr/bin:/bin\n${when} ${shell.replaceAll("%", "\\%")}\n`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function windowsWord(word: string): string {
  return /[\s"]/.test(word) ? `"${word.replaceAll('"', '\\"')}"` : word;
}

function shellWord(word: string): string {
  return /^[\w@%+=:,.\/-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
