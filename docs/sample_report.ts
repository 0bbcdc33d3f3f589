/**
 * Writes docs/sample-report.html anew, from a whole harvest of the demo's three sites, and its pictures where
 * there is a Chromium: `deno task sample`.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../src/cli/program.ts";
import { realWorld } from "../src/cli/world.ts";
import { businessSite, homeSite, houseSite } from "../src/simulator/scenarios.ts";
import { startSimulator } from "../src/simulator/simulator.ts";
import { findChromium, withPage } from "../tests/support/browser.ts";

/** An afternoon, so that the day's curves have a shape: the sample is the same whenever it is made. */
const now = Temporal.Instant.from("2026-09-06T14:20:00Z");
const sample = fileURLToPath(new URL("sample-report.html", import.meta.url));

const pictures = [
  { name: "report-home.png", width: 1280, height: 1300, dark: false, at: "#site-1234567" },
  { name: "report-dark.png", width: 1280, height: 1300, dark: true, at: "#site-3456789" },
  { name: "report-phone.png", width: 390, height: 1300, dark: false, at: "#site-1234567" },
] as const;

const folder = await Deno.makeTempDir({ prefix: "seh-sample-" });
try {
  await harvest();
  const chromium = findChromium();
  if (!chromium) console.error("No Chromium here: the pictures stay as they are.");
  for (const { name, at, ...view } of chromium ? pictures : []) {
    await withPage(chromium!, sample, view, async (page) => {
      await page.evaluate(`document.querySelector("${at}").scrollIntoView()`);
      await page.evaluate("new Promise((resolve) => setTimeout(resolve, 500))");
      await page.screenshot(fileURLToPath(new URL(name, import.meta.url)), false);
    });
  }
} finally {
  await Deno.remove(folder, { recursive: true });
}

async function harvest(): Promise<void> {
  await using server = await startSimulator({
    sites: [
      homeSite({ firstDay: "2023-03-14", installationDate: "2023-03-12" }),
      houseSite({ firstDay: "2025-02-04", installationDate: "2025-02-02" }),
      businessSite({ firstDay: "2024-10-20", installationDate: "2024-10-18" }),
    ],
    now: () => now,
    allowance: { credits: 100_000, perMinute: 100_000, billingDay: 1 },
  });
  const world = {
    ...realWorld(),
    cwd: folder,
    clock: { now: () => now, sleep: () => Promise.resolve() },
    environment: {
      SEH_API_KEY: server.fleetKey,
      SEH_API_BASE_URL: server.url,
      SEH_API_VERSION: "2",
      SEH_API_MONTHLY_LIMIT: "100000",
      SEH_API_MINUTE_LIMIT: "100000",
      SEH_DATABASE_URL: `sqlite:///${join(folder, "seh.db")}`,
      SEH_QUOTA_FILE: join(folder, "quota.json"),
      SEH_TOKEN_FILE: join(folder, "tokens.json"),
    },
  };
  for (const args of [["sync", "--full", "--quiet"], ["report", "-o", sample]]) {
    const code = await run(args, world);
    if (code !== 0) throw new Error(`seh ${args[0]} ended with ${code}`);
  }
}
