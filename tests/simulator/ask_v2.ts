import type { Simulator } from "../../src/simulator/simulator.ts";

export interface AskedV2 {
  readonly status: number;
  readonly headers: Headers;
  // deno-lint-ignore no-explicit-any -- a test reads into bodies of every shape
  readonly body: any;
}

/** One value of a series of v2. */
export interface Reading {
  readonly timestamp: string;
  readonly value: number | null;
}

/** Asks with the fleet's key, or with other headers; a parameter with several values is repeated. */
export async function askV2(
  simulator: Simulator,
  path: string,
  parameters: Record<string, string | readonly string[]> = {},
  headers: Record<string, string> = { "X-API-Key": simulator.fleetKey },
): Promise<AskedV2> {
  const url = new URL(`${simulator.url}/v2${path}`);
  for (const [name, value] of Object.entries(parameters)) {
    for (const one of [value].flat()) url.searchParams.append(name, one);
  }
  const response = await fetch(url, { headers });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

/** Sends JSON, as to the pages of the grant. */
export async function postV2(
  simulator: Simulator,
  path: string,
  body: unknown,
): Promise<AskedV2> {
  const response = await fetch(`${simulator.url}/v2${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

/** More calls than any test needs. */
export const unlimited = { perMinute: 1_000_000, credits: 1_000_000 };

/** Epoch seconds of a stamp. */
export function epochOf(stamp: string): number {
  return Date.parse(stamp) / 1000;
}
