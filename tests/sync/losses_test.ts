// Not in test:fast: whole runs of the program against the simulated server, some seconds.
import assert from "node:assert/strict";
import { join } from "node:path";
import { openDatabase } from "../../src/database/open.ts";
import type { TableName } from "../../src/model/table.ts";
import { homeSite } from "../../src/simulator/scenarios.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import { type Json, startFront } from "../reliability/front.ts";
import { inTurns } from "../support/scope.ts";
import { runInWorld } from "../support/captured_world.ts";
import { storedRows } from "../support/stored_rows.ts";

const home = homeSite({ firstDay: "2026-05-27", installationDate: "2026-05-27" });

/** A home at SolarEdge with a server before it that changes answers, and the program. */
async function place(generation: "1" | "2") {
  let now = Temporal.Instant.from("2026-06-01T05:37:00Z");
  const server = await startSimulator({
    sites: [home],
    now: () => now,
    allowance: { perMinute: 100_000 },
  });
  const front = await startFront(server.url);
  const cwd = await Deno.makeTempDir({ prefix: "seh-losses-" });
  const seh = (...args: string[]) =>
    runInWorld(args, {
      cwd,
      now,
      env: {
        SEH_API_BASE_URL: front.url,
        SEH_API_VERSION: generation,
        SEH_API_KEY: generation === "1" ? server.apiKey : server.fleetKey,
        SEH_API_MINUTE_LIMIT: "100000",
        SEH_MAX_RETRIES: "0",
        SEH_API_MAX_CONCURRENT: "1",
        SEH_QUOTA_FILE: join(cwd, "quota.json"),
      },
    });
  return {
    front,
    /** Whether the last complete harvest is at most two hours old. */
    isFresh: async () => (await seh("status", "--max-age", "2h")).code === 0,
    status: async (...args: string[]) => (await seh("status", ...args)).stdout,
    async rows(table: TableName) {
      const database = await openDatabase(`sqlite:///${join(cwd, "seh.db")}`);
      try {
        return await storedRows(database, table, home.siteId);
      } finally {
        await database.close();
      }
    },
    /** What a sync says to a person. */
    async said(at: string) {
      now = Temporal.Instant.from(at);
      return (await seh("sync")).stdout;
    },
    async sync(at: string) {
      now = Temporal.Instant.from(at);
      const { code, stdout, stderr } = await seh("sync", "--json");
      const summary = JSON.parse(stdout);
      return {
        code,
        notStored: summary.not_stored as string[],
        failed: (summary.failures as { data_type: string }[]).map((one) => one.data_type),
        unavailable: (summary.not_available as { data_type: string }[]).map((one) => one.data_type),
        hits: front.hits,
        stderr,
      };
    },
    async [Symbol.asyncDispose]() {
      await front[Symbol.asyncDispose]();
      await server.close();
      await Deno.remove(cwd, { recursive: true });
    },
  };
}

const morning = "2026-06-01T05:37:00Z";
const dayLater = "2026-06-02T05:37:00Z";
const power = /\/power$/;
const listOf = (body: Json) => body.power ?? body;

/** The power without a list of values. */
function withoutValues(values: null | []) {
  return {
    path: power,
    fault: {
      kind: "changed",
      change: (body: Json) => {
        listOf(body).values = values;
        return body;
      },
    },
  } as const;
}

/** What is concluded does not depend on them, so a test takes one in turns, and both in `test:all`. */
const generations = ["1", "2"] as const;

for (const generation of inTurns(generations, "a word")) {
  Deno.test(`a value that is a word is reported, and the run ends with 5 (v${generation})`, async () => {
    await using one = await place(generation);
    assert.equal((await one.sync(morning)).code, 0);
    one.front.set({
      path: power,
      fault: {
        kind: "changed",
        change: (body) => {
          const { values } = listOf(body);
          values[values.length >> 1].value = "n/a";
          values[0].value = "";
          return body;
        },
      },
    });
    const { code, notStored, failed } = await one.sync(dayLater);
    assert.deepEqual([code, failed], [5, []]);
    assert.equal(notStored.length, 1);
    assert.match(notStored[0], /power: a value cannot be read and is kept aside: "n\/a"/);
  });
}

for (const values of [null, []] as const) {
  const what = `power with ${JSON.stringify(values)} in place of its values`;
  for (const generation of inTurns(generations, what)) {
    Deno.test(`${what} is a failure where it was there before (v${generation})`, async () => {
      await using one = await place(generation);
      assert.equal((await one.sync(morning)).code, 0);
      one.front.set(withoutValues(values as null | []));
      const bad = await one.sync(dayLater);
      assert.deepEqual([bad.code, bad.failed, bad.unavailable], [5, ["power"], []], bad.stderr);
      assert.equal(await one.isFresh(), false, "what failed is not complete");
      one.front.set(null);
      assert.equal((await one.sync("2026-06-03T05:37:00Z")).code, 0);
      assert.equal(await one.isFresh(), true);
    });
  }
}

for (const generation of inTurns(generations, "a new site")) {
  Deno.test(`a new site without any power is no failure (v${generation})`, async () => {
    await using one = await place(generation);
    one.front.set(withoutValues([]));
    const first = await one.sync(morning);
    assert.ok(first.hits > 0);
    assert.deepEqual([first.code, first.failed], [0, []]);
    assert.ok(!first.unavailable.includes("power"), "nothing is known of it yet");
  });
}

Deno.test("what was lost stands in the status until the same kind of data comes whole", async () => {
  await using one = await place("1");
  assert.equal((await one.sync(morning)).code, 0);
  assert.ok(!/not stored/.test(await one.status()));
  one.front.set({
    path: /\/currentPowerFlow$/,
    fault: {
      kind: "changed",
      change: (body) => {
        body.siteCurrentPowerFlow.LOAD.currentPower = "n/a";
        return body;
      },
    },
  });
  const { code, failed, notStored } = await one.sync(dayLater);
  assert.deepEqual([code, failed, notStored.length], [5, [], 1]);
  const said = (await one.status()).replaceAll(/\s+/g, " ");
  assert.match(said, /power-flow was not stored whole \(2026-06-02 07:37\): .*kept aside: "n\/a"/);
  assert.match(said, /Last sync: .*some data could not be fetched or stored/);
  assert.equal(await one.isFresh(), false, "what was lost is not complete");
  const [site] = JSON.parse(await one.status("--json")).sites;
  assert.equal(site.state, "failing");
  const kind = site.data_types.find((one: Json) => one.data_type === "power-flow");
  assert.deepEqual(kind.errors.map((one: Json) => one.kind), ["not_stored"]);

  one.front.set(null);
  assert.equal((await one.sync("2026-06-03T05:37:00Z")).code, 0);
  assert.ok(!/not stored/.test(await one.status()));
  assert.equal(await one.isFresh(), true);
});

for (const generation of inTurns(generations, "no entry")) {
  Deno.test(`an entry of the site list that is none is reported, and stands in the status (v${generation})`, async () => {
    await using one = await place(generation);
    assert.equal((await one.sync(morning)).code, 0);
    one.front.set({
      path: /\/sites(\/list)?$/,
      fault: {
        kind: "changed",
        change: (body) => {
          body.sites.site.push({ id: "abc", siteId: "abc" });
          return body;
        },
      },
    });
    const { code, notStored } = await one.sync(dayLater);
    assert.equal(code, 5);
    assert.match(notStored.join(), /^sites: an entry without a number/);
    assert.match(await one.status(), /The list of sites was not stored whole/);
    assert.equal(JSON.parse(await one.status("--json")).list_errors.length, 1);
  });
}

Deno.test("a unit that nobody knows costs the metric, is reported, and ends the run with 5", async () => {
  await using one = await place("2");
  assert.equal((await one.sync(morning)).code, 0);
  one.front.set({
    path: /\/storage\/telemetry$/,
    fault: {
      kind: "changed",
      change: (body) => {
        for (const device of Object.values<Json>(body.storage)) {
          device.chargePower.unit = "HORSEPOWER";
        }
        return body;
      },
    },
  });
  const { code, notStored } = await one.sync(dayLater);
  assert.equal(code, 5);
  assert.match(notStored.join("\n"), /chargePower: unit "HORSEPOWER" is no unit of power/);
});

Deno.test("what another program has spent ends the run at once, with 75 and nothing lost", async () => {
  await using one = await place("1");
  assert.equal((await one.sync(morning)).code, 0);
  one.front.set({
    // The list of sites, which is the account's own, is answered.
    path: /\/sites?\/\d/,
    fault: { kind: "status", status: 429, body: { json: { message: "Too many requests" } } },
  });
  const { code, hits, failed } = await one.sync(dayLater);
  assert.deepEqual([code, hits, failed], [75, 1, []]);
});

Deno.test("two requests in a row without an answer end the run: only the first is a failure", async () => {
  await using one = await place("1");
  assert.equal((await one.sync(morning)).code, 0);
  one.front.set({ path: /\/sites?\/\d/, fault: { kind: "reset" } });
  const { code, hits, failed } = await one.sync(dayLater);
  assert.deepEqual([code, hits, failed.length], [5, 2, 1]);
});

Deno.test("while what failed waits for its next try, no run calls anything up to date", async () => {
  await using one = await place("2");
  assert.equal((await one.sync(morning)).code, 0);
  one.front.set({
    path: /\/(power|storage\/telemetry)$/,
    fault: { kind: "status", status: 200, body: { html: "<html><title>Log in</title></html>" } },
  });
  const { code, hits } = await one.sync(dayLater);
  assert.equal(code, 5);
  const waiting = await one.said("2026-06-02T05:57:00Z");
  assert.equal(one.front.hits, hits);
  const [first, second] = waiting.split("\n");
  assert.match(first!, /^Nothing was asked for this time\. The next request goes out after \d/);
  assert.match(second!, /^2 kinds of data have failed before; they are asked for again later\./);
  assert.doesNotMatch(waiting, /up to date/);
  one.front.set(null);
  assert.doesNotMatch(await one.said("2026-06-02T07:37:00Z"), /failed before/);
});

Deno.test("a login page in front of everything is told in one sentence with 5, and the next runs ask once", async () => {
  await using one = await place("2");
  assert.equal((await one.sync(morning)).code, 0);
  one.front.set({
    path: /./,
    fault: { kind: "status", status: 200, body: { html: "<html><title>Log in</title></html>" } },
  });
  const { code, hits, failed, stderr } = await one.sync(dayLater);
  assert.deepEqual([code, hits, failed], [5, 2, []]);
  assert.match(stderr, /^seh: nothing useful comes from SolarEdge's API \(HTTP 200 .*Log in\)\./m);
  assert.equal((await one.sync("2026-06-02T05:57:00Z")).code, 5);
  assert.equal(one.front.hits, 3);
  assert.match(await one.status(), /could not be fetched.*: HTTP 200 .*Log in/);
  one.front.set(null);
  assert.deepEqual((await one.sync("2026-06-02T06:17:00Z")).code, 0);
  assert.ok(await one.isFresh());
  assert.doesNotMatch(await one.status(), /could not be fetched/);
});

for (const generation of inTurns(["1", "2"] as const, "a charge that cannot be")) {
  Deno.test(`v${generation}: a state of charge that cannot be is told, and not stored as one`, async () => {
    await using one = await place(generation);
    const path = generation === "1" ? /storageData$/ : /storage\/telemetry$/;
    const spoil = (text: string) =>
      generation === "1"
        ? text.replaceAll(/"batteryPercentageState":[\d.]+/g, '"batteryPercentageState":140.5')
        : text.replaceAll(/("stateOfEnergy":\{[^\]]*?"value":)[\d.]+/g, "$1140.5");
    one.front.set({
      path,
      fault: { kind: "changed", change: (body: Json) => spoil(JSON.stringify(body)) },
    });
    const { code, notStored } = await one.sync(morning);
    assert.equal(code, 5);
    assert.match(
      notStored.join("; "),
      /state_of_charge_pct: a value that cannot be \(below 0 or above 101\) is kept aside/,
    );
    const rows = await one.rows("battery_telemetry");
    const aside = rows.filter((row) => /"state_of_charge_pct":140\.5/.test(String(row.extra)));
    assert.ok(aside.length > 0);
    for (const row of aside) assert.equal(row.state_of_charge_pct, null);
    for (const row of rows) assert.ok(Number(row.state_of_charge_pct ?? 0) <= 101);
  });
}
