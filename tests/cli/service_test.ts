import assert from "node:assert/strict";
import { join } from "node:path";
import { cronText, launchdFile, windowsTaskFile } from "../../src/cli/service/others.ts";
import { longestRunMinutes, type ServicePlan } from "../../src/cli/service/plan.ts";
import { programOf } from "../../src/cli/service/program.ts";
import { systemdFiles } from "../../src/cli/service/systemd.ts";
import { homeSite } from "../../src/simulator/scenarios.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import { runSeh } from "../support/run_seh.ts";

const plan: ServicePlan = {
  program: ["/usr/local/bin/seh"],
  settingsFile: "/home/sun/my solar/.env",
  folder: "/home/sun/my solar",
  writes: ["/home/sun/my solar", "/home/sun/.local/state/seh"],
  user: "sun",
  home: "/home/sun",
  everySeconds: 3600,
  limitMinutes: 240,
};

Deno.test("a unit's time limit fits the longest run that the minute's limit allows", () => {
  assert.equal(longestRunMinutes({ apiMonthlyLimit: 2000, apiMinuteLimit: 10 }), 240);
  assert.ok(longestRunMinutes({ apiMonthlyLimit: 30_000, apiMinuteLimit: 10 }) > 3000);
});

Deno.test("the service starts seh as it was started, with the same permissions", () => {
  assert.deepEqual(programOf("/opt/seh", "file:///x/main.ts", []), ["/opt/seh"]);
  const hosts = ["api.example:443", "db.example:5432"];
  const words = programOf("/usr/bin/deno", "file:///opt/seh/main.ts", hosts);
  assert.deepEqual(words.slice(0, 3), ["/usr/bin/deno", "run", "--quiet"]);
  assert.ok(words.includes("--allow-net=api.example:443,db.example:5432"));
  for (const one of ["--no-prompt", "--deny-ffi", "--deny-import"]) {
    assert.ok(words.includes(one), one);
  }
  assert.deepEqual(words.slice(-3), ["--config", "/opt/seh/deno.json", "/opt/seh/main.ts"]);
  assert.equal(programOf("/usr/bin/deno", "file:///opt/seh.js", []).at(-2), "--no-config");
});

Deno.test("a system unit runs as the user, after network and clock, and may write where seh writes", () => {
  const [unit, timer] = systemdFiles(plan, { system: true });
  assert.equal(unit.path, "/etc/systemd/system/seh.service");
  assert.match(unit.text, /^User=sun$/m);
  assert.match(unit.text, /^After=network-online\.target time-sync\.target$/m);
  assert.match(
    unit.text,
    /^ReadWritePaths="-\/home\/sun\/my solar" -\/home\/sun\/\.local\/state\/seh$/m,
  );
  assert.match(
    unit.text,
    /^ExecStart=\/usr\/local\/bin\/seh --config "\/home\/sun\/my solar\/\.env" sync$/m,
  );
  assert.match(unit.text, /^TimeoutStartSec=240min$/m);
  assert.match(timer.text, /^OnUnitInactiveSec=3600s$/m);
});

Deno.test("launchd and the Task Scheduler get words that nothing in a path can break", () => {
  const odd = {
    ...plan,
    folder: "/Users/sun/A & B <C>",
    settingsFile: "/Users/sun/A & B <C>/.env",
  };
  const { text } = launchdFile(odd, { system: false });
  assert.match(text, /<string>\/Users\/sun\/A &amp; B &lt;C&gt;\/\.env<\/string>/);
  assert.match(text, /<integer>3600<\/integer>/);
  const task = windowsTaskFile(odd, "2026-06-01T12:00:00").text;
  assert.match(
    task,
    /<Arguments>--config "\/Users\/sun\/A &amp; B &lt;C&gt;\/\.env" sync<\/Arguments>/,
  );
  assert.match(task, /<ExecutionTimeLimit>PT240M<\/ExecutionTimeLimit>/);
});

Deno.test("a percent sign and blanks reach the program through cron", () => {
  const text = cronText({ ...plan, folder: "/home/sun/100% sun", everySeconds: 7200 });
  assert.match(text, /^PATH=/);
  assert.match(text, /^7 \*\/2 \* \* \* cd '\/home\/sun\/100\\% sun' && /m);
});

/**
 * A folder with settings for a simulated server, and a `systemctl` on the PATH that notes what it is called
 * with.
 */
async function machine() {
  const cwd = await Deno.makeTempDir({ prefix: "seh-service-" });
  const server = await startSimulator({
    sites: [homeSite({ firstDay: "2026-05-30", installationDate: "2026-05-30" })],
    now: () => Temporal.Instant.from("2026-06-01T12:07:00Z"),
    allowance: { perMinute: 10_000 },
  });
  await Deno.writeTextFile(
    join(cwd, ".env"),
    `SEH_API_KEY=${server.fleetKey}\nSEH_API_VERSION=2\nSEH_API_BASE_URL=${server.url}\n` +
      `SEH_API_MINUTE_LIMIT=10000\n`,
    { mode: 0o600 },
  );
  const bin = join(cwd, "bin");
  await Deno.mkdir(bin);
  const script = `#!/bin/sh\necho "$@" >> ${cwd}/told\n`;
  await Deno.writeTextFile(join(bin, "systemctl"), script, { mode: 0o755 });
  const env = {
    HOME: cwd,
    DENO_DIR: Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`,
    PATH: `${bin}:${Deno.env.get("PATH")}`,
  };
  return {
    cwd,
    env,
    // Started as people start it: a unit is made from how it was started, and systemctl is found on the PATH.
    seh: (...args: string[]) => runSeh(args, { cwd, env, asProcess: true }),
    told: async () => (await Deno.readTextFile(join(cwd, "told"))).trim().split("\n"),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await Deno.remove(cwd, { recursive: true });
    },
  };
}

const onLinux = { ignore: Deno.build.os !== "linux" };

Deno.test({
  name: "install writes the units and starts the timer; status sees them; uninstall leaves nothing",
  ...onLinux,
  async fn() {
    await using one = await machine();
    const units = join(one.cwd, ".config", "systemd", "user");
    const installed = await one.seh("service", "install");
    assert.equal(installed.code, 0, installed.stderr);
    assert.match(installed.stderr, /seh now runs by itself/);
    assert.deepEqual(await one.told(), ["--user daemon-reload", "--user enable --now seh.timer"]);
    assert.match(await Deno.readTextFile(join(units, "seh.service")), /--config \S+\.env sync$/m);
    const there = await one.seh("service", "status");
    assert.deepEqual([there.code, /Installed: .*seh\.timer/.test(there.stdout)], [0, true]);
    const removed = await one.seh("service", "uninstall");
    assert.equal(removed.code, 0);
    assert.deepEqual([...Deno.readDirSync(units)], []);
    assert.equal((await one.seh("service", "status")).code, 1);
  },
});

for (
  const [database, host] of [
    ["postgresql://sun@db.example/sun", "db.example:5432"],
    ["mariadb://sun@[::1]:3307/sun", "[::1]:3307"],
    ["postgresql://sun@/sun?host=/run/postgresql", "unix:/run/postgresql/.s.PGSQL.5432"],
    ["sqlite:///./seh.db", null],
  ] as const
) {
  Deno.test({
    name: `the service may talk to SolarEdge and ${
      host ?? "no database server"
    }, and to nobody else`,
    ...onLinux,
    async fn() {
      await using one = await machine();
      const settings = await Deno.readTextFile(join(one.cwd, ".env"));
      await Deno.writeTextFile(join(one.cwd, ".env"), `${settings}SEH_DATABASE_URL=${database}\n`);
      const { code, stdout, stderr } = await one.seh("service", "install", "--print");
      assert.equal(code, 0, stderr);
      const api = new URL(/^SEH_API_BASE_URL=(.*)$/m.exec(settings)![1]).host;
      const net = /--allow-net=([^\s"]+)/.exec(stdout)?.[1];
      assert.equal(net, host ? `${api},${host}` : api);
      assert.match(stderr, /nobody else\. When you change these settings/);
      assert.match(
        stderr,
        /^Nothing was changed\. Without --print, seh writes these files and runs: /m,
      );
    },
  });
}

Deno.test({
  name: "a machine that cannot start the timer says what to run, and ends with 1",
  ...onLinux,
  async fn() {
    await using one = await machine();
    const script = "#!/bin/sh\necho 'Failed to connect to bus' >&2\nexit 1\n";
    await Deno.writeTextFile(join(one.cwd, "bin", "systemctl"), script);
    const { code, stderr } = await one.seh("service", "install");
    assert.equal(code, 1);
    assert.match(stderr, /Failed to connect to bus/);
    assert.match(stderr, /Run: systemctl --user daemon-reload && systemctl --user enable --now/);
  },
});

Deno.test("without a settings file, or with a key in the shell alone, install says what to do", async () => {
  await using one = await machine();
  await Deno.remove(join(one.cwd, ".env"));
  const none = await one.seh("service", "install");
  assert.equal(none.code, 2);
  assert.match(none.stderr, /reads its settings from a file, and there is none/);
  await Deno.writeTextFile(join(one.cwd, ".env"), "SEH_MAX_RETRIES=2\n");
  const shell = await runSeh(["service", "install"], {
    cwd: one.cwd,
    env: { ...one.env, SEH_API_KEY: "only-in-this-shell" },
  });
  assert.equal(shell.code, 2);
  assert.match(shell.stderr, /gives no access to SolarEdge/);
});

Deno.test({
  name: "the line for cron works with nothing but what cron has",
  ...onLinux,
  async fn() {
    await using one = await machine();
    const { code, stdout } = await one.seh("service", "install", "--for", "cron");
    assert.equal(code, 0);
    const [path, line] = stdout.trim().split("\n");
    const shell = line.split(" ").slice(5).join(" ").replaceAll("\\%", "%");
    const run = await new Deno.Command("/bin/sh", {
      args: ["-c", shell],
      clearEnv: true,
      cwd: "/",
      env: { HOME: one.cwd, DENO_DIR: one.env.DENO_DIR, PATH: path.replace("PATH=", "") },
    }).output();
    assert.equal(run.code, 0, await Deno.readTextFile(join(one.cwd, "seh.log")));
    assert.ok((await Deno.stat(join(one.cwd, "seh.db"))).size > 100_000);
  },
});

/** What `systemd-analyze` of this machine says; null where there is none. */
async function analyze(...args: string[]) {
  const command = new Deno.Command("systemd-analyze", {
    args,
    env: { XDG_RUNTIME_DIR: "/tmp" },
  });
  const { code, stdout, stderr } = await command.output();
  return { code, text: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}

const hasAnalyze = await analyze("--version").then(() => true, () => false);

Deno.test({
  name: "systemd finds no fault in the units, and exposes little of the machine to them",
  ignore: !hasAnalyze,
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "seh-units-" });
    try {
      const real = { ...plan, program: [Deno.execPath()], user: "root" };
      for (const system of [true, false]) {
        for (const { path, text } of systemdFiles(real, { system })) {
          await Deno.writeTextFile(join(folder, path.split("/").at(-1)!), text);
        }
        const files = [join(folder, "seh.service"), join(folder, "seh.timer")];
        const checked = await analyze("verify", ...system ? [] : ["--user"], ...files);
        assert.deepEqual([checked.code, checked.text.trim()], [0, ""], `system: ${system}`);
      }
      await Deno.writeTextFile(
        join(folder, "seh.service"),
        systemdFiles(real, { system: true })[0].text,
      );
      const { text } = await analyze("security", "--offline=yes", join(folder, "seh.service"));
      const score = Number(/exposure level for seh\.service: ([\d.]+)/.exec(text)?.[1]);
      assert.ok(score <= 2.0, `${score}`);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
