import { Secret } from "../../src/model/secret.ts";
import type { Simulator } from "../../src/simulator/simulator.ts";
import { openTokenFile } from "../../src/source/v2/oauth/token_file.ts";
import { clientName } from "../../src/source/v2/oauth/token_record.ts";

/** Puts a fresh grant of a simulated server into the token file, as a login at that time leaves it. */
export async function haveGrant(
  server: Simulator,
  tokenFile: string,
  siteId: number,
  at: Temporal.Instant,
): Promise<void> {
  const { accessToken, refreshToken } = server.grant(siteId);
  const tokens = { access: accessToken, refresh: refreshToken };
  await keepGrant(tokenFile, server.clientId, { siteId, tokens, at });
}

/** Puts a grant with these tokens into the token file, as a login of an application leaves it. */
export async function keepGrant(
  tokenFile: string,
  clientId: string,
  { siteId, tokens, at }: {
    readonly siteId: number;
    readonly tokens: { readonly access: string; readonly refresh: string };
    readonly at: Temporal.Instant;
  },
): Promise<void> {
  const client = await clientName(clientId);
  await openTokenFile(tokenFile).change((grants, store) =>
    store(
      new Map(grants).set(siteId, {
        client,
        grantedAt: at,
        months: 24,
        refreshLastUsedAt: at,
        accessExpiresAt: at.add({ hours: 2 }),
        accessToken: new Secret(tokens.access),
        refreshToken: new Secret(tokens.refresh),
      }),
    )
  );
}
