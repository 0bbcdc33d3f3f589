import {
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from "../../src/simulator/simulator.ts";
import { demoSites } from "../../src/simulator/scenarios.ts";

/** Early afternoon of a Tuesday in Berlin, morning in New York, late evening on Lord Howe Island. */
export const noon = "2026-06-02T12:07:00Z";

/** A server of the three demonstration sites whose clock stands. */
export function serverAt(
  now: string,
  options: Partial<SimulatorOptions> = {},
): Promise<Simulator> {
  const instant = Temporal.Instant.from(now);
  return startSimulator({ sites: demoSites(), now: () => instant, ...options });
}

export interface Asked {
  readonly status: number;
  readonly text: string;
  // deno-lint-ignore no-explicit-any -- a test reads into bodies of every shape
  readonly body: any;
}

/** Asks with the account's key, or another. */
export async function ask(
  simulator: Simulator,
  path: string,
  parameters: Record<string, string> = {},
  key = simulator.apiKey,
): Promise<Asked> {
  const url = new URL(simulator.url + path);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  url.searchParams.set("api_key", key);
  const response = await fetch(url);
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json");
  let body: unknown;
  try {
    body = isJson ? JSON.parse(text) : undefined;
  } catch {
    body = undefined;
  }
  return { status: response.status, text, body };
}

/** A window of whole local days for endpoints that want times. */
export function dayTimes(first: string, last = first): Record<string, string> {
  return { startTime: `${first} 00:00:00`, endTime: `${last} 23:59:59` };
}
