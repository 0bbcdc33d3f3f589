import assert from "node:assert/strict";
import { sitesNamed } from "../../src/cli/site_choice.ts";
import { UsageError } from "../../src/cli/failure.ts";
import { openDatabase } from "../../src/database/open.ts";
import { homeSite } from "../../src/simulator/scenarios.ts";
import { runInWorld } from "../support/captured_world.ts";
import { creditWorld } from "../support/credit_world.ts";
import { fillFleet, fleetSiteId } from "../support/fleet_database.ts";

const now = Temporal.Instant.from("2026-06-01T12:07:00Z");
const sites = [
  { siteId: 1, name: "Barn" },
  { siteId: 2, name: "Barn annex" },
  { siteId: 3, name: "Große Halle" },
  { siteId: 4, name: null },
  { siteId: 5, name: "2" },
];

function chosen(word: string, mustBeStored = true): number[] {
  return sitesNamed(word, sites, { mustBeStored }).map((one) => one.siteId);
}

Deno.test("a site is named by its number, its name, or a part of its name in any case", () => {
  assert.deepEqual(chosen("4"), [4]);
  assert.deepEqual(chosen("barn"), [1], "a whole name comes before parts of others");
  assert.deepEqual(chosen("ANNEX"), [2]);
  assert.deepEqual(chosen("große"), [3]);
  assert.deepEqual(chosen("bar"), [1, 2], "all that have the part");
  assert.deepEqual(chosen("2"), [2], "a number is a number first");
});

Deno.test("a word that names no site is a mistake; a number may be new where SolarEdge is asked", () => {
  assert.throws(() => chosen("tower"), UsageError);
  assert.throws(() => chosen("77"), /Site 77 is not in the database/);
  assert.deepEqual(chosen("77", false), [77]);
});

async function inFleet(
  args: readonly string[],
  files: Readonly<Record<string, string>> = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const cwd = await Deno.makeTempDir({ prefix: "seh-sites-" });
  try {
    await using database = await closing(`${cwd}/seh.db`);
    await fillFleet(database.it, { sites: 6, now, days: 3 });
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${cwd}/${name}`, text);
    }
    return await runInWorld(args, {
      cwd,
      now,
      env: { SEH_DATABASE_URL: `sqlite:///${cwd}/seh.db` },
    });
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
}

async function closing(file: string) {
  const it = await openDatabase(`sqlite:///${file}`);
  return { it, [Symbol.asyncDispose]: () => it.close() };
}

Deno.test("status, export, gaps and revisions take a part of a name, and a file of sites", async () => {
  const file = {
    "sites.csv": `site_id,name\n${fleetSiteId(1)},Köln\n# not this one\nUlm roof 3\n`,
  };
  const json = await inFleet(["status", "--json", "--sites-from", "sites.csv"], file);
  const ids = JSON.parse(json.stdout).sites.map((one: { site_id: number }) => one.site_id);
  assert.deepEqual(ids, [fleetSiteId(1), fleetSiteId(2)]);
  const exported = await inFleet([
    "export",
    "sites",
    "--site",
    "bergheim",
    "-f",
    "json",
    "-o",
    "-",
  ]);
  assert.equal(JSON.parse(exported.stdout)[0].name, "Bergheim roof 4");
  for (const command of ["gaps", "revisions"]) {
    const { code, stderr } = await inFleet([command, "--site", "nowhere"]);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /No site has "nowhere" in its name/);
  }
});

Deno.test("a part that several sites have names all of them, and says so", async () => {
  const { code, stderr, stdout } = await inFleet(["status", "--site", "berlin"]);
  assert.equal(code, 0);
  assert.match(
    stderr,
    /^"berlin" names 2 sites: Berlin roof 1 \(5000001\), Berlin roof 6 \(5000006\)\.$/m,
  );
  assert.match(stdout, /Berlin roof 1, site/);
  assert.doesNotMatch(stdout, /Köln/);
});

Deno.test("a file of sites that is not there, or empty, is reported", async () => {
  const missing = await inFleet(["status", "--sites-from", "none.txt"]);
  assert.equal(missing.code, 2);
  assert.match(missing.stderr, /The file none\.txt with the sites cannot be read/);
  const empty = await inFleet(["status", "--sites-from", "e.txt"], { "e.txt": "# nothing\n" });
  assert.match(empty.stderr, /names no site/);
});

Deno.test("the shell is offered names and numbers of sites", async () => {
  const names = await inFleet(["complete", "--", "status", "--site", "Ul"]);
  assert.match(names.stdout, /^Ulm-roof-3/m);
  assert.doesNotMatch(names.stdout, /Berlin/);
  const numbers = await inFleet(["complete", "--", "export", "energy", "-s", "50"]);
  assert.match(numbers.stdout, new RegExp(`^${fleetSiteId(0)}\\tBerlin roof 1`, "m"));
});

Deno.test("sync and repair take names once the sites are known", async () => {
  const site = homeSite({ firstDay: "2026-05-30", installationDate: "2026-05-30" });
  await using world = await creditWorld("2026-06-01T12:07:00Z", [site]);
  const before = await world.seh(["sync", "--site", "home"]);
  assert.equal(before.code, 2);
  assert.match(before.stderr, /Names of sites are known after the first `seh sync`/);
  await world.seh(["sync", "-q", "--only", "energy"]);
  const named = await world.seh(["sync", "--site", "home", "--json"]);
  assert.equal(named.code, 0, named.stderr);
  const repaired = await world.seh(["repair", "--site", "home", "--yes", "--max-requests", "3"]);
  assert.ok([0, 75].includes(repaired.code), repaired.stderr);
});
