import assert from "node:assert/strict";
import { DatabaseError } from "../../src/database/database_error.ts";
import { openDatabase } from "../../src/database/open.ts";
import { certificatesIn, hasOpenssl, makeCertificates } from "../support/certificates.ts";
import { startMariadb } from "../support/mariadb_server.ts";
import { type PostgresServer, startPostgres } from "../support/postgres_server.ts";
import { prepare } from "../support/prepare.ts";

const folder = await Deno.makeTempDir({ prefix: "seh-certificates-" });
Deno.test.afterAll(() => Deno.remove(folder, { recursive: true }));
const { authority, otherAuthority, certificate, key } = certificatesIn(folder);
const isPossible = await hasOpenssl();
const certificates = await prepare(async () => {
  if (isPossible) await makeCertificates(folder);
});

const [postgres, mariadb] = isPossible
  ? await Promise.all([
    startPostgres([], { own: true }),
    startMariadb([`ssl-cert=${certificate}`, `ssl-key=${key}`]),
  ])
  : [null, null];
const encrypted = await prepare(async () => {
  if (postgres) await encrypt(postgres);
});

interface Server {
  readonly name: string;
  /** Whether this machine lacks the packages of the server, or openssl. */
  readonly ignore: boolean;
  /** The words of the address for the mode and for the authority's file. */
  readonly words: readonly [mode: string, authority: string];
  /** The address of a database for a user who is let in with TLS alone. */
  url(host: string): Promise<{ url: string } & AsyncDisposable>;
}

const servers: readonly Server[] = [
  {
    name: "postgres",
    ignore: postgres === null,
    words: ["sslmode", "sslrootcert"],
    url(host) {
      encrypted();
      return Promise.resolve({
        url: `postgresql://encrypted:hunter2@${host}:${postgres!.port}/postgres`,
        [Symbol.asyncDispose]: () => Promise.resolve(),
      });
    },
  },
  {
    name: "mariadb",
    ignore: mariadb === null,
    words: ["ssl", "ssl_ca"],
    async url(host) {
      const { admin, port, fresh } = mariadb!;
      const place = await fresh();
      await admin(`create or replace user encrypted identified by 'hunter2' require ssl;
        grant all on ${place.database}.* to encrypted`);
      return { ...place, url: `mariadb://encrypted:hunter2@${host}:${port}/${place.database}` };
    },
  },
];

/** Gives the server its certificate, and lets the user `encrypted` in with TLS alone. */
async function encrypt({ admin, folder: own }: PostgresServer): Promise<void> {
  await admin("create role encrypted login");
  const { uid, gid } = await Deno.stat(`${own}/data`);
  for (const [from, to] of [[certificate, "server.crt"], [key, "server.key"]]) {
    await Deno.copyFile(from, `${own}/${to}`);
    await Deno.chown(`${own}/${to}`, uid, gid);
    await Deno.chmod(`${own}/${to}`, 0o600);
  }
  const rules = `${own}/data/pg_hba.conf`;
  const before = await Deno.readTextFile(rules);
  await Deno.writeTextFile(
    rules,
    `hostssl all encrypted all trust\nhostnossl all encrypted all reject\n${before}`,
  );
  await admin(`alter system set ssl_cert_file = '${own}/server.crt'`);
  await admin(`alter system set ssl_key_file = '${own}/server.key'`);
  await admin("alter system set ssl = on");
  await admin("select pg_reload_conf()");
  // The processes of the server take it over one after the other.
  while ((await admin("show ssl"))[0].ssl !== "on");
}

for (const { name, ignore, words: [mode, file], url } of servers) {
  const test = (what: string, run: () => Promise<void>) =>
    Deno.test(`${name}: ${what}`, { ignore }, run);

  const opens = async (host: string, query: string) => {
    certificates();
    await using place = await url(host);
    const database = await openDatabase(`${place.url}?${query}`);
    assert.equal(await database.state(), "empty");
    await database.close();
  };
  const refuses = async (host: string, query: string, says: RegExp) => {
    certificates();
    await using place = await url(host);
    await assert.rejects(openDatabase(`${place.url}?${query}`), (error) => {
      assert.ok(error instanceof DatabaseError, String(error));
      assert.match(error.message, says);
      assert.equal(error.kind, "refused");
      assert.doesNotMatch(error.message + Deno.inspect(error), /hunter2/);
      return true;
    }, query);
  };
  const untrusted = new RegExp(`no trust in the server's TLS certificate.*${file}=FILE`);

  test("TLS is used where the server has it, unless the address forbids it", async () => {
    await opens("127.0.0.1", `${mode}=require`);
    await opens("127.0.0.1", `${mode}=prefer`);
    await opens("127.0.0.1", `${mode}=allow`);
    await opens("127.0.0.1", "connect_timeout=5");
    await refuses("127.0.0.1", `${mode}=disable`, /refuses this user|demands TLS/);
  });

  test("a certificate is verified against the authority that the address names", async () => {
    for (const verify of ["verify-ca", "verify-full"]) {
      await opens("localhost", `${mode}=${verify}&${file}=${authority}`);
      await refuses("localhost", `${mode}=${verify}&${file}=${otherAuthority}`, untrusted);
      await refuses("localhost", `${mode}=${verify}`, untrusted);
    }
    // Who names an authority wants it, whatever else the address says.
    await opens("localhost", `${mode}=require&${file}=${authority}`);
    await refuses("localhost", `${mode}=require&${file}=${otherAuthority}`, untrusted);
  });

  test("verify-full wants the certificate of that very host, verify-ca does not", async () => {
    for (const host of ["127.0.0.1", "[::1]"]) {
      await refuses(host, `${mode}=verify-full&${file}=${authority}`, untrusted);
      await opens(host, `${mode}=verify-ca&${file}=${authority}`);
    }
  });

  test("a CA file that is not there, or holds no certificate, is named", async () => {
    await refuses("localhost", `${mode}=verify-full&${file}=/nowhere/ca.pem`, /\/nowhere\/ca\.pem/);
    const empty = `${folder}/extensions`;
    await refuses("localhost", `${mode}=verify-full&${file}=${empty}`, /extensions|no trust/);
  });
}
