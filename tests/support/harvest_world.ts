import type { Database } from "../../src/database/database.ts";
import { openDatabase } from "../../src/database/open.ts";
import type { Clock } from "../../src/model/clock.ts";
import { type DataType, dataTypes } from "../../src/model/data_type.ts";
import { Secret } from "../../src/model/secret.ts";
import {
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from "../../src/simulator/simulator.ts";
import { createJsonClient } from "../../src/source/http/client.ts";
import { quotaOwner } from "../../src/source/http/quota.ts";
import { quotaWindows } from "../../src/source/v1/endpoints.ts";
import { createV1Source } from "../../src/source/v1/source.ts";
import type { Report } from "../../src/sync/report.ts";
import { run } from "../../src/sync/run.ts";
import type { RunEvent } from "../../src/sync/run_state.ts";
import type { Wanted } from "../../src/sync/wanted.ts";

/** What one sync of a test may want to be different. */
export interface SyncChoice extends Partial<Omit<Wanted, "dataTypes">> {
  readonly only?: readonly DataType[];
  readonly strict?: boolean;
  readonly maxRequests?: number;
  readonly apiKey?: string;
  readonly dailyLimit?: number;
}

/** A simulated server, a real database and the engine between them; the clock stands still. */
export interface HarvestWorld extends AsyncDisposable {
  readonly simulator: Simulator;
  readonly database: Database;
  readonly folder: string;
  readonly events: RunEvent[];
  setNow(now: string | Temporal.Instant): void;
  now(): Temporal.Instant;
  sync(choice?: SyncChoice): Promise<Report>;
}

/** Starts a world at a moment; `options` are the simulator's. */
export async function harvestWorld(
  now: string,
  options: Omit<SimulatorOptions, "now">,
): Promise<HarvestWorld> {
  const folder = await Deno.makeTempDir({ prefix: "harvest-" });
  let moment = Temporal.Instant.from(now);
  const simulator = await startSimulator({ ...options, now: () => moment });
  const clock: Clock = {
    now: () => moment,
    sleep: async () => await new Promise((resolve) => setTimeout(resolve, 1)),
  };
  const database = await openDatabase(`sqlite:///${folder}/seh.db`);
  await database.migrate();
  const events: RunEvent[] = [];
  return {
    simulator,
    database,
    folder,
    events,
    setNow: (next) => void (moment = Temporal.Instant.from(next)),
    now: () => moment,
    async sync({ only, strict, maxRequests, apiKey, dailyLimit = 300, ...wanted } = {}) {
      const key = new Secret(apiKey ?? simulator.apiKey);
      await using client = createJsonClient({
        baseUrl: new URL(simulator.url),
        authorize: (url) => url.searchParams.set("api_key", key.reveal()),
        secrets: [key],
        quotaFile: `${folder}/quota.json`,
        quotaOwner: await quotaOwner(key),
        quotaWindows: quotaWindows(dailyLimit),
        maxConcurrent: 3,
        timeoutSeconds: 10,
        maxRetries: 3,
        retryDelaySeconds: 2,
        clock,
        random: () => 0.5,
        userAgent: "seh/test",
      });
      return await run({
        source: createV1Source({ client, clock, dailyLimit }),
        database,
        clock,
        wanted: {
          depth: "recent",
          siteIds: null,
          range: null,
          lookbackDays: { energy: 365, power: 7 },
          overlapMinutes: 15,
          spareQuota: "spend",
          ...wanted,
          dataTypes: new Set(only ?? dataTypes),
        },
        concurrency: 3,
        strict: strict ?? false,
        maxRequests: maxRequests ?? null,
        requestsSent: () => client.sent,
        wholeHarvest: !only && !wanted.range,
        onEvent: (event) => void events.push(event),
        signal: new AbortController().signal,
      });
    },
    async [Symbol.asyncDispose]() {
      await database.close();
      await simulator.close();
      await Deno.remove(folder, { recursive: true });
    },
  };
}
