import assert from "node:assert/strict";
import { join } from "node:path";
import { homeSite } from "../../src/simulator/scenarios.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import { runInWorld } from "../support/captured_world.ts";

const now = Temporal.Instant.from("2026-06-01T12:07:00Z");

/** Puts something where the quota file should be, and gives its path. */
type Spoil = (folder: string) => string;

const spoiled: readonly (readonly [what: string, spoil: Spoil, found: RegExp])[] = [
  [
    "a folder",
    (folder) => {
      Deno.mkdirSync(join(folder, "quota.json"));
      return join(folder, "quota.json");
    },
    /cannot be counted: .*quota\.json: is a directory.*SEH_QUOTA_FILE must name a file/,
  ],
  [
    "below a file that is no folder",
    (folder) => {
      Deno.writeTextFileSync(join(folder, "file"), "");
      return join(folder, "file", "quota.json");
    },
    /cannot be counted: .*\/file: a folder is needed here, and this is a file\. SEH_QUOTA_FILE must name/,
  ],
  [
    "a file of somebody else",
    (folder) => {
      Deno.writeTextFileSync(join(folder, "notes.txt"), "garbage {");
      return join(folder, "notes.txt");
    },
    /cannot be counted: .*notes\.txt: it is not what seh writes.*Correct SEH_QUOTA_FILE; if it is right, delete the file/,
  ],
  [
    "a file of a newer version",
    (folder) => {
      Deno.writeTextFileSync(join(folder, "quota.json"), '{"version":99,"owners":{}}');
      return join(folder, "quota.json");
    },
    /cannot be counted: .*quota\.json: made by a newer version of seh/,
  ],
];

for (const [what, spoil, found] of spoiled) {
  for (const version of ["1", "2"]) {
    Deno.test(`a quota file that is ${what} is a mistake of the settings (API ${version}): exit code 2, nothing sent`, async () => {
      await using server = await startSimulator({ sites: [homeSite()], now: () => now });
      const folder = await Deno.makeTempDir({ prefix: "seh-quota-file-" });
      try {
        const path = spoil(folder);
        const before = Deno.statSync(path.startsWith(join(folder, "file")) ? folder : path).size;
        const env = {
          SEH_API_KEY: version === "1" ? server.apiKey : server.fleetKey,
          SEH_API_VERSION: version,
          SEH_API_BASE_URL: server.url,
          SEH_QUOTA_FILE: path,
          SEH_DATABASE_URL: `sqlite:///${folder}/seh.db`,
        };
        for (const command of ["check-api", "sync"]) {
          const { code, stderr } = await runInWorld([command], { cwd: folder, now, env });
          assert.equal(code, 2, stderr);
          assert.match(stderr.replaceAll(/\s+/g, " "), found);
          assert.doesNotMatch(stderr, /os error|unexpected/);
        }
        assert.equal(server.requests.length, 0);
        if (!path.startsWith(join(folder, "file"))) {
          assert.equal(Deno.statSync(path).size, before, "it is left as it was");
        }
        const status = await runInWorld(["status"], { cwd: folder, now, env });
        assert.equal(status.code, 0);
        assert.match(status.stdout, /The quota is not known: /);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    });
  }
}
