import { join } from "node:path";
import { homeSite, houseSite } from "../../src/simulator/scenarios.ts";
import { type Simulator, startSimulator } from "../../src/simulator/simulator.ts";
import { haveGrant } from "./have_grant.ts";
import { type RunResult, runSeh } from "./run_seh.ts";

/** A homeowner of two sites, who runs seh as a child process against the simulated server. */
export interface HomeownerWorld extends AsyncDisposable {
  readonly server: Simulator;
  readonly cwd: string;
  readonly tokenFile: string;
  readonly logFile: string;
  readonly sites: readonly [number, number];
  /** The right time: that of the server, and of seh unless `clock` says otherwise. */
  now: Temporal.Instant;
  /** The address to which the vendor's page sends the browser once a site is granted. */
  callback(siteId: number): Promise<string>;
  /** A fresh grant in the token file, as a login leaves it; `clock` is the time that seh believes in. */
  have(siteId: number, clock?: Temporal.Instant): Promise<void>;
  seh(args: readonly string[], more?: {
    readonly env?: Readonly<Record<string, string>>;
    readonly stdin?: string;
    readonly clock?: Temporal.Instant;
  }): Promise<RunResult>;
}

/**
 * Starts one at noon of a day in June, or at the time of the machine, which seh then follows itself: waiting
 * for a person needs a clock that does not jump. Two days of data are there.
 */
export async function homeownerWorld(
  { machineClock = false }: { machineClock?: boolean } = {},
): Promise<HomeownerWorld> {
  const start = machineClock
    ? Temporal.Now.instant()
    : Temporal.Instant.from("2026-06-01T16:07:00Z");
  const firstDay = start.subtract({ hours: 48 }).toString().slice(0, 10);
  const since = { firstDay, installationDate: firstDay };
  const sites = [homeSite(since), houseSite(since)];
  const cwd = await Deno.makeTempDir({ prefix: "seh-homeowner-" });
  const world: HomeownerWorld = {
    server: await startSimulator({
      sites,
      now: () => machineClock ? Temporal.Now.instant() : world.now,
      allowance: { perMinute: 1000 },
      apiKey: "K3Y+of/the=first&generation%20:0815",
      accountKey: "ACCOUNT+key/of=the&fleet%20:4711",
    }),
    cwd,
    tokenFile: join(cwd, "state", "seh", "tokens.json"),
    logFile: join(cwd, "seh.log"),
    sites: [sites[0]!.siteId, sites[1]!.siteId],
    now: start,
    async callback(siteId) {
      const { server } = world;
      const query = new URLSearchParams({ client_id: server.clientId, external_id: `${siteId}` });
      const page = await fetch(`${server.url}/authorize?${query}`, { redirect: "manual" });
      await page.body?.cancel();
      return page.headers.get("location")!;
    },
    have: (siteId, clock = world.now) => haveGrant(world.server, world.tokenFile, siteId, clock),
    seh: (args, { env, stdin, clock } = {}) =>
      runSeh(args, {
        cwd,
        stdin,
        at: machineClock ? undefined : clock ?? world.now,
        env: {
          SEH_API_BASE_URL: world.server.url,
          SEH_OAUTH_AUTHORIZE_URL: `${world.server.url}/authorize`,
          SEH_OAUTH_CLIENT_ID: world.server.clientId,
          SEH_OAUTH_CLIENT_SECRET: world.server.clientSecret,
          SEH_API_MINUTE_LIMIT: "1000",
          SEH_POWER_LOOKBACK_DAYS: "1",
          SEH_LOG_FILE: world.logFile,
          SEH_LOG_LEVEL: "DEBUG",
          ...env,
        },
      }),
    async [Symbol.asyncDispose]() {
      await world.server.close();
      await Deno.remove(cwd, { recursive: true });
    },
  };
  return world;
}
