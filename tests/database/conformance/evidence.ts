import assert from "node:assert/strict";
import type { Database, Delivery } from "../../../src/database/database.ts";
import { openDatabase } from "../../../src/database/open.ts";
import { secondOf } from "../../../src/model/coverage.ts";
import { textOfSecond } from "../../../src/model/site_time.ts";
import type { Purpose } from "../../../src/model/harvest.ts";
import { delivery, later, noon, range, rowsOf } from "../deliveries.ts";
import { databaseTest, type DialectUnderTest, type Row } from "./dialect.ts";

const instant = (text: string) => Temporal.Instant.from(text);
const [first, second, third, fourth] = [1, 2, 3, 4].map((day) => `2026-05-0${day}T00:00Z`);

/** What distinguishes silence from loss: failures, changed totals, and what was spent on what. */
export function testEvidence(dialect: DialectUnderTest): void {
  const test = databaseTest(dialect);

  test("what a site had reported and how often a range failed is known again", async (database) => {
    const reportedAt = secondOf("2026-05-06T07:30:00Z");
    const asked = [
      range(first!, second!, "empty", { reportedAt }),
      range(second!, third!, "failed"),
      range(third!, fourth!, "covered", { reportedAt: null }),
    ];
    await database.save(delivery([], { ranges: asked }));
    assert.deepEqual(await ranges(database), [
      "2026-05-01 2026-05-02 empty 2026-06-01T12:00:00Z of 2026-05-06T07:30:00Z",
      "2026-05-02 2026-05-03 failed 2026-06-01T12:00:00Z x1",
      "2026-05-03 2026-05-04 covered 2026-06-01T12:00:00Z",
    ]);
    for (const fetchedAt of [later, later.add({ hours: 1 })]) {
      await database.save(delivery([], { fetchedAt, ranges: [range(second!, fourth!, "failed")] }));
    }
    assert.deepEqual((await ranges(database)).slice(1), [
      "2026-05-02 2026-05-03 failed 2026-06-01T14:00:00Z x3",
      "2026-05-03 2026-05-04 covered 2026-06-01T12:00:00Z",
    ]);
    const answered = [range(second!, third!, "empty", { reportedAt })];
    await database.save(delivery([], { fetchedAt: later, ranges: answered }));
    // Settled neighbours that were asked for in one week are one range.
    const all = (await ranges(database)).join("\n");
    assert.match(all, /^2026-05-01 2026-05-03 empty .* of 2026-05-06T07:30:00Z$/m);
  });

  test("failures in a row are counted until one succeeds, with the first of them", async (database) => {
    const mark = async (change: object) => {
      await database.save(delivery([], { marks: [{ siteId: 1, deviceKey: "", ...change }] }));
      const [found] = (await database.known()).marks;
      return found!;
    };
    await mark({ error: { at: noon, text: "no answer" } });
    const failing = await mark({ error: { at: later, text: "HTTP 500" } });
    assert.deepEqual(
      [failing.failures, String(failing.failingSince), String(failing.lastErrorAt)],
      [2, String(noon), String(later)],
    );
    assert.equal((await mark({ spanSeconds: 86400 })).failures, 2, "what is not named stays");
    const fine = await mark({ error: null });
    assert.deepEqual([fine.failures, fine.failingSince, fine.lastError], [0, null, null]);
    assert.equal(String(fine.lastErrorAt), String(later));
  });

  test("all that is marked of a series is known again, and erased by null", async (database) => {
    const given = {
      askedUntil: instant("2026-05-31T22:00:00Z"),
      delivered: instant("2026-05-30T21:45:00Z"),
      newestData: instant("2026-05-30T21:30:00Z"),
      spanSeconds: 86400,
      spanDoubtSeconds: 604800,
      spanAt: noon,
      doubt: { at: later, days: 2 },
    };
    await database.save(delivery([], { marks: [{ siteId: 1, deviceKey: "B1", ...given }] }));
    const { doubt, ...plain } = given;
    const expected = { ...plain, doubts: doubt.days, doubtedAt: doubt.at, deviceKey: "B1" };
    const [known] = (await database.known([1])).marks;
    for (const [name, value] of Object.entries(expected)) {
      assert.equal(String(known![name as keyof typeof known]), String(value), name);
    }
    const gone = { spanSeconds: null, spanDoubtSeconds: null, spanAt: null, doubt: null };
    await database.save(delivery([], { marks: [{ siteId: 1, deviceKey: "B1", ...gone }] }));
    const [after] = (await database.known([1])).marks;
    const { spanSeconds, spanDoubtSeconds, spanAt, doubts, doubtedAt } = after!;
    assert.deepEqual([spanSeconds, spanDoubtSeconds, spanAt], [null, null, null]);
    assert.deepEqual([doubts, doubtedAt], [0, null]);
    assert.equal(String(after!.delivered), String(given.delivered));
  });

  test("what was spent adds up by the hour and purpose, and is forgotten after a day and a half", async (database) => {
    const spend = (
      at: Temporal.Instant,
      purpose: Purpose,
      requests: number,
      allowance = "site:1",
    ) => {
      const hour = secondOf(at.round({ smallestUnit: "hour", roundingMode: "floor" }).toString());
      return delivery([], { fetchedAt: at, spent: [{ allowance, hour, purpose, requests }] });
    };
    const spent = async () =>
      (await database.known([7])).spent.map(({ allowance, hour, purpose, requests }) =>
        `${allowance} ${textOfSecond(hour).slice(5, 13)} ${purpose} ${requests}`
      ).sort();
    await database.save(spend(noon, "due", 2));
    await database.save(spend(noon.add({ minutes: 59 }), "due", 3));
    await database.save(spend(noon, "history", 1));
    await database.save(spend(noon, "due", 1, "credits"));
    await database.save(spend(later, "due", 4));
    const all = [
      "credits 06-01T12 due 1",
      "site:1 06-01T12 due 5",
      "site:1 06-01T12 history 1",
      "site:1 06-01T13 due 4",
    ];
    assert.deepEqual(await spent(), all);
    // An allowance may be shared by all sites, so a question about one site is answered with all of it.
    assert.deepEqual((await database.known()).spent.length, 4);
    await database.save(spend(noon.add({ hours: 36 }), "fresh", 1));
    assert.deepEqual(await spent(), [...all, "site:1 06-03T00 fresh 1"]);
    await database.save(spend(noon.add({ hours: 36, minutes: 1 }), "repeat", 1));
    assert.deepEqual(await spent(), [
      all[3],
      "site:1 06-03T00 fresh 1",
      "site:1 06-03T00 repeat 1",
    ]);
  });

  testTotals(dialect);
  testUpgrade(dialect);
}

/** Days of site 1 in Berlin, begun at 22:00 UTC. */
const day = (date: string, energy: number | null, complete = 1): Row => ({
  site_id: 1,
  time_unit: "DAY",
  reading_date: date,
  energy_wh: energy,
  is_complete: complete,
});

function totals(days: Row[], changes: Partial<Delivery> = {}): Delivery {
  return delivery(days.length === 0 ? [] : rowsOf("energy_readings", days), {
    series: "energy",
    dataType: "energy",
    keepRevisions: true,
    totalsOf: ["power", "telemetry"],
    ...changes,
  });
}

const begins = (date: number) => `2026-05-${String(date - 1).padStart(2, "0")}T22:00Z`;

/** A database with parts and totals of the days from the 10th to the 12th of May, all fetched. */
async function threeDays(database: Database): Promise<void> {
  await database.save(delivery(rowsOf("sites", [{ site_id: 1, time_zone: "Europe/Berlin" }])));
  const all = [begins(10), begins(13), "covered"] as const;
  await database.save(delivery([], { ranges: [range(...all)] }));
  await database.save(delivery([], {
    series: "telemetry",
    ranges: [
      range(...all, { deviceKey: "7E1" }),
      range(begins(10), begins(11), "covered", {
        deviceKey: "7E2",
      }),
    ],
  }));
  await database.save(delivery([], { series: "storage", ranges: [range(...all)] }));
  await database.save(
    totals([day("2026-05-10", 10), day("2026-05-11", 11), day("2026-05-12", 12)], {
      ranges: [range(begins(10), begins(13), "covered")],
    }),
  );
}

/** Parts that are stale: series, device, hours. */
async function stale(database: Database): Promise<string[]> {
  return (await database.known()).coverage.filter((one) => one.state === "stale").map((one) =>
    `${one.series} ${one.deviceKey} ${textOfSecond(one.start).slice(5, 13)} ` +
    textOfSecond(one.end).slice(5, 13)
  ).sort();
}

function testTotals(dialect: DialectUnderTest): void {
  const test = databaseTest(dialect);

  test("where the total of a day has changed, the parts of that day are stale", async (database) => {
    await threeDays(database);
    assert.deepEqual(await stale(database), []);
    const ranges = [range(begins(10), begins(13), "covered")];
    const same = [day("2026-05-10", 10), day("2026-05-11", 11), day("2026-05-12", 12)];
    await database.save(totals(same, { ranges, fetchedAt: later }));
    assert.deepEqual(await stale(database), [], "the same totals again");
    await database.save(
      totals(same.with(1, day("2026-05-11", 11.5)), { ranges, fetchedAt: later }),
    );
    assert.deepEqual(await stale(database), [
      "power  05-10T22 05-11T22",
      "telemetry 7E1 05-10T22 05-11T22",
    ], "neither another series nor a device that had nothing that day");
  });

  test("a day whose total comes after it had come empty makes its parts stale", async (database) => {
    await threeDays(database);
    const silent = [range(begins(13), begins(15), "empty")];
    await database.save(totals([], { ranges: silent }));
    await database.save(delivery([], { ranges: [range(begins(13), begins(15), "covered")] }));
    assert.deepEqual(await stale(database), []);
    await database.save(totals([day("2026-05-13", 13)], {
      ranges: [range(begins(13), begins(14), "covered"), range(begins(14), begins(15), "empty")],
      fetchedAt: later,
    }));
    assert.deepEqual(await stale(database), ["power  05-12T22 05-13T22"]);
  });

  test("a day that was still open and ends makes nothing stale", async (database) => {
    await threeDays(database);
    await database.save(delivery([], { ranges: [range(begins(13), begins(14), "covered")] }));
    await database.save(totals([day("2026-05-13", 4, 0)]));
    await database.save(totals([day("2026-05-13", 6, 0)], { fetchedAt: later }));
    const ended = { ranges: [range(begins(13), begins(14), "covered")], fetchedAt: later };
    await database.save(totals([day("2026-05-13", 13)], ended));
    assert.deepEqual(await stale(database), []);
    await database.save(totals([day("2026-05-13", 14)], ended));
    assert.deepEqual(await stale(database), ["power  05-12T22 05-13T22"]);
  });

  test("totals that say nothing of their parts leave them alone", async (database) => {
    await threeDays(database);
    await database.save(totals([day("2026-05-11", 99)], { totalsOf: undefined, fetchedAt: later }));
    assert.deepEqual(await stale(database), []);
  });
}

function testUpgrade(dialect: DialectUnderTest): void {
  const name = `${dialect.name}: a database of an older version keeps what it knows`;
  Deno.test(name, { ignore: dialect.ignore ?? false }, async () => {
    await using place = await dialect.fresh();
    const [at, reads] = ["2026-06-01T12:00:00Z", "2026-05-03T00:00:00Z"];
    for (const { version, name, sql } of dialect.schema.migrations.slice(0, 2)) {
      await dialect.execute(place.url, sql);
      await dialect.execute(
        place.url,
        `insert into schema_migrations (version, name, applied_at) values (${version}, '${name}', '${at}')`,
      );
    }
    await dialect.execute(
      place.url,
      `
      insert into coverage
        (site_id, series, device_key, start_at, end_at, state, fetched_at) values
        (1, 'power', '', '2026-05-01T00:00:00Z', '2026-05-02T00:00:00Z', 'covered', '${at}'),
        (1, 'power', '', '2026-05-02T00:00:00Z', '${reads}', 'empty', '${at}'),
        (2, 'telemetry', '7E1', '2026-05-01T00:00:00Z', '${reads}', 'covered', '${at}');
      insert into sync_metadata
        (site_id, series, device_key, data_type, last_success_at, span_s) values
        (1, 'power', '', 'power', '${at}', 86400)`,
    );
    const database = await openDatabase(place.url);
    try {
      assert.equal(await database.state(), "behind");
      const { applied } = await database.migrate();
      assert.equal(applied[0], "0003_evidence");
      assert.equal(await database.state(), "current");
      assert.deepEqual(await ranges(database), [
        `2026-05-01 2026-05-02 covered ${at}`,
        `2026-05-02 2026-05-03 empty ${at}`,
        `2026-05-01 2026-05-03 covered ${at} of 7E1`,
      ]);
      const [mark] = (await database.known()).marks;
      assert.deepEqual([String(mark!.lastSuccess), mark!.spanSeconds], [at, 86400]);
      assert.deepEqual([mark!.failures, mark!.doubts, mark!.askedUntil], [0, 0, null]);
      // What could not be stored before can be now.
      await database.save(delivery([], {
        ranges: [range(second!, third!, "failed"), range(first!, second!, "stale")],
        fetchedAt: later,
      }));
      assert.deepEqual((await ranges(database)).slice(0, 2), [
        `2026-05-01 2026-05-02 stale ${at}`,
        `2026-05-02 2026-05-03 failed ${later} x1`,
      ]);
    } finally {
      await database.close();
    }
  });
}

/** What is known of ranges, in order of site, series, device and time; days where they begin at midnight. */
async function ranges(database: Database): Promise<string[]> {
  const { coverage } = await database.known();
  const text = (second: number) => textOfSecond(second).replace("T00:00:00Z", "");
  return coverage.map(({ start, end, state, fetchedAt, reportedAt, tries, deviceKey }) =>
    [
      `${text(start)} ${text(end)} ${state} ${textOfSecond(fetchedAt)}`,
      ...(reportedAt === null ? [] : [`of ${textOfSecond(reportedAt)}`]),
      ...(tries === 0 ? [] : [`x${tries}`]),
      ...(deviceKey === "" ? [] : [`of ${deviceKey}`]),
    ].join(" ")
  );
}
