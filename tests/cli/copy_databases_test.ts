// Not in test:fast: it copies from one kind of database to another.
import assert from "node:assert/strict";
import { businessSite, homeSite } from "../../src/simulator/scenarios.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import type { FreshDatabase } from "../support/fresh_file.ts";
import { type Kind, kinds } from "../support/on_each_database.ts";
import { runSeh } from "../support/run_seh.ts";
import { inTurns, oneOf, scope } from "../support/scope.ts";

const now = Temporal.Instant.from("2026-06-01T12:07:00Z");
const since = { firstDay: "2026-05-30", installationDate: "2026-05-30" };

/** Runs seh in a folder of its own; gives what it printed. */
async function seh(args: readonly string[], env: Record<string, string>): Promise<string> {
  const cwd = await Deno.makeTempDir({ prefix: "seh-copy-test-" });
  try {
    const { code, stdout, stderr } = await runSeh(args, { cwd, env, at: now });
    assert.equal(code, 0, stderr);
    return stdout;
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
}

/** A database of this kind with the harvest of two sites. */
async function harvested({ fresh }: Kind): Promise<FreshDatabase> {
  const place = await fresh!();
  await using server = await startSimulator({
    sites: [homeSite(since), businessSite(since)],
    extraKeys: true,
    now: () => now,
  });
  await seh(["sync", "--full", "--quiet"], {
    SEH_API_KEY: server.apiKey,
    SEH_API_BASE_URL: server.url,
    SEH_API_VERSION: "1",
    SEH_DATABASE_URL: place.url,
    SEH_ERROR_HANDLING: "skip",
  });
  return place;
}

const exported = (url: string) =>
  seh(["export", "-f", "ndjson", "-o", "-"], { SEH_DATABASE_URL: url });

// Of each kind of database the conformance suite copies a harvest in and out: here one pair is enough.
for (const from of inTurns(kinds, "copied from")) {
  const all = kinds.filter((one) => one !== from);
  // To one other in turns, and from each to each in `test:all`.
  const others = scope === "all" || all.length === 0 ? all : [oneOf(all, from.name)];
  if (others.length === 0) continue;
  Deno.test(
    `a harvest is copied from ${from.name} to ${others.map((one) => one.name).join(", ")}`,
    {
      ignore: kinds.some((one) => one.fresh === null),
    },
    async () => {
      await using source = await harvested(from);
      const wanted = await exported(source.url);
      assert.ok(wanted.length > 100_000);
      for (const to of others) {
        await using target = await to.fresh!();
        const env = { FROM_URL: source.url, TO_URL: target.url };
        const args = ["copy", "--from", "env:FROM_URL", "--to", "env:TO_URL", "--json"];
        const first = JSON.parse(await seh(args, env));
        assert.equal(first.equal, true, to.name);
        assert.equal(first.rows_written, first.rows);
        for (const { source: one, target: other } of first.tables) assert.deepEqual(one, other);
        const again = JSON.parse(await seh(args, env));
        assert.deepEqual([again.equal, again.rows_written], [true, 0], to.name);
        assert.equal(await exported(target.url), wanted, to.name);
      }
    },
  );
}
