import assert from "node:assert/strict";
import { dashboardJson, madeFiles, sitePattern } from "../../contrib/grafana/dashboard_json.ts";
import { type Dialect, dialects } from "../../contrib/grafana/dialects.ts";
import type { Dashboard, Panel } from "../../contrib/grafana/panel.ts";
import { dashboards, sitesQuery } from "../../contrib/grafana/panels.ts";
import { homeSite, houseSite } from "../../src/simulator/scenarios.ts";
import { storeTariffs } from "../../src/tariff/stored.ts";
import { readTariffs } from "../../src/tariff/tariff_file.ts";
import type { FreshDatabase } from "../support/fresh_file.ts";
import { harvestWorld } from "../support/harvest_world.ts";
import { onEachDatabase } from "../support/on_each_database.ts";

const folder = new URL("../../contrib/grafana/", import.meta.url);
const now = Temporal.Instant.from("2026-06-01T12:07:00Z");
const range = { from: now.subtract({ hours: 34 }), to: now };
const home = homeSite({ firstDay: "2026-05-30" });
const house = houseSite({ firstDay: "2026-05-30" });

type Rows = Record<string, unknown>[];

/** As Grafana fills a query in before it sends it. */
function filled(sql: string, { from, to } = range, site = home.siteId): string {
  const text = sql.replaceAll("$__from", `${from.epochMilliseconds}`)
    .replaceAll("$__to", `${to.epochMilliseconds}`).replaceAll("$site", `${site}`);
  assert.ok(!text.includes("$"), text);
  return text;
}

/** The query as it stands in the file, and the shape in which the panel asks for it. */
function queries(on: Dialect): { dashboard: Dashboard; panel: Panel; sql: string }[] {
  return dashboards.flatMap((dashboard) => {
    const file = JSON.parse(dashboardJson(on, dashboard));
    return dashboard.panels.map((panel, at) => {
      const [target] = file.panels[at].targets;
      return { dashboard, panel, sql: String(target.rawSql ?? target.rawQueryText) };
    });
  });
}

const zones = {
  sqlite: [""],
  postgres: ["set time zone 'UTC';", "set time zone 'America/New_York';"],
  mariadb: ["set time_zone = '+00:00';", "set time_zone = '-05:00';"],
};

function dialectOf(url: string): Dialect {
  return dialects.find(({ name }) => url.startsWith(name.slice(0, 6)))!;
}

/** Numbers as numbers, times as epoch seconds: what Grafana makes of each database's answer. */
function plain(rows: Rows): Rows {
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => {
        if (value instanceof Date) return [name, value.getTime() / 1000];
        if (typeof value === "bigint") return [name, Number(value)];
        if (typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value)) {
          return [name, Number(value)];
        }
        return [name, value];
      }),
    )
  );
}

/** What the query gives in sessions of each zone: the same, or the test fails. */
async function inAllZones(place: FreshDatabase, on: Dialect, sql: string): Promise<Rows> {
  const answers = [];
  for (const zone of zones[on.name]) answers.push(plain(await place.select(`${zone}${sql}`)));
  for (const answer of answers) assert.deepEqual(answer, answers[0], sql);
  return answers[0];
}

Deno.test("the dashboards in contrib/grafana are what the list of panels says (else: deno task dashboards)", () => {
  const made = madeFiles(dialects);
  for (const { path, text } of made) {
    assert.equal(Deno.readTextFileSync(new URL(path, folder)), text, path);
  }
  const stored = dialects.flatMap(({ name }) =>
    [...Deno.readDirSync(new URL(`${name}/dashboards`, folder))].map((one) =>
      `${name}/dashboards/${one.name}`
    )
  );
  assert.deepEqual(stored.toSorted(), made.map((one) => one.path).toSorted());
});

/** Of the first database that was asked, by title: the others give the same. */
const first = new Map<string, Rows>();

Deno.test("no figure is red because it is large, and no panel lies upon another", () => {
  for (const on of dialects) {
    for (const dashboard of dashboards) {
      const { panels } = JSON.parse(dashboardJson(on, dashboard));
      const taken = new Set<string>();
      for (const { title, fieldConfig, gridPos: { x, y, w, h } } of panels) {
        assert.deepEqual(
          fieldConfig.defaults.thresholds,
          { mode: "absolute", steps: [{ color: "green", value: null }] },
          title,
        );
        assert.ok(x + w <= 24, title);
        for (let at = 0; at < w * h; at++) {
          const cell = `${x + at % w},${y + Math.floor(at / w)}`;
          assert.ok(!taken.has(cell), `${dashboard.name}: ${title} at ${cell}`);
          taken.add(cell);
        }
      }
    }
  }
});

onEachDatabase(
  "every panel of every dashboard has its data, whatever the reader's zone",
  async (fresh) => {
    const place = await fresh();
    await using world = await harvestWorld(
      now.toString(),
      { sites: [home, house] },
      () => Promise.resolve(place),
    );
    const report = await world.sync({ generation: "v2" });
    assert.ok(report);
    await storeTariffs(
      world.database,
      readTariffs(
        "currency: EUR\npurchase:\n  - from: 2026-01-01\n    price_per_kwh: 0.3\n" +
          "feed_in:\n  - from: 2026-01-01\n    price_per_kwh: 0.08\n",
      ),
    );
    const on = dialectOf(place.url);
    for (const { dashboard, panel, sql } of queries(on)) {
      const name = `${dashboard.name}: ${panel.title}`;
      const rows = await inAllZones(place, on, filled(sql));
      assert.ok(rows.length > 0, `${name} shows nothing`);
      const numbers = rows.flatMap((row) => Object.entries(row))
        .filter(([column, value]) => column !== "time" && typeof value === "number");
      assert.ok(panel.kind === "table" || numbers.length > 0, `${name} has no values`);
      if (panel.kind === "lines") {
        const times = rows.map((row) => Number(row.time));
        assert.ok(times.every((time) => time * 1000 >= range.from.epochMilliseconds), name);
        assert.ok(times.every((time) => time * 1000 <= range.to.epochMilliseconds), name);
        // The newest quarter-hour of which anything is known is not hours away, as in a wrong zone.
        assert.ok(times.at(-1)! * 1000 > range.to.epochMilliseconds - 3_600_000, name);
      }
      // When something was fetched depends on how long the harvest had to wait.
      const lasting = rows.map((row) =>
        Object.fromEntries(Object.entries(row).filter(([column]) => !column.startsWith("last ")))
      );
      if (!first.has(name)) first.set(name, lasting);
      assert.deepEqual(lasting, first.get(name), `${name} differs from the first database`);
    }
    const before = {
      from: range.from.subtract({ hours: 2400 }),
      to: range.to.subtract({ hours: 2400 }),
    };
    for (const { panel, sql } of queries(on)) {
      if (!sql.includes("$__from")) continue;
      assert.deepEqual(await place.select(filled(sql, before)), [], `${panel.title}, long ago`);
    }
    const pattern = new RegExp(sitePattern.slice(1, -1));
    const sites = plain(await place.select(sitesQuery(on))).map((row) =>
      pattern.exec(String(row.site))?.groups
    );
    assert.deepEqual(
      sites.map((one) => [one?.text, Number(one?.value)]).toSorted(),
      [home, house].map((one) => [one.name, one.siteId]).toSorted(),
    );
  },
);
