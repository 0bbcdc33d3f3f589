import assert from "node:assert/strict";
import { SourceError } from "../../../src/source/source_error.ts";
import { createV1Source } from "../../../src/source/v1/source.ts";
import type { JsonRequest } from "../../../src/source/http/json_client.ts";
import type { PlannedRequest } from "../../../src/source/source.ts";
import { ask } from "./ask.ts";

/** Follows the site list of a server to its end. */
async function followList(answer: (request: JsonRequest) => unknown) {
  const requests: JsonRequest[] = [];
  const source = createV1Source({
    client: {
      getJson(request) {
        requests.push(request);
        assert.ok(requests.length < 20, "the list must end");
        return Promise.resolve(answer(request));
      },
      remaining: () => Promise.resolve({ requests: 1, limit: 1, freesAt: null }),
      sent: 0,
    },
    clock: { now: () => Temporal.Instant.from("2026-06-01T00:00:00Z") },
    dailyLimit: 300,
  });
  const query = source.queries.find((one) => one.role === "site-list")!;
  let next: PlannedRequest | undefined = { query, sites: [], reason: "first", necessity: "due" };
  const ids: number[] = [];
  const notes: string[] = [];
  while (next) {
    const page: Awaited<ReturnType<typeof source.fetch>> = await source.fetch(next);
    for (const { columns, rows } of page.rows) {
      ids.push(...rows.map((row) => Number(row[columns.indexOf("site_id")])));
    }
    notes.push(...page.notes.map((one) => one.text));
    next = page.next;
  }
  return { requests, ids, notes };
}

function fleet(size: number) {
  return Array.from({ length: size }, (_, index) => ({ id: index + 1, name: `Site ${index + 1}` }));
}

function pageOf(sites: readonly unknown[], { parameters }: JsonRequest) {
  const start = Number(parameters.startIndex);
  return sites.slice(start, start + Number(parameters.size));
}

Deno.test("a fleet of 250 sites is listed whole, in three pages of a stable order", async () => {
  const { requests, ids, notes } = await followList((request) => ({
    sites: { count: 250, site: pageOf(fleet(250), request) },
  }));
  assert.deepEqual(ids, fleet(250).map((one) => one.id));
  assert.deepEqual(requests.map((one) => one.parameters.startIndex), ["0", "100", "200"]);
  assert.ok(
    requests.every((one) => one.path === "/sites/list" && one.parameters.sortProperty === "Name"),
  );
  assert.deepEqual(requests[0]!.charges, [{ allowance: "account", amount: 1 }]);
  assert.deepEqual(notes, []);
});

Deno.test("the documented list, whose count is far larger than its rows, ends and says so", async () => {
  const { requests, ids, notes } = await followList(() => ({
    Sites: { count: 1567, list: [{ id: 1, name: "A" }, { id: 2, name: "B" }] },
  }));
  assert.deepEqual(ids, [1, 2]);
  assert.equal(requests.length, 2);
  assert.match(notes.join(), /says 1567 sites and gave 2/);
});

Deno.test("a count that is too small loses no site of a full page", async () => {
  const { ids } = await followList((request) => ({
    sites: { count: 100, site: pageOf(fleet(130), request) },
  }));
  assert.equal(ids.length, 130);
});

Deno.test("sites that move between two pages are stored once", async () => {
  const { ids } = await followList(({ parameters }) => ({
    sites: {
      count: 150,
      site: parameters.startIndex === "0" ? fleet(100) : fleet(150).slice(95),
    },
  }));
  assert.deepEqual(ids, fleet(150).map((one) => one.id));
});

Deno.test("an account without sites has an empty list", async () => {
  const { ids, requests } = await followList(() => ({ sites: { count: 0, site: [] } }));
  assert.deepEqual([ids.length, requests.length], [0, 1]);
});

Deno.test("what an answer leaves out stays as it is known, and what it adds is kept as extra", async () => {
  const { table } = await ask("sites", {
    sites: {
      count: "1",
      site: {
        id: "12",
        name: "Barn",
        peakPower: "9.84",
        installationDate: "2021-04-12 00:00:00",
        notes: "",
        location: { timeZone: "Europe/Berlin", region: "South" },
        highestImpact: 3,
      },
    },
  });
  const [site] = table("sites");
  assert.equal(site!.site_id, 12);
  assert.equal(site!.peak_power_kwp, 9.84);
  assert.equal(site!.installation_date, "2021-04-12");
  assert.equal(site!.notes, "");
  assert.ok(!Object.hasOwn(site!, "pto_date"));
  assert.equal(site!.time_zone, "Europe/Berlin");
  assert.equal(site!.extra, '{"highestImpact":3,"location":{"region":"South"}}');
});

Deno.test("a zone by another name is understood, one that nobody knows is kept as the server wrote it", async () => {
  const zones = ["W. Europe Standard Time", "GMT+10", "AEST", "", null];
  const { table } = await ask("sites", {
    sites: {
      count: zones.length,
      site: zones.map((timeZone, at) => ({ id: at + 1, location: { timeZone } })),
    },
  });
  const sites = table("sites");
  assert.deepEqual(
    sites.map((one) => one.time_zone),
    ["Europe/Berlin", "Etc/GMT-10", undefined, undefined, undefined],
    "what names no zone leaves the one that is known alone",
  );
  assert.deepEqual(
    sites.map((one) => one.extra ?? null),
    [null, null, '{"location":{"timeZone":"AEST"}}', '{"location":{"timeZone":""}}', null],
  );
});

Deno.test("the details do not erase the alerts that only the list of an account key has", async () => {
  const listed = await ask("sites", {
    sites: {
      count: 1,
      site: [{ id: 1, alertQuantity: 2, alertSeverity: "LOW", highestImpact: 3 }],
    },
  });
  const details = await ask("details", { details: { id: 1, name: "Barn" } });
  assert.equal(listed.table("sites")[0]!.alert_quantity, 2);
  for (const column of ["alert_quantity", "alert_severity", "extra"]) {
    assert.ok(!Object.hasOwn(details.table("sites")[0]!, column), column);
  }
});

Deno.test("details of another site are a bad answer: nothing in them is of the site that was asked for", async () => {
  await assert.rejects(
    ask("details", { details: { id: 99, name: "Elsewhere" } }),
    /the answer is about site 99, not about site 1/,
  );
});

Deno.test("a period of data without days takes no known day away", async () => {
  const { table } = await ask("data-period", { dataPeriod: { startDate: null, endDate: null } });
  assert.deepEqual(table("sites"), [{ site_id: 1 }]);
});

Deno.test("periods of several sites are read as the server sends them and as it documents them", async () => {
  const period = { startDate: "2022-03-04", endDate: "2026-05-31" };
  const real = {
    datePeriodList: {
      count: 2,
      siteEnergyList: [{ siteId: 2, dataPeriod: period }, { siteId: 1, dataPeriod: period }],
    },
  };
  const documented = {
    dataPeriod: { count: 2, list: [{ id: 2, ...period }, { id: 1, ...period }] },
  };
  for (const body of [real, documented]) {
    const { table, request, notes } = await ask("data-period", body, { siteIds: [1, 2] });
    assert.equal(request.path, "/sites/1,2/dataPeriod");
    assert.deepEqual(table("sites").map((one) => one.site_id), [2, 1]);
    assert.ok(table("sites").every((one) => one.data_start_date === "2022-03-04"));
    assert.deepEqual(notes, []);
  }
});

Deno.test("the last update of a site is kept as its wall clock and as an instant", async () => {
  const { table } = await ask("overview", { overview: { lastUpdateTime: "2026-06-01 14:07:31" } });
  const [site] = table("sites");
  assert.equal(site!.last_update_local, "2026-06-01T14:07:31");
  assert.equal(site!.last_update_at, "2026-06-01T12:07:31Z");
  assert.ok(!Object.hasOwn(site!, "lifetime_revenue"));
});

Deno.test("a null erases what is known of a site, but never its zone or its last update", async () => {
  const [site] = (await ask("details", {
    details: { name: null, lastUpdateTime: null, location: { city: null, timeZone: null } },
  })).table("sites");
  assert.deepEqual(site, { site_id: 1, name: null, city: null });
  const [figures] = (await ask("overview", { overview: { lastUpdateTime: null } })).table("sites");
  assert.deepEqual(figures, { site_id: 1, overview_extra: null });
});

Deno.test("the period of data may come with times of day, and that is no news", async () => {
  const { table, notes } = await ask("data-period", {
    dataPeriod: { startDate: "2024-04-12 00:00:00", endDate: "2026-06-10 11:45:00" },
  });
  assert.deepEqual(table("sites"), [
    { site_id: 1, data_start_date: "2024-04-12", data_end_date: "2026-06-10" },
  ]);
  assert.deepEqual(notes, []);
});

Deno.test("in the repeated hour of autumn the last update does not go backwards", async () => {
  const body = { overview: { lastUpdateTime: "2026-10-25 02:10:00" } };
  const first = await ask("overview", body, { now: "2026-10-25T00:11:00Z" });
  const second = await ask("overview", body, {
    lastUpdate: "2026-10-25T00:55:00Z",
    now: "2026-10-25T01:11:00Z",
  });
  assert.equal(first.table("sites")[0]!.last_update_at, "2026-10-25T00:10:00Z");
  assert.equal(second.table("sites")[0]!.last_update_at, "2026-10-25T01:10:00Z");
});

Deno.test("without a zone the last update is kept as the API wrote it", async () => {
  const { table } = await ask("overview", { overview: { lastUpdateTime: "2026-06-01 14:07:31" } }, {
    zone: null,
  });
  assert.equal(table("sites")[0]!.last_update_local, "2026-06-01T14:07:31");
  assert.equal(table("sites")[0]!.last_update_at, null);
});

Deno.test("overviews of several sites: one that is missing and one too many are reported", async () => {
  const overview = { lastUpdateTime: "2026-06-01 14:07:31", lifeTimeData: { energy: 5 } };
  const { table, notes } = await ask("overview", {
    sitesOverviews: {
      count: 2,
      siteEnergyList: [{ siteId: 1, siteOverview: overview }, {
        siteId: 3,
        siteOverview: overview,
      }],
    },
  }, { siteIds: [1, 2] });
  assert.deepEqual(table("sites").map((one) => one.site_id), [1]);
  assert.deepEqual(notes.map((one) => [one.siteId, one.level]), [[0, "warning"], [2, "warning"]]);
  assert.match(notes[0]!.text, /site 3 was not asked for/);
});

Deno.test("an answer for several sites that names none of them is refused", async () => {
  await assert.rejects(
    ask("overview", { overview: { lastUpdateTime: "2026-06-01 14:07:31" } }, { siteIds: [1, 2] }),
    (error) => error instanceof SourceError && error.kind === "body",
  );
});
