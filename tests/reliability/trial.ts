import { join } from "node:path";
import { openDatabase } from "../../src/database/open.ts";
import type { Database } from "../../src/database/database.ts";
import type { TableName, Value } from "../../src/model/table.ts";
import { table } from "../../src/model/tables.ts";
import { homeSite } from "../../src/simulator/scenarios.ts";
import { type Simulator, startSimulator } from "../../src/simulator/simulator.ts";
import { runInWorld } from "../support/captured_world.ts";
import type { FreshDatabase } from "../support/fresh_file.ts";
import { storedRows } from "../support/stored_rows.ts";
import { truthRows } from "../support/truth_rows.ts";
import { truthRowsV2 } from "../support/truth_rows_v2.ts";
import { type Front, startFront } from "./front.ts";

/** Which of SolarEdge's two APIs is asked. */
export type Api = "v1" | "v2";

/** Something that goes wrong in one run of a timer. */
export interface Trouble {
  readonly name: string;
  /** Of these APIs alone; both by default. */
  readonly apis?: readonly Api[];
  /** What the run ends with. */
  readonly exit: number;
  /** What the run after it ends with; 0 by default. */
  readonly next?: Readonly<Partial<Record<Api, number>>>;
  /** Makes it happen; gives settings that the run has besides. */
  begin(
    place: Place,
  ): Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;
}

/** Where trouble is made. */
export interface Place {
  readonly api: Api;
  readonly front: Front;
  /** What is to be ended with the trial. */
  readonly ending: AsyncDisposableStack;
}

/** What came of it. */
export interface Outcome {
  /** Exit code of the run in trouble. */
  readonly exit: number;
  /** Exit code of the run after it. */
  readonly next: number;
  /** Rows of the server's model that are not stored as they are, after the next run and after a day more. */
  readonly lost: number;
  readonly lostADayLater: number;
  /** Rows stored that the model does not have. */
  readonly doubled: number;
  /** What the run in trouble said; for a test that fails. */
  readonly said: string;
}

const since = { firstDay: "2026-05-30", installationDate: "2026-05-30" };
const home = homeSite(since);
const at = (text: string) => Temporal.Instant.from(text);
/** The first run; the run in trouble, a day later; the next; and one of the day after. */
const moments = {
  first: at("2026-06-01T05:37:00Z"),
  trouble: at("2026-06-02T05:37:00Z"),
  next: at("2026-06-02T07:37:00Z"),
  dayLater: at("2026-06-03T07:37:00Z"),
};
const start = at("2026-05-29T22:00:00Z");

const tables: readonly TableName[] = [
  "energy_readings",
  "power_readings",
  "power_details",
  "energy_details",
  "battery_telemetry",
  "meter_readings",
  "inverter_telemetry",
];

/**
 * Four runs of the program against a simulated home, the second in trouble; afterwards every reading of the days
 * that had ended is held against the server's own model.
 */
export async function tryOut(
  trouble: Trouble,
  api: Api,
  fresh: () => Promise<FreshDatabase>,
): Promise<Outcome> {
  await using place = await fresh();
  let now = moments.first;
  const server = await startSimulator({
    sites: [home],
    now: () => now,
    allowance: { perMinute: 100_000 },
  });
  const folder = await Deno.makeTempDir({ prefix: "seh-trouble-" });
  try {
    await using front = await startFront(server.url);
    await using ending = new AsyncDisposableStack();
    const sync = (env: Readonly<Record<string, string>> = {}) =>
      runInWorld(["sync"], {
        cwd: folder,
        now,
        env: {
          SEH_API_BASE_URL: front.url,
          SEH_API_VERSION: api === "v1" ? "1" : "2",
          SEH_API_KEY: api === "v1" ? server.apiKey : server.fleetKey,
          SEH_API_MINUTE_LIMIT: "100000",
          SEH_API_TIMEOUT: "5",
          SEH_DATABASE_URL: place.url,
          SEH_QUOTA_FILE: join(folder, "quota.json"),
          ...env,
        },
      });
    const first = await sync();
    if (first.code !== 0) {
      throw new Error(`the first run ended with ${first.code}: ${first.stderr}`);
    }
    now = moments.trouble;
    const bad = await sync(await trouble.begin({ api, front, ending }));
    const isFrontAsked = front.hits > 0;
    front.set(null);
    now = moments.next;
    const next = await sync();
    const after = await compared(place.url, server, api, moments.trouble);
    now = moments.dayLater;
    await sync();
    const later = await compared(place.url, server, api, moments.dayLater);
    return {
      exit: bad.code,
      next: next.code,
      lost: after.lost,
      lostADayLater: later.lost,
      doubled: after.doubled + later.doubled,
      said: `${isFrontAsked ? "" : "(nothing passed by) "}${bad.stdout}${bad.stderr}`,
    };
  } finally {
    await server.close();
    await Deno.remove(folder, { recursive: true });
  }
}

/** Counts what differs from the model in the days that had ended at a moment. */
async function compared(url: string, server: Simulator, api: Api, until: Temporal.Instant) {
  const database = await openDatabase(url);
  try {
    const to = until.toZonedDateTimeISO(home.timeZone).startOfDay().toInstant();
    const counts = { lost: 0, doubled: 0 };
    for (const name of tables) {
      const one = await comparedTable(database, server, api, name, to);
      counts.lost += one.lost;
      counts.doubled += one.doubled;
    }
    return counts;
  } finally {
    await database.close();
  }
}

async function comparedTable(
  database: Database,
  server: Simulator,
  api: Api,
  name: TableName,
  to: Temporal.Instant,
) {
  const truth = (api === "v2" ? truthRowsV2 : truthRows)(server, home.siteId, name, {
    from: start,
    to,
    now: server.now(),
  }).filter(isOfDay);
  if (truth.length === 0) throw new Error(`no truth of ${name}`);
  const key = table(name).key;
  const keyOf = (row: Readonly<Record<string, Value>>) => key.map((one) => row[one]).join(" ");
  const stored = (await storedRows(database, name, home.siteId)).filter(isOfDay)
    .filter((row) => isBefore(row, to));
  const byKey = new Map(stored.map((row) => [keyOf(row), row]));
  const keys = new Set(truth.map(keyOf));
  // Where a day's energy went follows from requests of another kind, which the comparison of tables holds.
  const names = name === "energy_readings" ? ["energy_wh"] : null;
  const lost = truth.filter((row) => {
    const one = byKey.get(keyOf(row));
    return !one || (names ?? Object.keys(row)).some((column) => one[column] !== row[column]);
  });
  return {
    lost: lost.length,
    doubled: stored.length - byKey.size +
      stored.filter((row) => !keys.has(keyOf(row)) && hasValue(row, name)).length,
  };
}

/** Slots that are listed without a value are rows too, of devices that the model does not have. */
function hasValue(row: Readonly<Record<string, Value>>, name: TableName): boolean {
  const { columns, key } = table(name);
  const others = ["local_time", "source", "updated_at", "extra"];
  return columns.some((one) =>
    !key.includes(one.name) && !others.includes(one.name) && row[one.name] !== null
  );
}

const isOfDay = (row: Readonly<Record<string, Value>>) =>
  row.time_unit === undefined || row.time_unit === "DAY";

/** Whether a row begins before a moment: its time, or its local day. */
function isBefore(row: Readonly<Record<string, Value>>, to: Temporal.Instant): boolean {
  if (row.timestamp !== undefined) return String(row.timestamp) < to.toString();
  return String(row.reading_date) < to.toZonedDateTimeISO(home.timeZone).toPlainDate().toString();
}
