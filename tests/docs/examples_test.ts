import assert from "node:assert/strict";
import { homeSite } from "../../src/simulator/scenarios.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import { runSeh } from "../support/run_seh.ts";

/** Removed with all that the program left in it. */
async function throwAwayFolder() {
  const path = await Deno.makeTempDir({ prefix: "seh-test-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

Deno.test("the demo ends well, with a status table and the next step", async () => {
  await using folder = await throwAwayFolder();
  const { code, stdout, stderr } = await runSeh(["demo"], {
    cwd: folder.path,
    env: { TMPDIR: folder.path },
  });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /data type +last sync +newest data +rows/);
  assert.match(stdout, /Next, with your own sites:/);
});

Deno.test("the commands of the README work in the order in which it shows them", async () => {
  await using folder = await throwAwayFolder();
  const now = Temporal.Instant.from("2026-06-01T12:07:00Z");
  const site = homeSite({ firstDay: "2026-05-01" });
  await using server = await startSimulator({ sites: [site], now: () => now });
  const id = String(site.siteId);
  await Deno.writeTextFile(
    `${folder.path}/.env`,
    `SEH_API_KEY=${server.apiKey}\nSEH_API_BASE_URL=${server.url}\n`,
  );
  const seh = async (...args: string[]) => {
    const { code, stdout, stderr } = await runSeh(args, { cwd: folder.path, at: now });
    assert.equal(code, 0, `seh ${args.join(" ")}: ${stderr}`);
    assert.ok(!`${stdout}${stderr}`.includes(server.apiKey), `seh ${args.join(" ")} shows the key`);
    return stdout;
  };

  assert.match(await seh("check-api"), new RegExp(`${id} +${site.name}`));
  await seh("sync");
  assert.match(await seh("sync"), /^Nothing new yet\. Power is up to date to \d\d:\d\d\.$/m);
  await seh("sync", "--full");
  assert.match(await seh("sync", "--dry-run", "--full", "--site", id), /Nothing to ask/);
  assert.doesNotMatch(await seh("gaps"), /not fetched/);
  await seh("repair");
  await seh("revisions", "--since", "2026-05-20");
  assert.match(await seh("status", "--site", id), /power +.* 100% +0/);
  await seh("status", "--max-age", "2h");
  assert.match(await seh("status", "--diagnostics"), /SEH_API_KEY +\*\*\*/);
  const csv = await seh(
    "export",
    "energy",
    "--site",
    id,
    "--start",
    "2026-05-20",
    "--end",
    "2026-05-22",
    "-o",
    "-",
  );
  assert.equal(csv.trimEnd().split("\n").length, 1 + 3);
  assert.equal(JSON.parse(await seh("export", "--format", "json")).sites[0].name, site.name);
  await seh("export", "-o", "everything/");
  assert.ok(Deno.statSync(`${folder.path}/everything/power.csv`).size > 10_000);
});
