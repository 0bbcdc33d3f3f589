// Not in test:fast: a fleet for each test.
import assert from "node:assert/strict";
import { businessSite, homeSite } from "../../src/simulator/scenarios.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import { type FreshDatabase } from "../support/fresh_file.ts";
import { onOneDatabase } from "../support/on_each_database.ts";
import { runSeh } from "../support/run_seh.ts";

const now = Temporal.Instant.from("2026-06-01T12:07:00Z");
const since = { firstDay: "2026-05-28", installationDate: "2026-05-28" };

/** A harvest of a home and a business in a folder where seh can be run. */
async function withHarvest(
  place: FreshDatabase,
  work: (seh: (...args: string[]) => ReturnType<typeof runSeh>, folder: string) => Promise<void>,
  version: "1" | "2" = "1",
): Promise<void> {
  const cwd = await Deno.makeTempDir({ prefix: "seh-test-" });
  try {
    await using server = await startSimulator({
      sites: [homeSite(since), businessSite(since)],
      now: () => now,
      allowance: { perMinute: 1000 },
    });
    const env = {
      SEH_API_KEY: version === "1" ? server.apiKey : server.fleetKey,
      SEH_API_BASE_URL: server.url,
      SEH_API_VERSION: version,
      SEH_API_MINUTE_LIMIT: "1000",
      SEH_DATABASE_URL: place.url,
    };
    const seh = (...args: string[]) => runSeh(args, { cwd, env, at: now });
    const { code, stderr } = await seh("sync", "--full", "--quiet");
    assert.equal(code, 0, stderr);
    await work(seh, cwd);
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
}

onOneDatabase(
  "a report shows the sites, ranked, with the energy that the views tell",
  async (fresh) => {
    await using place = await fresh();
    await withHarvest(place, async (seh, folder) => {
      const { code, stdout, stderr } = await seh("report");
      assert.equal(code, 0, stderr);
      assert.equal(stdout, "report.html\n");
      assert.match(stderr, /^One page, [\d.]+ kB\. Open it in a browser\.\n$/);
      const page = await Deno.readTextFile(`${folder}/report.html`);
      assert.match(page, /<h2>All sites<\/h2>.*<a href="#site-\d+">Example Home<\/a>/s);
      const [{ energy }] = await place.select(
        "select production_wh / 1000 as energy from v_energy_balance_daily where site_id = 1234567 and day = '2026-05-31'",
      );
      assert.ok(
        page.includes(`31 May 2026: ${Number(energy).toFixed(1)}\u00a0kWh`),
        String(energy),
      );
      for (
        const name of ["Today, 1 June 2026", "Yesterday, 31 May 2026", "Battery 1.1", "Records"]
      ) {
        assert.ok(page.includes(name), name);
      }
    });
  },
);

onOneDatabase(
  "a folder gets the ranking and a page a site; options that cannot be met are refused",
  async (fresh) => {
    await using place = await fresh();
    await withHarvest(place, async (seh, folder) => {
      const pages = await seh("report", "--lang", "nl", "-o", "pages/");
      assert.equal(pages.code, 0, pages.stderr);
      const names = [...Deno.readDirSync(`${folder}/pages`)].map((one) => one.name).sort();
      assert.deepEqual(names, ["index.html", "site-1234567.html", "site-3456789.html"]);
      const index = await Deno.readTextFile(`${folder}/pages/index.html`);
      assert.match(index, /Alle installaties.*href="site-1234567\.html"/s);
      const own = await Deno.readTextFile(`${folder}/pages/site-1234567.html`);
      assert.match(own, /<h1>Example Home<\/h1>.*href="index\.html"/s);

      const piped = await seh("report", "--site", "1234567", "--year", "2025", "-o", "-");
      assert.equal(piped.code, 0, piped.stderr);
      assert.match(
        piped.stdout,
        /^<!doctype html>.*<h1>Example Home 2025<\/h1>.*No data for 2025\./s,
      );
      assert.equal(piped.stderr, "");

      const nobody = await seh("report", "--site", "99");
      assert.equal(nobody.code, 2);
      assert.match(nobody.stderr, /Site 99 is not in the database/);
      const wrong = await seh("report", "--lang", "it");
      assert.equal(wrong.code, 2);
      assert.match(wrong.stderr, /Allowed: en, de, fr, nl/);
    });
  },
);

onOneDatabase(
  "one day of a site with an inverter that no meter counts has one figure, wherever it stands",
  async (fresh) => {
    await using place = await fresh();
    await withHarvest(place, async (seh, folder) => {
      const { code, stderr } = await seh("report", "--site", "3456789");
      assert.equal(code, 0, stderr);
      const page = await Deno.readTextFile(`${folder}/report.html`);
      const [{ parts }] = await place.select(
        "select sum(production_wh) / 1000 as parts from energy_details where site_id = 3456789 and local_time >= '2026-05-31T00:00:00' and local_time < '2026-06-01T00:00:00'",
      );
      const energy = `${Number(parts).toPrecision(3)}\u00a0kWh`;
      const [, yesterday] = /Yesterday, 31 May 2026<\/h3><p[^>]*>Production ([^ <]+)/.exec(page)!;
      const [, row] = /31 May 2026<\/t[hd]><td[^>]*>([^<]+)/.exec(page)!;
      assert.deepEqual([yesterday, row], [energy, energy]);
    }, "2");
  },
);
