import { archiveWriter } from "../../src/archive/writer.ts";
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
import type { FreshDatabase } from "./fresh_file.ts";
import { createJsonClient } from "../../src/source/http/client.ts";
import { quotaOwner } from "../../src/source/http/quota_owner.ts";
import { quotaWindows } from "../../src/source/v1/endpoints.ts";
import { monthIsSpent, quotaWindows as creditWindows } from "../../src/source/v2/limits.ts";
import { createV2Source } from "../../src/source/v2/source.ts";
import { createV1Source } from "../../src/source/v1/source.ts";
import type { Report } from "../../src/sync/report.ts";
import { run } from "../../src/sync/run.ts";
import type { RunEvent } from "../../src/sync/run_state.ts";
import type { Wanted } from "../../src/sync/wanted.ts";
import { scope } from "./scope.ts";
import { worldTime } from "./world_time.ts";

/** What one sync of a test may want to be different. */
export interface SyncChoice extends Partial<Omit<Wanted, "dataTypes">> {
  readonly only?: readonly DataType[];
  readonly strict?: boolean;
  readonly maxRequests?: number;
  readonly apiKey?: string;
  readonly dailyLimit?: number;
  /** Which generation of the API is asked; v1 by default. Its waits move the clock. */
  readonly generation?: "v1" | "v2";
  /** How v2 is opened: a fleet's key, the default, or the login of an owner of that site. */
  readonly login?: number;
  readonly monthlyLimit?: number;
  /** How wrong the clock of this machine is; the server's is right. Not by default. */
  readonly clockError?: Temporal.Duration;
}

/**
 * The choice of a test of many runs that is about some types of data: these, and in `test:all` everything, as in
 * any sync.
 */
export function mostly(...only: readonly DataType[]): Pick<SyncChoice, "only"> {
  return scope === "all" ? {} : { only };
}

/** A simulated server, a real database and the engine between them; the clock stands still. */
export interface HarvestWorld extends AsyncDisposable {
  readonly simulator: Simulator;
  readonly database: Database;
  readonly folder: string;
  readonly events: RunEvent[];
  setNow(now: string | Temporal.Instant): void;
  now(): Temporal.Instant;
  /** Keeps the time in a file of the folder while processes take part: `clockFile` of `spawnSeh`. */
  shareTime(): { readonly clockFile: string } & Disposable;
  sync(choice?: SyncChoice): Promise<Report>;
}

/**
 * Starts a world at a moment, in a database of its own (`seh.db` in its folder, unless `fresh` gives one); `options`
 * are the simulator's. With a folder for the archive every answer is kept there.
 */
export async function harvestWorld(
  now: string,
  options: Omit<SimulatorOptions, "now">,
  fresh?: () => Promise<FreshDatabase>,
  archive?: string,
): Promise<HarvestWorld> {
  const folder = await Deno.makeTempDir({ prefix: "harvest-" });
  const time = worldTime(Temporal.Instant.from(now));
  const simulator = await startSimulator({ ...options, now: time.now });
  const place = await fresh?.();
  const database = await openDatabase(place?.url ?? `sqlite:///${folder}/seh.db`);
  await database.migrate();
  const events: RunEvent[] = [];
  return {
    simulator,
    database,
    folder,
    events,
    setNow: (next) => time.set(Temporal.Instant.from(next)),
    now: time.now,
    shareTime() {
      const clockFile = `${folder}/time`;
      const sharing = time.share(clockFile);
      return { clockFile, [Symbol.dispose]: () => sharing[Symbol.dispose]() };
    },
    async sync(choice = {}) {
      const { only, strict, maxRequests, apiKey, dailyLimit = 300, generation, ...more } = choice;
      const { login, monthlyLimit = 2000, clockError, ...wanted } = more;
      const isV2 = generation === "v2";
      const key = new Secret(apiKey ?? (isV2 ? simulator.fleetKey : simulator.apiKey));
      const token = login === undefined ? null : new Secret(simulator.grant(login).accessToken);
      const limits = { monthly: monthlyLimit, minute: 10 };
      const waiting = time.clock(clockError);
      const clock: Clock = {
        now: waiting.now,
        sleep: async () => await new Promise((resolve) => setTimeout(resolve, 1)),
      };
      await using client = createJsonClient({
        baseUrl: new URL(isV2 ? `${simulator.url}/v2` : simulator.url),
        authorize: (url, headers) => {
          if (token) headers.set("Authorization", `Bearer ${token.reveal()}`);
          else if (isV2) headers.set("X-API-Key", key.reveal());
          else url.searchParams.set("api_key", key.reveal());
        },
        secrets: token ? [key, token] : [key],
        quotaFile: `${folder}/quota.json`,
        quotaOwner: await quotaOwner(token ? new Secret(simulator.clientId) : key),
        quotaWindows: isV2 ? creditWindows(limits) : quotaWindows(dailyLimit),
        ...(isV2 ? { isPeriodSpent: monthIsSpent } : {}),
        maxConcurrent: 3,
        timeoutSeconds: 10,
        maxRetries: 3,
        retryDelaySeconds: 2,
        clock: isV2 ? waiting : clock,
        random: () => 0.5,
        userAgent: "seh/test",
        ...(archive
          ? { keepAnswer: archiveWriter(archive, (text) => events.push(noteOf(text))) }
          : {}),
      });
      return await run({
        source: isV2
          ? createV2Source({
            client,
            clock,
            limits,
            ...(login === undefined
              ? { access: "fleet" }
              : { access: "site", grantedSites: [login] }),
          })
          : createV1Source({ client, clock, dailyLimit }),
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
      await place?.[Symbol.asyncDispose]();
      await simulator.close();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

function noteOf(text: string): RunEvent {
  return { kind: "note", siteId: 0, level: "warning", text };
}
