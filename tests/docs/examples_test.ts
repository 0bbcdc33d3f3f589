// Not in test:fast: the first hours of a user, as the README and the tour show them.
import assert from "node:assert/strict";
import { samples, withSamples } from "../../docs/samples.ts";
import { tour } from "../../docs/tour.ts";
import { firstSync, fleetSteps, signUpSteps } from "../../src/cli/guide.ts";
import { homeSite } from "../../src/simulator/scenarios.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import { firstHour } from "../support/first_hour.ts";
import { runSeh } from "../support/run_seh.ts";

/** Removed with all that the program left in it. */
async function throwAwayFolder() {
  const path = await Deno.makeTempDir({ prefix: "seh-test-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

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
  assert.match(await seh("sync"), /^Nothing new yet\. Power is up to date to \d\d:\d\d;/m);
  await seh("sync", "--full");
  assert.match(await seh("sync", "--dry-run", "--full", "--site", id), /Nothing to ask/);
  assert.doesNotMatch(await seh("gaps"), /not fetched/);
  await seh("repair");
  await seh("revisions", "--since", "2026-05-20");
  assert.match(await seh("status", "--site", id), /Here: everything since 2026-05-01\./);
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

Deno.test("the outputs in the README are what the program says (else: deno task samples)", async () => {
  const readme = Deno.readTextFileSync(new URL("../../README.md", import.meta.url));
  assert.equal(readme, withSamples(readme, await samples()));
});

Deno.test("docs/tour.md shows the first hour as it is (else: deno task samples)", async () => {
  const page = Deno.readTextFileSync(new URL("../../docs/tour.md", import.meta.url));
  assert.equal(page, await tour());
});

Deno.test("the README explains the sign-up as seh setup does, and the cost of the first sync is true", async () => {
  const plain = (text: string) => text.replaceAll(/\s+/g, " ");
  const readme = plain(Deno.readTextFileSync(new URL("../../README.md", import.meta.url)));
  const steps = [...signUpSteps("http://localhost:8976/callback"), ...fleetSteps];
  assert.deepEqual(steps.filter((one) => !readme.includes(plain(one))), []);
  assert.ok(readme.includes(`about ${firstSync.credits} of the 2,000 credits a month`));
  assert.ok(readme.includes(`| first sync | ${firstSync.credits}:`));

  await using home = await firstHour(null);
  await Deno.writeTextFile(
    `${home.cwd}/.env`,
    `SEH_API_KEY=${home.fleetKey}\nSEH_API_VERSION=2\n`,
    { mode: 0o600 },
  );
  const start = home.now();
  assert.equal((await home.seh(["sync"])).code, 0);
  assert.equal(home.server.credits(), firstSync.credits);
  const minutes = start.until(home.now()).total("minutes");
  assert.ok(minutes > firstSync.minutes - 1.5 && minutes <= firstSync.minutes, String(minutes));
});
