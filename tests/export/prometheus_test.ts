import assert from "node:assert/strict";
import { prometheusText, type SiteNow } from "../../src/export/prometheus.ts";
import { openDatabase } from "../../src/database/open.ts";
import { runInWorld } from "../support/captured_world.ts";
import { fillFleet } from "../support/fleet_database.ts";
import { onEachDatabase } from "../support/on_each_database.ts";

/** Lines of the text format 0.0.4: comments, and samples without a timestamp. */
const line =
  /^(# HELP [a-z_]+ [^\n]+|# TYPE [a-z_]+ (gauge|counter)|[a-z_]+\{site="\d+"(,name="([^"\\\n]|\\["\\n])*")?\} -?\d+(\.\d+)?(e[+-]\d+)?)$/;

/** Throws where a text breaks the grammar: each metric once, HELP and TYPE before its samples. */
function requireGrammar(text: string): Map<string, string[]> {
  assert.ok(text === "" || text.endsWith("\n"));
  const samples = new Map<string, string[]>();
  let current = "";
  for (const one of text.split("\n").slice(0, -1)) {
    assert.match(one, line);
    if (one.startsWith("# HELP")) {
      current = one.split(" ")[2];
      assert.ok(!samples.has(current), current);
      samples.set(current, []);
    } else if (one.startsWith("# TYPE")) {
      assert.equal(one.split(" ")[2], current);
      assert.equal(one.endsWith(" counter"), current.endsWith("_total"));
    } else {
      assert.equal(one.slice(0, one.indexOf("{")), current);
      samples.get(current)!.push(one);
    }
  }
  return samples;
}

Deno.test("names are escaped, batteries are added up, and what is not known is left out", () => {
  const site = (siteId: number, more: Partial<SiteNow>): SiteNow => ({
    siteId,
    name: null,
    now: {},
    lastUpdate: null,
    batteries: [],
    ...more,
  });
  const text = prometheusText([
    site(1, {
      name: 'a "b"\\\nc',
      now: { power_w: 1234.5, power_at: "2026-06-01T10:00:00Z", lifetime_energy_wh: 7 },
      batteries: [
        { power_w: -500, state_of_charge_pct: 50, nameplate_capacity_wh: 10_000 },
        { power_w: 100, state_of_charge_pct: 100, nameplate_capacity_wh: 30_000 },
      ],
    }),
    site(2, { now: { power_w: 0 } }),
  ]);
  const samples = requireGrammar(text);
  assert.deepEqual(samples.get("seh_power_watts"), [
    'seh_power_watts{site="1"} 1234.5',
    'seh_power_watts{site="2"} 0',
  ]);
  assert.ok(text.includes('seh_site_info{site="1",name="a \\"b\\"\\\\\\nc"} 1\n'));
  assert.deepEqual(samples.get("seh_battery_charge_ratio"), [
    'seh_battery_charge_ratio{site="1"} 0.875',
  ]);
  assert.deepEqual(samples.get("seh_battery_power_watts"), [
    'seh_battery_power_watts{site="1"} -400',
  ]);
  assert.deepEqual(samples.get("seh_power_timestamp_seconds"), [
    'seh_power_timestamp_seconds{site="1"} 1780308000',
  ]);
  assert.ok(!samples.has("seh_consumption_watts"));
  assert.equal(prometheusText([]), "");
});

onEachDatabase("seh export -f prometheus writes the newest values of the sites", async (fresh) => {
  await using place = await fresh();
  const database = await openDatabase(place.url);
  await fillFleet(database, { sites: 3, now: Temporal.Instant.from("2026-06-01T12:00:00Z") });
  await database.close();
  const folder = await Deno.makeTempDir();
  try {
    const seh = (...args: string[]) =>
      runInWorld(["export", "-f", "prometheus", ...args], {
        cwd: folder,
        env: { SEH_DATABASE_URL: place.url },
      });
    const all = await seh();
    assert.equal(all.code, 0, all.stderr);
    assert.deepEqual(requireGrammar(all.stdout).get("seh_peak_power_watts"), [
      'seh_peak_power_watts{site="5000001"} 10000',
      'seh_peak_power_watts{site="5000002"} 11000',
      'seh_peak_power_watts{site="5000003"} 12000',
    ]);
    const one = await seh("--site", "5000002", "-o", "seh.prom");
    assert.equal(one.code, 0, one.stderr);
    const text = await Deno.readTextFile(`${folder}/seh.prom`);
    assert.equal(requireGrammar(text).get("seh_site_info")?.length, 1);
    assert.equal((await seh("--start", "7d")).code, 2);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
