import { z } from "zod";
import { Secret } from "../../../model/secret.ts";

/** A homeowner's grant for one site, with the tokens that it stands on now. */
export interface StoredGrant {
  /** A part of the SHA-256 of the client id that it was given to: `clientName(id)`. */
  readonly client: string;
  readonly grantedAt: Temporal.Instant;
  /** For how many months access was asked for. */
  readonly months: number;
  /** When the tokens below were asked for, by the clock of this machine. */
  readonly refreshLastUsedAt: Temporal.Instant;
  readonly accessExpiresAt: Temporal.Instant;
  readonly accessToken: Secret;
  /** Good for one refresh; the answer brings the next. */
  readonly refreshToken: Secret;
  /** When the server last refused to renew the tokens; absent: it has not since they were made. */
  readonly refusedAt?: Temporal.Instant;
}

/** All grants of a token file, by site. */
export type GrantRecord = ReadonlyMap<number, StoredGrant>;

/** The text is no record of grants. Its message quotes nothing of the text. */
export class DamagedTokens extends Error {
  override readonly name = "DamagedTokens";
}

const instant = z.string().transform((text, context) => {
  try {
    return Temporal.Instant.from(text);
  } catch {
    context.addIssue("no instant");
    return z.NEVER;
  }
});
const token = z.string().min(1).transform((text) => new Secret(text));
const schema = z.object({
  version: z.literal(1),
  grants: z.record(
    z.string().regex(/^[1-9]\d*$/),
    z.object({
      client: z.string(),
      granted_at: instant,
      months: z.int().positive(),
      refresh_last_used_at: instant,
      access_expires_at: instant,
      access_token: token,
      refresh_token: token,
      refused_at: instant.optional(),
    }),
  ),
});

/** Throws DamagedTokens. */
export function readTokenRecord(text: string): GrantRecord {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new DamagedTokens("it is no JSON");
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw new DamagedTokens("it is not in the form that seh writes");
  return new Map(
    Object.entries(parsed.data.grants).map(([site, one]) => [Number(site), {
      client: one.client,
      grantedAt: one.granted_at,
      months: one.months,
      refreshLastUsedAt: one.refresh_last_used_at,
      accessExpiresAt: one.access_expires_at,
      accessToken: one.access_token,
      refreshToken: one.refresh_token,
      ...one.refused_at ? { refusedAt: one.refused_at } : {},
    }]),
  );
}

/** The one place where tokens become text. */
export function writeTokenRecord(record: GrantRecord): string {
  const grants = Object.fromEntries(
    [...record].map(([site, one]) => [site, {
      client: one.client,
      granted_at: one.grantedAt.toString(),
      months: one.months,
      refresh_last_used_at: one.refreshLastUsedAt.toString(),
      access_expires_at: one.accessExpiresAt.toString(),
      access_token: one.accessToken.reveal(),
      refresh_token: one.refreshToken.reveal(),
      refused_at: one.refusedAt?.toString(),
    }]),
  );
  return `${JSON.stringify({ version: 1, grants }, null, 2)}\n`;
}

/** Under which name a client id stands in the token file. */
export async function clientName(clientId: string): Promise<string> {
  const bytes = new TextEncoder().encode(`seh client ${clientId}`);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).slice(0, 8).toHex();
}
