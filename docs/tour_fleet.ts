/**
 * Recordings of a fleet's status and of `seh doctor`, made by running the program in a terminal of 80 and of 40
 * columns. `deno task recordings` writes docs/tour_fleet.md anew; a test compares.
 */
import { openDatabase } from "../src/database/open.ts";
import { homeSite } from "../src/simulator/scenarios.ts";
import { startSimulator } from "../src/simulator/simulator.ts";
import { runInWorld } from "../tests/support/captured_world.ts";
import { fillFleet } from "../tests/support/fleet_database.ts";
import { folderOfLength } from "../tests/support/folder_of_length.ts";

const now = Temporal.Instant.from("2026-06-01T12:07:00Z");
const shownFolder = "/home/sun/seh";

/** The document as it is today. */
export async function tourOfFleet(): Promise<string> {
  const parts = [
    "# A tour for installers, and a visit to the doctor",
    "Made by running the program against invented data (`deno task recordings`); a test keeps it true.\n" +
    "Terminals of 80 columns, then of 40.",
  ];
  for (const columns of [80, 40]) {
    parts.push(`## ${columns} columns`);
    parts.push("312 sites, of which some have trouble:", await fleet(["status"], columns));
    parts.push(
      "Every site, the best of yesterday first:",
      await fleet(["status", "--sort", "yield"], columns, 8),
    );
    parts.push("Three faults at once:", await threeFaults(columns));
  }
  return `${parts.join("\n\n")}\n`;
}

async function fleet(args: readonly string[], columns: number, lines?: number): Promise<string> {
  await using folder = await folderOfLength();
  const url = `sqlite:///${folder.path}/seh.db`;
  const database = await openDatabase(url);
  await fillFleet(database, { sites: 312, failing: 4, stale: 3, now });
  await database.close();
  const env = { SEH_DATABASE_URL: url };
  return await recorded(args, { folder: folder.path, env, columns, lines });
}

async function threeFaults(columns: number): Promise<string> {
  await using folder = await folderOfLength();
  const late = now.subtract({ minutes: 25 });
  await using server = await startSimulator({ sites: [homeSite()], now: () => now });
  await Deno.chmod(folder.path, 0o777);
  const env = {
    SEH_API_BASE_URL: server.url,
    SEH_API_KEY: "a-key-that-was-withdrawn",
    SEH_API_VERSION: "2",
    SEH_DATABASE_URL: `sqlite:///${folder.path}/seh.db`,
  };
  return await recorded(["doctor"], { folder: folder.path, env, columns, at: late });
}

async function recorded(
  args: readonly string[],
  { folder, env, columns, lines, at = now }: {
    readonly folder: string;
    readonly env: Readonly<Record<string, string>>;
    readonly columns: number;
    readonly lines?: number;
    readonly at?: Temporal.Instant;
  },
): Promise<string> {
  const { stdout, stderr } = await runInWorld(args, {
    cwd: folder,
    now: at,
    terminal: true,
    columns,
    env: { ...env, NO_COLOR: "1" },
  });
  const screen = `${stdout}${stderr}`.replaceAll(folder, shownFolder)
    .replaceAll(/\d+(\.\d)? ([kMGT]B|bytes)/g, "1.2 GB").trimEnd().split("\n");
  const shown = lines && screen.length > lines ? [...screen.slice(0, lines), "…"] : screen;
  return `\`\`\`\n$ seh ${args.join(" ")}\n${shown.join("\n")}\n\`\`\``;
}

if (import.meta.main) await Deno.writeTextFile("docs/tour_fleet.md", await tourOfFleet());
