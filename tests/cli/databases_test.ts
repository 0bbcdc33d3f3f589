import assert from "node:assert/strict";
import { join } from "node:path";
import { businessSite, homeSite, houseSite } from "../../src/simulator/scenarios.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import { viewNames } from "../../src/database/migrate.ts";
import { sqliteSchema as schema } from "../../src/database/schemas.ts";
import { type FreshDatabase, freshFile } from "../support/fresh_file.ts";
import { startMariadb } from "../support/mariadb_server.ts";
import { freshOn, onEachDatabase } from "../support/on_each_database.ts";
import { startPostgres } from "../support/postgres_server.ts";
import { runSeh } from "../support/run_seh.ts";
import { inTurns, scope } from "../support/scope.ts";

const now = Temporal.Instant.from("2026-06-01T12:07:00Z");
const since = { firstDay: "2026-05-30", installationDate: "2026-05-30" };

/** Servers on which everything is set otherwise than a program would like it. */
const odd = {
  postgres: () =>
    startPostgres([
      "timezone=Australia/Lord_Howe",
      "datestyle=German,DMY",
      "intervalstyle=sql_standard",
      "extra_float_digits=-15",
      "array_nulls=off",
      "bytea_output=escape",
      "standard_conforming_strings=off",
      "default_transaction_isolation=serializable",
      "statement_timeout=100ms",
      "idle_in_transaction_session_timeout=1ms",
      "transform_null_equals=on",
      "quote_all_identifiers=on",
    ]),
  mariadb: () =>
    startMariadb([
      "default-time-zone=+10:30",
      "character-set-server=ucs2",
      "collation-server=ucs2_turkish_ci",
      "sql-mode=ANSI,NO_BACKSLASH_ESCAPES,HIGH_NOT_PRECEDENCE,PAD_CHAR_TO_FULL_LENGTH",
      "default-storage-engine=Aria",
      "transaction-isolation=SERIALIZABLE",
      "autocommit=OFF",
      "lc-time-names=de_DE",
      "lower-case-table-names=1",
      "max-allowed-packet=1M",
      "group-concat-max-len=4",
      "div-precision-increment=0",
      "explicit-defaults-for-timestamp=OFF",
      "wait-timeout=60",
      "max-statement-time=1000",
    ]),
};

interface Outcome {
  /** What each command printed, by its arguments. */
  readonly outputs: ReadonlyMap<string, string>;
  /** The rows of each view. */
  readonly views: ReadonlyMap<string, readonly string[]>;
}

const commands: readonly (readonly string[])[] = [
  ["init-db", "--quiet"],
  ["check-api"],
  ["sync", "--json", "--max-requests", "9"],
  ["sync", "--json", "--full"],
  ["sync", "--json"],
  ["sync", "--dry-run", "--full", "--json"],
  ["status", "--json"],
  ["status", "--max-age", "2h"],
  ["export", "-f", "ndjson", "-o", "-"],
  ["export", "-f", "json", "-o", "-"],
  ["export", "all", "--unit", "all", "-f", "csv", "-o", "files/"],
  ["export", "telemetry", "--start", "2026-05-31", "--end", "2026-05-31", "-o", "-"],
  ["export", "power", "--site", "1234567", "-f", "json", "-o", "-"],
  ["export", "energy", "--site", "home", "-o", "-"],
];

/** What a user gets from every command on one database; another one must give the same. */
async function everyCommand(
  { url, select }: FreshDatabase,
  zone: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const cwd = await Deno.makeTempDir({ prefix: "seh-databases-test-" });
  await using server = await startSimulator({
    sites: [homeSite(since), businessSite(since), houseSite(since)],
    extraKeys: true,
    now: () => now,
  });
  const env = {
    SEH_API_KEY: server.apiKey,
    SEH_API_BASE_URL: server.url,
    SEH_API_VERSION: "1",
    SEH_DATABASE_URL: url,
    SEH_API_MAX_CONCURRENT: "1",
    ...zone,
  };
  const outputs = new Map<string, string>();
  try {
    for (const args of commands) {
      const { code, stdout, stderr } = await runSeh(args, { cwd, env, at: now });
      assert.equal(code, args.includes("--max-requests") ? 75 : 0, `${args}: ${stderr}`);
      outputs.set(args.join(" "), ofItsOwnLeftOut(args, stdout));
    }
    for (const { name } of Deno.readDirSync(join(cwd, "files"))) {
      outputs.set(name, await Deno.readTextFile(join(cwd, "files", name)));
    }
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
  const views = new Map<string, readonly string[]>();
  for (const name of names) {
    const rows = await select(`select * from ${name}`);
    views.set(name, rows.map((row) => JSON.stringify(row, plainly)).sort());
  }
  return { outputs, views };
}

const names = viewNames(schema);

/** Where a database is, how large it is and which process filled it are its own. */
function ofItsOwnLeftOut(args: readonly string[], text: string): string {
  if (args[0] === "status" && !args.includes("--json")) {
    return text.split("\n").filter((line) => !/^(Database|Last sync):/.test(line)).join("\n");
  }
  if (!args.includes("--json")) return text;
  const { database: _, last_run: __, ...rest } = JSON.parse(text);
  return JSON.stringify(rest);
}

/** Each server writes values of the same kind in its own way. */
function plainly(_name: string, value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "string") return value;
  if (/^-?\d+(\.\d+)?$/.test(value)) return Number(value);
  const [, day, time] = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.0+)?(?:Z|\+00(?::00)?)?$/
    .exec(value) ?? [];
  if (!day) return value;
  return time === "00:00:00" ? day : `${day} ${time}`;
}

let onFile: Promise<Outcome> | null = null;

async function assertSame(
  fresh: () => Promise<FreshDatabase>,
  zone?: Readonly<Record<string, string>>,
): Promise<void> {
  onFile ??= freshFile().then(async (file) => {
    try {
      return await everyCommand(file);
    } finally {
      await file[Symbol.asyncDispose]();
    }
  });
  const wanted = await onFile;
  assert.ok(wanted.outputs.get("export -f ndjson -o -")!.length > 100_000, "there is a harvest");
  assert.ok(wanted.outputs.has("power.csv"), [...wanted.outputs.keys()].join(", "));
  assert.ok(names.every((name) => wanted.views.get(name)!.length > 0), "no view is empty");
  await using place = await fresh();
  const found = await everyCommand(place, zone);
  for (const [name, output] of wanted.outputs) {
    assert.equal(found.outputs.get(name), output, `seh ${name}`);
  }
  for (const [name, rows] of wanted.views) assert.deepEqual(found.views.get(name), rows, name);
}

// The servers below are harder to please.
if (scope === "all") {
  onEachDatabase(
    "every command and view gives what it gives on a file, to the byte",
    (fresh) => assertSame(fresh),
  );
}

for (const name of inTurns(["postgres", "mariadb"] as const, "odd servers")) {
  const server = await odd[name]();
  Deno.test(`${name}: a server with other zones, formats and modes gives the same, to the byte`, {
    ignore: server === null,
    // A zone of the process must not matter either.
  }, () => assertSame(() => freshOn(server!), { TZ: "Pacific/Auckland" }));
}
