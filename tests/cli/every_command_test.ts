// Not in test:fast: a process for each command.
// Also on the bundle: each command finds there what it loads when it runs.
import assert from "node:assert/strict";
import { commands } from "../../src/cli/commands.ts";
import { homeSite } from "../../src/simulator/scenarios.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import { kinds } from "../support/on_each_database.ts";
import { runSeh } from "../support/run_seh.ts";

/** A command of a user, what it prints, and what it ends with; 0 unless given. */
type Step = readonly [command: string, says: RegExp, code?: number];

const steps: readonly Step[] = [
  ["setup", /^Homeowners$/m],
  ["login", /Set SEH_OAUTH_CLIENT_ID/, 2],
  ["logout", /No login is in/],
  ["init-db", /the tables are made/],
  ["check-api", /^1234567 +Example Home/m],
  ["sync --full", /^[\d,]+ new rows/m],
  ["status", /Everything up to date/],
  ["gaps", /Nothing else is missing/],
  ["repair", /nothing is missing/],
  ["revisions", /no value after it was fetched/],
  ["check", /No contradiction found/],
  ["export power -o power.csv", /rows written to power\.csv/],
  ["export power -f json -o -", /"power_w":/],
  ["export all -f xlsx -o all.xlsx", /rows written to all\.xlsx/],
  ["export power -f parquet -o power.parquet", /rows written to power\.parquet/],
  ["export -f prometheus -o -", /^seh_site_info\{/m],
  ["import power.csv", /power_readings +0 +0 +264/],
  ["tariff show", /No prices yet/],
  ["report", /^report\.html$/m],
  ["chart", /Production [\d.]+ kWh/],
  ["sql select(1)", /^1$/m],
  ["copy --to sqlite:///./copy.db", /copy\.db is equal to/],
  ["backup backup.db", /copied to backup\.db .* and checked/],
  ["reparse --all", /answers read: 0 new rows/],
  ["demo", /this month +[\d,.]+ kWh.*Next, with your own sites:/s],
  ["doctor --offline", /A key is set/],
  ["service status", /Run: seh service install/, 1],
  ["completions bash", /^# bash completion for seh$/m],
  ["help sync", /--dry-run/],
];

/** A home whose server is asked, and the program as a process in a folder of its own. */
async function place(more: Readonly<Record<string, string>> = {}) {
  const now = Temporal.Instant.from("2026-06-20T16:07:00Z");
  const server = await startSimulator({
    sites: [homeSite({ firstDay: "2026-06-18", installationDate: "2026-06-18" })],
    now: () => now,
    allowance: { perMinute: 10_000 },
  });
  const cwd = await Deno.makeTempDir({ prefix: "seh-every-command-" });
  const env = {
    SEH_API_BASE_URL: server.url,
    SEH_API_KEY: server.fleetKey,
    SEH_API_VERSION: "2",
    TMPDIR: cwd,
    ...more,
  };
  return {
    seh: (args: readonly string[]) => runSeh(args, { cwd, asProcess: true, at: now, env }),
    async [Symbol.asyncDispose]() {
      await server.close();
      await Deno.remove(cwd, { recursive: true });
    },
  };
}

Deno.test("every command runs as a process, with the permissions that users give it", async (t) => {
  await using home = await place({ SEH_ARCHIVE_DIR: "answers" });
  for (const [command, says, wanted = 0] of steps) {
    await t.step(`seh ${command}`, async () => {
      const { code, stdout, stderr } = await home.seh(command.split(" "));
      assert.equal(code, wanted, stderr);
      assert.match(stdout + stderr, says);
    });
  }
  const names = [...commands.map((one) => one.name), "help"];
  const tried = steps.map(([command]) => command.split(" ")[0]);
  assert.deepEqual(names.filter((one) => !tried.includes(one)), [], "each needs a step above");
});

for (const kind of kinds.filter((one) => one.name !== "postgres partitioned by month")) {
  Deno.test(`${kind.name}: a process syncs, shows and exports`, {
    ignore: kind.fresh === null,
  }, async () => {
    await using there = await kind.fresh!();
    await using home = await place({ SEH_DATABASE_URL: there.url });
    for (
      const [command, says] of [
        ["sync", /^[\d,]+ new rows/m],
        ["status", /Everything up to date/],
        ["export energy -o -", /^site_id,/],
      ] as const
    ) {
      const { code, stdout, stderr } = await home.seh(command.split(" "));
      assert.equal(code, 0, stderr);
      assert.match(stdout, says);
    }
  });
}
