import type { Secret } from "../../model/secret.ts";

/** The name under which a credential's quota is counted: a part of its SHA-256. */
export async function quotaOwner(credential: Secret): Promise<string> {
  const bytes = new TextEncoder().encode(`seh quota ${credential.reveal()}`);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return digest.slice(0, 8).toHex();
}
