/**
 * The outputs that README.md shows, made by running the program against the simulated server. Each stands in a
 * fenced block below a line `<!-- sample: name -->`; a test compares them, `deno task samples` writes them anew.
 */
import { type FirstHour, firstHour } from "../tests/support/first_hour.ts";
import { tour } from "./tour.ts";

/** How a sample is marked, with its block. */
const block = /(<!-- sample: ([\w-]+) -->\n\n```\w*\n)(.*?)(```\n)/gs;

/** Every sample by name, as the program gives it today. */
export async function samples(): Promise<Map<string, string>> {
  const made = new Map<string, string>();
  await using home = await firstHour(null);
  const show = async (name: string, ...commands: readonly string[][]) => {
    let text = "";
    for (const args of commands) {
      text += `$ seh ${args.join(" ")}`.trimEnd() + "\n" + await output(home, args);
    }
    made.set(name, text);
  };
  const { siteId } = home.server.sites.values().next().value!.model.spec;
  const site = ["--site", String(siteId)];
  await show("nothing", []);
  await Deno.writeTextFile(
    `${home.cwd}/.env`,
    `SEH_API_KEY=${home.fleetKey}\nSEH_API_VERSION=2\n`,
    { mode: 0o600 },
  );
  await show("check-api", ["check-api"]);
  await show("dry-run", ["sync", "--dry-run", "--full"]);
  const from = Temporal.Instant.from("2026-11-24T10:00:00Z");
  home.server.revise({
    siteId,
    from,
    to: from.add({ minutes: 15 }),
    until: home.now().add({ hours: 6 }),
    factor: 1.02,
  });
  await show("sync", ["sync"]);
  await show("sync-again", ["sync"]);
  home.pass({ minutes: 9 });
  await show("standing", []);
  await show("status", ["status", ...site]);
  await show("gaps", ["gaps", ...site]);
  const days = ["--start", "2026-11-25", "--end", "2026-11-25"];
  const csv = await output(home, ["export", "power", ...site, ...days, "-o", "-"]);
  const head = csv.split("\n").slice(0, 3).map((line) => `${line}\n`).join("");
  made.set("export", `$ seh export power ${[...site, ...days].join(" ")} | head -3\n${head}`);
  home.pass({ hours: 18 });
  await output(home, ["sync"]);
  await show("revisions", ["revisions", "--since", "2026-11-26"]);
  return made;
}

/** What a command writes to a pipe, without the folder of this machine. */
async function output(home: FirstHour, args: readonly string[]): Promise<string> {
  const { screen } = await home.seh(args);
  return screen.join("\n").replaceAll("/home/you/solar/", "").replace(/\n*$/, "\n");
}

/** A document with its samples made anew. */
export function withSamples(document: string, made: ReadonlyMap<string, string>): string {
  return document.replaceAll(block, (_all, head, name, _old, end) => {
    const text = made.get(name);
    if (text === undefined) throw new Error(`there is no sample ${name}`);
    return `${head}${text}${end}`;
  });
}

if (import.meta.main) {
  const readme = await Deno.readTextFile("README.md");
  await Deno.writeTextFile("README.md", withSamples(readme, await samples()));
  await Deno.writeTextFile("docs/tour.md", await tour());
}
