import assert from "node:assert/strict";
import type { Database } from "../../src/database/database.ts";
import { DatabaseError } from "../../src/database/database_error.ts";
import * as mariadbAddress from "../../src/database/mariadb/address.ts";
import * as mariadbDriver from "../../src/database/mariadb/driver.ts";
import { openDatabase } from "../../src/database/open.ts";
import * as postgresAddress from "../../src/database/postgres/address.ts";
import * as postgresDriver from "../../src/database/postgres/driver.ts";
import { retrying } from "../../src/database/retrying.ts";
import { type CuttingProxy, startCuttingProxy } from "../support/cutting_proxy.ts";
import { startMariadb } from "../support/mariadb_server.ts";
import { freshOn } from "../support/on_each_database.ts";
import { startPostgres } from "../support/postgres_server.ts";
import { noon, powerDelivery } from "./deliveries.ts";

const postgres = await startPostgres();
const mariadb = await startMariadb();

/** What the test of the drivers needs of a session. */
interface Session {
  readonly lost: AbortSignal;
  rows(sql: string): Promise<unknown[][]>;
  close(): Promise<void>;
}

const servers = [
  {
    name: "postgres",
    server: postgres,
    connect: (url: string): Promise<Session> =>
      postgresDriver.connect(postgresAddress.addressOf(url)),
  },
  {
    name: "mariadb",
    server: mariadb,
    connect: (url: string): Promise<Session> =>
      mariadbDriver.connect(mariadbAddress.addressOf(url)),
  },
];

const times = ["2026-06-01T10:00:00", "2026-06-01T10:15:00"];
const holder = { host: "attic", pid: 4711, since: noon };

const works: Readonly<Record<string, (database: Database) => Promise<unknown>>> = {
  "a delivery": (database) => database.save(powerDelivery(times)),
  "the question for what is known": (database) => database.known(),
  "the record of a run": (database) => database.recordRun({ runId: "one", holder }),
};

for (const { name, server, connect } of servers) {
  const test = (what: string, run: (url: string, proxy: CuttingProxy) => Promise<void>) =>
    Deno.test({
      name: `${name}: ${what}`,
      ignore: server === null,
      async fn() {
        await using place = await freshOn(server!);
        using proxy = await startCuttingProxy(server!.port);
        await run(place.url.replace(`:${server!.port}`, `:${proxy.port}`), proxy);
      },
    });

  for (const [what, work] of Object.entries(works)) {
    test(
      `${what} is done on a new connection when the old one has been cut`,
      async (url, proxy) => {
        const opened = await openDatabase(url);
        try {
          await opened.migrate();
          const database = retrying(opened, new AbortController().signal);
          for (let round = 0; round < 3; round++) {
            proxy.cut();
            await work(database);
          }
          const { inserted } = await database.save(powerDelivery(times));
          assert.equal(inserted, what === "a delivery" ? 0 : 2);
        } finally {
          await opened.close();
        }
      },
    );
  }

  test(
    "a connection is lost as soon as a statement says so, before its end is seen",
    async (url, proxy) => {
      const session = await connect(url);
      try {
        proxy.cut();
        // The system takes the first of them; the second is refused, and the driver hears of that first.
        const long = `select '${"x".repeat(2000)}'`;
        const statements = [1, 2, 3].map(() => session.rows(long));
        const wasLost = statements.map((one) =>
          one.then(
            () => assert.fail("nothing can come back"),
            (error) => {
              assert.ok(error instanceof DatabaseError && error.kind === "unreachable");
              return session.lost.aborted;
            },
          )
        );
        assert.deepEqual(await Promise.all(wasLost), [true, true, true]);
        await assert.rejects(session.rows("select 1"), /the connection was lost.*; run again/);
      } finally {
        await session.close();
      }
    },
  );
}
