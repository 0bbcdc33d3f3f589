/**
 * docs/tour.md: what a person sees on the screen, recorded by running the program against the simulated server.
 * `deno task samples` writes it; a test compares.
 */
import { type FirstHour, firstHour, type Session } from "../tests/support/first_hour.ts";

const introduction = `# A first hour, as it looks on a screen

Recorded by a test against the simulated SolarEdge server, as plain text. Folder, addresses and
marks of the login are shortened; answers to questions look as they do once they are given.
\`deno task samples\` records it anew.
`;

/** The whole page. */
export async function tour(): Promise<string> {
  const parts = [introduction];
  for (const columns of [80, 40]) {
    await using home = await firstHour(columns);
    parts.push(`## On a terminal of ${columns} columns\n`);
    parts.push("### From an empty folder to a login\n");
    parts.push(recorded([], await home.seh([])));
    const answers = {
      "What": "home",
      "Client id": home.clientId,
      "Client secret": home.clientSecret,
    };
    parts.push(recorded(["setup"], await home.seh(["setup", "--no-browser"], { answers })));
    parts.push(...await firstSync(home));
    parts.push("### The first status\n");
    home.pass({ minutes: 2 });
    parts.push(recorded(["status"], await home.seh(["status"])));
    parts.push(recorded([], await home.seh([])));
    parts.push(...await stopped(columns));
  }
  return parts.join("\n");
}

/** The first sync: what stays on the screen, and the last line of it in each wait. */
async function firstSync(home: FirstHour): Promise<string[]> {
  const session = await home.seh(["sync"]);
  return [
    "### The first sync, with its waits\n",
    "The last line of the screen follows the sync. As each minute is waited for:\n",
    fenced(session.waits),
    "What stays on the screen:\n",
    recorded(["sync"], session),
  ];
}

async function stopped(columns: number): Promise<string[]> {
  await using home = await firstHour(columns);
  await Deno.writeTextFile(
    `${home.cwd}/.env`,
    `SEH_API_KEY=${home.fleetKey}\nSEH_API_VERSION=2\n`,
    { mode: 0o600 },
  );
  const first = await home.seh(["sync"], { stopAfterWaits: 2 });
  const { code } = first;
  return [
    `### Ctrl+C in the first sync\n\nExit code ${code}. The next \`seh sync\` goes on from there.\n`,
    recorded(["sync"], first),
    recorded([], await home.seh([])),
  ];
}

function recorded(args: readonly string[], { screen }: Session): string {
  return fenced([`$ seh ${args.join(" ")}`.trimEnd(), ...screen]);
}

function fenced(lines: readonly string[]): string {
  return `\`\`\`\n${lines.join("\n").replace(/\n*$/, "")}\n\`\`\`\n`;
}
