// Not in test:fast: whole runs of the program against the simulated server, some seconds.
import assert from "node:assert/strict";
import { join } from "node:path";
import { openDatabase } from "../../src/database/open.ts";
import { homeSite } from "../../src/simulator/scenarios.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import { type Json, startFront } from "../reliability/front.ts";
import { runInWorld } from "../support/captured_world.ts";
import { storedRows } from "../support/stored_rows.ts";

const home = homeSite({ firstDay: "2026-05-28", installationDate: "2026-05-28" });
const [first] = home.inverters;
/** Two inverters, and nothing that counts the production. */
const site = {
  ...home,
  meters: home.meters.filter((one) => one.type !== "Production"),
  inverters: [first, { ...first, serial: "7E1234AC-60", name: "Inverter 2" }],
};

/** Production by quarter-hour of the last days, after a run and one that fetches them again under other names. */
async function production(rename: (serial: string) => string, path: RegExp) {
  let now = Temporal.Instant.from("2026-06-01T13:37:00Z");
  await using server = disposed(
    await startSimulator({ sites: [site], now: () => now, allowance: { perMinute: 100_000 } }),
  );
  await using front = await startFront(server.url);
  const cwd = await Deno.makeTempDir({ prefix: "seh-renamed-" });
  const url = `sqlite:///${join(cwd, "seh.db")}`;
  const sync = async (...range: string[]) => {
    const { code, stderr } = await runInWorld(["sync", ...range], {
      cwd,
      now,
      env: {
        SEH_API_BASE_URL: front.url,
        SEH_API_VERSION: "2",
        SEH_API_KEY: server.fleetKey,
        SEH_API_MINUTE_LIMIT: "100000",
        SEH_DATABASE_URL: url,
        SEH_QUOTA_FILE: join(cwd, "quota.json"),
      },
    });
    assert.equal(code, 0, stderr);
  };
  try {
    await sync();
    const change = (body: Json) => {
      const [kind] = ["inverters", "meters"].filter((one) => body[one]);
      const renamed = Object.entries(body[kind!]).map(([key, one]) => [rename(key), one]);
      return { ...body, [kind!]: Object.fromEntries(renamed) };
    };
    front.set({ path, fault: { kind: "changed", change } });
    now = Temporal.Instant.from("2026-06-02T13:37:00Z");
    await sync("--from", "2026-05-30", "--to", "2026-06-02");
    assert.ok(front.hits > 0);
    await using database = disposed(await openDatabase(url));
    const rows = await storedRows(database, "energy_details", site.siteId);
    const keys = new Set(
      (await storedRows(database, "inverter_telemetry", site.siteId)).map((one) => one.device_key),
    );
    return {
      keys: keys.size,
      values: rows.filter((one) => String(one.timestamp) >= "2026-05-30")
        .map((one) => [one.timestamp, one.production_wh, one.feed_in_wh]),
    };
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
}

function disposed<Thing extends { close(): Promise<void> }>(thing: Thing) {
  return Object.assign(Object.create(thing) as Thing, {
    [Symbol.asyncDispose]: () => thing.close(),
  });
}

const inverters = /\/inverters\/telemetry$/;
/** Without any other name, which is the same for all of them. */
let unrenamed: ReturnType<typeof production> | undefined;

for (
  const [name, rename, until] of [
    ["in small letters", (serial: string) => serial.toLowerCase(), "2026-06-03"],
    ["without its check digits", (serial: string) => serial.replace(/-..$/, ""), "2026-06-03"],
    // Where only one of the names has values it may be another device: for two days nobody knows the sum.
    ["by another name", (serial: string) => `device ${serial.slice(4, 8)}`, "2026-06-01T13:30"],
  ] as const
) {
  Deno.test(`an inverter that the server calls ${name} from a day on is not counted twice`, async () => {
    const usual = await (unrenamed ??= production((serial) => serial, inverters));
    const renamed = await production(rename, inverters);
    assert.deepEqual([usual.keys, renamed.keys], [2, 4]);
    assert.ok(usual.values.filter((one) => Number(one[1]) > 0).length > 50);
    const before = (values: typeof usual.values) => values.filter((one) => String(one[0]) < until);
    assert.deepEqual(before(renamed.values), before(usual.values));
  });
}

Deno.test("a meter that the server calls otherwise from a day on is not counted twice", async () => {
  const meters = /\/meters\/telemetry$/;
  const usual = await production((serial) => serial, meters);
  const renamed = await production((serial) => ` ${serial}-0A`, meters);
  assert.ok(usual.values.filter((one) => Number(one[2]) > 0).length > 20);
  assert.deepEqual(renamed.values, usual.values);
});
