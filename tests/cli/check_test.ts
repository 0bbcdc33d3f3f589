import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { ruleNames } from "../../src/check/finding.ts";
import { ruleFacts } from "../../src/check/rule_facts.ts";
import { houseSite } from "../../src/simulator/scenarios.ts";
import { creditWorld } from "../support/credit_world.ts";

const house = houseSite({ firstDay: "2026-06-01", installationDate: "2026-06-01" });

/** What the first test harvested, for the others too. */
let kept: Uint8Array | null = null;

/** A house on SolarEdge's API, harvested; and a way to hurt what is stored of it. */
async function harvested() {
  const world = await creditWorld("2026-06-20T16:07:00Z", [house]);
  const file = `${world.folder}/house.db`;
  const seh = (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
    world.seh(args, { SEH_DATABASE_URL: `sqlite:///${file}`, ...more });
  if (kept) await Deno.writeFile(file, kept);
  else assert.equal((await seh(["sync", "-q", "--full"])).code, 0);
  kept ??= await Deno.readFile(file);
  return {
    ...world,
    seh,
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
    hurt(sql: string) {
      using database = new DatabaseSync(file);
      assert.notEqual(database.prepare(sql).run().changes, 0, sql);
    },
  };
}

Deno.test("a check without findings ends with 0, one with findings with 7, and needs no key", async () => {
  await using world = await harvested();
  world.simulator.clearRequests();
  const clean = await world.seh(["check"]);
  assert.deepEqual(
    [clean.code, clean.stdout],
    [0, "No contradiction found in the data of 1 site.\n"],
    clean.stderr,
  );
  world.hurt("update power_readings set power_w = 99 where local_time = '2026-06-10T02:15:00'");
  const found = await world.seh(["check"], { SEH_API_KEY: "" });
  assert.equal(found.code, 7, found.stderr);
  assert.equal(
    found.stdout,
    `level  rule            site  data   from        to
error  night-power  2345678  power  2026-06-10  2026-06-10
Site 2345678, 2026-06-10: There is production in power at 02:15, when the sun is 23° below the horizon.
Next: this fetches it again:
  seh sync --site 2345678 --only power --from 2026-06-10 --to 2026-06-10
`,
  );
  assert.deepEqual(world.simulator.requests, []);
});

Deno.test("the command that a finding offers cures it: fetched again, or fetched at last", async () => {
  await using world = await harvested();
  world.hurt(
    "update power_readings set power_w = 9 where local_time between '2026-06-10T11' and '2026-06-10T14'",
  );
  world.hurt(
    "delete from power_details where local_time between '2026-06-12T11' and '2026-06-12T14'",
  );
  world.hurt(
    "update coverage set state = 'failed', tries = 1 where series = 'power' and start_at < '2026-06-13'",
  );
  const { stdout, code } = await world.seh(["check", "--json"]);
  assert.equal(code, 7);
  const { findings, counts } = JSON.parse(stdout);
  assert.deepEqual(counts, { error: 0, warning: findings.length, note: 0 });
  const commands = new Set<string>(
    findings.flatMap((one: { command: string }) => one.command ?? []),
  );
  assert.ok(commands.size > 0);
  for (const command of commands) {
    const done = await world.seh(command.split(" ").slice(1));
    assert.equal(done.code, 0, `${command}: ${done.stderr}`);
  }
  const after = await world.seh(["check"]);
  assert.deepEqual([after.code, after.stdout.split("\n")[0]], [
    0,
    "No contradiction found in the data of 1 site.",
  ]);
});

Deno.test("--level says from which level on a finding ends with 7, --rule which rules are asked", async () => {
  await using world = await harvested();
  world.hurt("update sites set lifetime_energy_wh = lifetime_energy_wh * 2");
  const codeOf = async (...args: string[]) => (await world.seh(["check", "-q", ...args])).code;
  assert.equal(await codeOf(), 0);
  assert.equal(await codeOf("--level", "note"), 7);
  assert.equal(await codeOf("--level", "note", "--rule", "night-power,double"), 0);
  const wrong = await world.seh(["check", "--rule", "nightpower"]);
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /Did you mean night-power\?/);
  const unknown = await world.seh(["check", "--level", "fatal"]);
  assert.deepEqual([unknown.code, /note, warning, error/.test(unknown.stderr)], [2, true]);
});

Deno.test("many findings of a kind share a line, --verbose gives each", async () => {
  await using world = await harvested();
  world.hurt("update power_readings set power_w = 99 where local_time like '%T02:15:00'");
  const { stdout } = await world.seh(["check"]);
  assert.match(
    stdout,
    /^error +night-power +2345678 +power +2026-06-01 +2026-06-20 \(20 times\)$/m,
  );
  assert.match(stdout, /And 19 more findings like it\./);
  const each = await world.seh(["check", "--verbose"]);
  assert.equal(each.stdout.match(/^error +night-power/gm)?.length, 20);
});

Deno.test("docs/check.md has each rule with its level and what it lets pass", async () => {
  const text = await Deno.readTextFile(new URL("../../docs/check.md", import.meta.url));
  const rows = text.split("\n").filter((line) => line.startsWith("| `"))
    .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
  assert.deepEqual(
    rows,
    ruleNames.map((name) => {
      const { level, question, tolerance } = ruleFacts[name];
      return [`\`${name}\``, level, question, tolerance];
    }),
  );
});
