import type { SiteSpec } from "../../src/simulator/site_spec.ts";
import { type HarvestWorld, harvestWorld } from "./harvest_world.ts";
import { type RunResult, runSeh } from "./run_seh.ts";

/** A fleet's key on v2, and seh as a child process that uses it. */
export interface CreditWorld extends HarvestWorld {
  seh(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<RunResult>;
  /** How often each endpoint was asked since the requests were last cleared. */
  asked(endpoint: RegExp): number;
}

/** Starts one at a moment; the minute allows as much as a test asks. */
export async function creditWorld(
  now: string,
  sites: readonly SiteSpec[],
): Promise<CreditWorld> {
  const world = await harvestWorld(now, { sites, allowance: { perMinute: 10_000 } });
  return {
    ...world,
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
    seh: (args, env = {}) =>
      runSeh(args, {
        cwd: world.folder,
        at: world.now(),
        env: {
          SEH_API_BASE_URL: world.simulator.url,
          SEH_API_KEY: world.simulator.fleetKey,
          SEH_API_VERSION: "2",
          SEH_API_MINUTE_LIMIT: "10000",
          ...env,
        },
      }),
    asked: (endpoint) => world.simulator.requests.filter((one) => endpoint.test(one.path)).length,
  };
}
