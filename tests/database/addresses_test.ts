import assert from "node:assert/strict";
import { openDatabase } from "../../src/database/open.ts";
import { addressOf as mariadbAddress } from "../../src/database/mariadb/address.ts";
import { addressOf as postgresAddress } from "../../src/database/postgres/address.ts";
import { SettingsError } from "../../src/settings/settings.ts";
import { runSeh } from "../support/run_seh.ts";

/** The one mistake in an address. */
async function mistakeOf(url: string): Promise<string> {
  try {
    await (await openDatabase(url, { create: false })).close();
  } catch (error) {
    assert.ok(error instanceof SettingsError, `${url}: ${error}`);
    return error.message;
  }
  assert.fail(`${url} was opened`);
}

Deno.test("an SQLite address without a file, or with options, is a mistake that says what is allowed", async () => {
  for (const url of ["sqlite://", "sqlite:///", "sqlite+pysqlite:///"]) {
    assert.match(await mistakeOf(url), /names no file; write for example sqlite:\/\/\/\.\/seh\.db/);
  }
  for (
    const url of [
      "sqlite:///./x.db?mode=ro",
      "sqlite:///./x.db?",
      "sqlite:///:memory:?cache=shared",
      "sqlite:///./x.db#part",
    ]
  ) assert.match(await mistakeOf(url), /options of SQLite are not taken.*Allowed: the file alone/);
});

Deno.test("nothing is fetched into a database that is lost at the end: seh sync ends with exit code 2", async () => {
  const cwd = await Deno.makeTempDir({ prefix: "seh-address-" });
  try {
    for (const url of ["sqlite:///", "sqlite:///./x.db?mode=ro"]) {
      const env = { SEH_API_KEY: "KEY1", SEH_DATABASE_URL: url };
      const { code, stderr } = await runSeh(["sync"], { cwd, env });
      assert.equal(code, 2, stderr);
      assert.match(stderr, /SEH_DATABASE_URL/);
    }
    assert.deepEqual(
      [...Deno.readDirSync(cwd)].map((one) => one.name).filter((one) => /db/.test(one)),
      [],
    );
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
});

Deno.test("a password with unencoded signs is refused and not shown, whatever the address means", async () => {
  const cwd = await Deno.makeTempDir({ prefix: "seh-address-" });
  const password = ["77/x", "77?x", "77#x", "7/x", "hush/er?x#y", "5432/a@b", "a:b/c"];
  try {
    for (const scheme of ["postgresql", "postgres+psycopg", "mysql", "mariadb+mariadbconnector"]) {
      for (const one of password) {
        const url = `${scheme}://seh:${one}@host.invalid:5432/db`;
        const found = await mistakeOf(url);
        assert.ok(!found.includes(one), found);
        assert.doesNotMatch(found, /seh:|77|hush/, found);
      }
    }
    const url = "postgresql://seh:77/x@host.invalid:5432/db";
    for (const args of [["init-db"], ["copy", "--to", url], [`--config=${url}`, "status"]]) {
      const { code, stdout, stderr } = await runSeh([...args, "--verbose"], {
        cwd,
        env: { SEH_DATABASE_URL: url },
      });
      assert.notEqual(code, 0);
      assert.doesNotMatch(stdout + stderr, /77\/x/, stderr);
    }
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
});

Deno.test("words about TLS are known ones, given once", async () => {
  for (const word of ["constructor", "toString", "__proto__", "verify", "Require "]) {
    const value = encodeURIComponent(word);
    assert.match(
      await mistakeOf(`postgresql://h/d?sslmode=${value}`),
      /sslmode=.*allowed are disable/,
    );
    assert.match(await mistakeOf(`mysql://h/d?ssl=${value}`), /ssl=.*allowed: disable/);
  }
  assert.match(
    await mistakeOf("postgresql://h/d?sslmode=require&sslmode=disable"),
    /sslmode twice/,
  );
  assert.match(
    await mistakeOf("mysql://h/d?ssl=true&sslmode=disable"),
    /ssl and sslmode; write one/,
  );
  assert.match(await mistakeOf("constructor://h/d"), /begins with constructor:\/\/; allowed are/);
  assert.equal(postgresAddress("postgresql://h/d?sslmode=verify-full").tls, "verify-full");
  assert.equal(mariadbAddress("mysql://h/d?ssl_mode=VERIFY_IDENTITY").tls, "verify-full");
});
