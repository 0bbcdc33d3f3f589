// Not in test:fast: a process for each login.
import assert from "node:assert/strict";
import { join } from "node:path";
import { startTokenServer, type TokenServer } from "../source/oauth/token_server.ts";
import { runSeh, spawnSeh } from "../support/run_seh.ts";

interface Home extends AsyncDisposable {
  readonly server: TokenServer;
  readonly cwd: string;
  readonly tokenFile: string;
  readonly env: Record<string, string>;
}

/** A homeowner with a registered application and a log in which everything would be found. */
async function homeowner(): Promise<Home> {
  const server = startTokenServer({ now: Date.now() });
  const cwd = await Deno.makeTempDir({ prefix: "seh-login-" });
  return {
    server,
    cwd,
    tokenFile: join(cwd, "state", "seh", "tokens.json"),
    env: {
      SEH_API_BASE_URL: server.origin,
      SEH_OAUTH_AUTHORIZE_URL: `${server.origin}/authorize`,
      SEH_OAUTH_REDIRECT_URI: `http://127.0.0.1:${freePort()}/callback`,
      SEH_OAUTH_CLIENT_ID: server.clientId,
      SEH_OAUTH_CLIENT_SECRET: server.clientSecret,
      SEH_LOG_FILE: join(cwd, "seh.log"),
      SEH_LOG_LEVEL: "DEBUG",
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await Deno.remove(cwd, { recursive: true });
    },
  };
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** A login that waits: its address, and what the rest of it comes to. */
async function startLogin(home: Home, args: readonly string[] = []) {
  const child = spawnSeh(
    ["login", "--verbose", ...args],
    { cwd: home.cwd, env: home.env },
    "piped",
  );
  const address = Promise.withResolvers<URL>();
  const another = Promise.withResolvers<URL>();
  let isFirst = true;
  const texts = { stdout: "", stderr: "" };
  const hear = async (name: "stdout" | "stderr") => {
    for await (const piece of child[name].pipeThrough(new TextDecoderStream())) {
      texts[name] += piece;
      if (name === "stdout" && piece.includes("\n")) {
        const url = new URL(piece.trim());
        if (isFirst) address.resolve(url);
        else another.resolve(url);
        isFirst = false;
      }
    }
  };
  const heard = Promise.all([hear("stdout"), hear("stderr")]);
  const end = (async () => {
    await heard;
    address.reject(new Error(`the login ended early: ${texts.stderr}`));
    return { code: (await child.status).code, ...texts };
  })();
  const stdin = child.stdin.getWriter();
  return {
    address: await address.promise,
    nextAddress: () => another.promise,
    type: (text: string) => stdin.write(new TextEncoder().encode(text)),
    async end() {
      const result = await end;
      await stdin.close().catch(() => {});
      return result;
    },
  };
}

/** Nothing that the server has made may be seen anywhere but in the token file. */
function assertNothingLeaked(home: Home, result: { stdout: string; stderr: string }): void {
  const log = Deno.readTextFileSync(home.env.SEH_LOG_FILE);
  const quota = (() => {
    try {
      return Deno.readTextFileSync(join(home.tokenFile, "..", "quota.json"));
    } catch {
      return "";
    }
  })();
  const text = result.stdout + result.stderr + log + quota;
  for (const secret of home.server.secrets) assert.ok(!text.includes(secret), text);
}

/** The address to which the page of the vendor sends the browser. */
async function callbackOf(address: URL): Promise<URL> {
  const answer = await fetch(address, { redirect: "manual" });
  await answer.body?.cancel();
  return new URL(answer.headers.get("location")!);
}

async function visit(url: URL): Promise<{ status: number; text: string }> {
  const answer = await fetch(url);
  return { status: answer.status, text: await answer.text() };
}

Deno.test("a login through the browser keeps a grant, tries it and says how long it lasts", async () => {
  await using home = await homeowner();
  const login = await startLogin(home);
  const asked = Object.fromEntries(login.address.searchParams);
  assert.equal(asked.response_type, "code");
  assert.equal(asked.client_id, home.server.clientId);
  assert.equal(asked.redirect_uri, home.env.SEH_OAUTH_REDIRECT_URI);
  assert.match(asked.state, /^[0-9a-f]{32}$/);
  const page = await visit(login.address);
  assert.equal(page.status, 200);
  assert.match(page.text, /You can close this window/);
  const result = await login.end();
  assert.equal(result.code, 0, result.stderr);
  assert.match(
    result.stderr,
    /seh may read site 1 \(Example Barn\)\. Run it .* \(next by \d{4}-\d\d-\d\d\)/,
  );
  assert.equal(Deno.statSync(home.tokenFile).mode! & 0o777, 0o600);
  assert.deepEqual(home.server.calls, ["code", "/v2/sites/1"]);
  assertNothingLeaked(home, result);
});

Deno.test("a second login adds a site; logout ends one or all", async () => {
  await using home = await homeowner();
  for (const site of ["1", "2"]) {
    const login = await startLogin(home);
    login.address.searchParams.set("external_id", site);
    await visit(login.address);
    assert.equal((await login.end()).code, 0);
  }
  const options = { cwd: home.cwd, env: home.env };
  const stranger = await runSeh(["logout", "--site", "7"], options);
  assert.equal(stranger.code, 2);
  assert.match(stranger.stderr, /no login for site 7 .* there are logins for 1, 2/);
  const one = await runSeh(["logout", "--verbose", "-s", "1"], options);
  assert.equal(one.code, 0);
  assert.match(one.stderr, /no longer read site 1: the access is ended and its tokens are deleted/);
  assert.deepEqual([home.server.isAlive(1), home.server.isAlive(2)], [false, true]);
  // Ending a grant needs the tokens alone.
  const { SEH_OAUTH_CLIENT_ID: _id, SEH_OAUTH_CLIENT_SECRET: _secret, ...env } = home.env;
  const rest = await runSeh(["logout", "--verbose"], { cwd: home.cwd, env });
  assert.equal(rest.code, 0);
  assert.equal(home.server.isAlive(2), false);
  assert.throws(() => Deno.statSync(home.tokenFile), Deno.errors.NotFound);
  assert.match((await runSeh(["logout"], options)).stderr, /nothing to end/);
  for (const result of [stranger, one, rest]) assertNothingLeaked(home, result);
});

Deno.test("a logout that does not reach the server keeps the grant", async () => {
  await using home = await homeowner();
  const login = await startLogin(home);
  await visit(login.address);
  await login.end();
  const before = Deno.readTextFileSync(home.tokenFile);
  for (const base of [`http://127.0.0.1:${freePort()}`, `${home.server.origin}/elsewhere`]) {
    const env = { ...home.env, SEH_API_BASE_URL: base };
    const result = await runSeh(["logout", "--verbose"], { cwd: home.cwd, env });
    assert.equal(result.code, 1);
    assert.equal(Deno.readTextFileSync(home.tokenFile), before);
    assertNothingLeaked(home, result);
  }
});

Deno.test("an answer with another login's state is refused, and the right one still taken", async () => {
  await using home = await homeowner();
  const login = await startLogin(home);
  const callback = await callbackOf(login.address);
  const forged = new URL(callback);
  forged.searchParams.set("state", "0".repeat(32));
  forged.searchParams.set("code", "code-of-somebody-else");
  const refused = await visit(forged);
  assert.equal(refused.status, 400);
  assert.doesNotMatch(refused.text, /somebody/);
  assert.equal((await visit(new URL("/favicon.ico", callback))).status, 404);
  assert.equal((await visit(callback)).status, 200);
  const result = await login.end();
  assert.equal(result.code, 0, result.stderr);
  assert.match(result.stderr, /came back from an older login/);
  assert.doesNotMatch(result.stderr, /somebody/);
  assert.deepEqual(home.server.calls, ["code", "/v2/sites/1"]);
});

Deno.test("an answer without our state is not taken from the browser, and reported once; pasted, the person confirms it", async () => {
  await using home = await homeowner();
  home.server.echoesState = false;
  const login = await startLogin(home);
  const callback = await callbackOf(login.address);
  for (let visits = 0; visits < 3; visits++) {
    const page = await visit(callback);
    assert.equal(page.status, 400);
    assert.match(page.text, /copy the address of this page and paste it/);
  }
  assert.deepEqual(home.server.calls, []);
  await login.type(`${callback}\nyes\n`);
  const result = await login.end();
  assert.equal(result.code, 0, result.stderr);
  assert.equal(result.stderr.match(/without the mark of this login/g)?.length, 1, result.stderr);
  assert.match(result.stderr, /is 1 your site\? Type yes to go on/);
  assertNothingLeaked(home, result);
});

Deno.test("what any page in the browser can send ends no login and starts none", async () => {
  await using home = await homeowner();
  const login = await startLogin(home);
  const callback = await callbackOf(login.address);
  const with_ = (change: (url: URL) => void) => {
    const url = new URL(callback);
    change(url);
    return url;
  };
  const forged = with_((url) => {
    url.searchParams.delete("state");
    url.searchParams.set("code", "c0de-of-a-stranger");
  });
  const denied = new URL("/callback?error=access_denied", callback);
  for (const url of [forged, denied, with_((one) => one.searchParams.set("state", ""))]) {
    assert.equal((await visit(url)).status, 400, url.search);
  }
  for (const method of ["POST", "PUT", "HEAD", "OPTIONS"]) {
    const answer = await fetch(callback, { method });
    await answer.body?.cancel();
    assert.equal(answer.status, 405, method);
  }
  assert.equal((await visit(with_((one) => one.pathname = "/callback/x"))).status, 404);
  for (const host of ["evil.example", `evil.example:${callback.port}`, "localhost:1"]) {
    assert.match(await rawGet(callback, host), /^HTTP\/1\.1 403 /, host);
  }
  assert.deepEqual(home.server.calls, []);
  assert.match(await rawGet(callback, `localhost:${callback.port}`), /^HTTP\/1\.1 200 /);
  const result = await login.end();
  assert.equal(result.code, 0, result.stderr);
  assert.doesNotMatch(result.stderr, /c0de-of/);
});

Deno.test("a browser that takes localhost for ::1 or for 127.0.0.1 reaches the login alike", async () => {
  for (const host of ["127.0.0.1", "[::1]"]) {
    for (const registered of ["localhost", "127.0.0.1"]) {
      await using home = await homeowner();
      home.env.SEH_OAUTH_REDIRECT_URI = `http://${registered}:${freePort()}/callback`;
      const login = await startLogin(home);
      const callback = await callbackOf(login.address);
      assert.equal(callback.hostname, registered);
      callback.hostname = host;
      assert.equal((await visit(callback)).status, 200, `${registered} by ${host}`);
      assert.equal((await login.end()).code, 0);
    }
  }
});

Deno.test("the code is redeemed with the verifier of its link (PKCE)", async () => {
  await using home = await homeowner();
  home.server.proof = "demanded";
  const login = await startLogin(home);
  assert.equal(login.address.searchParams.get("code_challenge_method"), "S256");
  await visit(login.address);
  const result = await login.end();
  assert.equal(result.code, 0, result.stderr);
  assert.deepEqual(home.server.calls, ["code", "/v2/sites/1"]);
  assertNothingLeaked(home, result);
});

Deno.test("a token server that takes no verifier is asked once more without", async () => {
  await using home = await homeowner();
  home.server.proof = "refused";
  const login = await startLogin(home);
  await visit(login.address);
  const result = await login.end();
  assert.equal(result.code, 0, result.stderr);
  assert.deepEqual(home.server.calls, ["code", "code", "/v2/sites/1"]);
  assertNothingLeaked(home, result);
});

Deno.test("a page that takes no challenge gets a link without", async () => {
  await using home = await homeowner();
  const login = await startLogin(home);
  const callback = new URL("/callback", home.env.SEH_OAUTH_REDIRECT_URI);
  callback.searchParams.set("state", login.address.searchParams.get("state")!);
  callback.searchParams.set("error", "invalid_request");
  callback.searchParams.set("error_description", "unknown parameter code_challenge");
  await visit(callback);
  const second = await login.nextAddress();
  assert.equal(second.searchParams.get("code_challenge"), null);
  await visit(second);
  const result = await login.end();
  assert.equal(result.code, 0, result.stderr);
});

Deno.test("--no-pkce makes a link without, and sends no verifier", async () => {
  await using home = await homeowner();
  home.server.proof = "refused";
  const login = await startLogin(home, ["--no-pkce"]);
  assert.equal(login.address.searchParams.get("code_challenge"), null);
  await visit(login.address);
  assert.equal((await login.end()).code, 0);
  assert.deepEqual(home.server.calls, ["code", "/v2/sites/1"]);
});

Deno.test("a wrong paste is asked for again, until the right one comes or the person gives up", async () => {
  await using home = await homeowner();
  const login = await startLogin(home, ["--paste"]);
  const callback = await callbackOf(login.address);
  const older = new URL(callback);
  older.searchParams.set("state", "0".repeat(32));
  await login.type(`${login.address.origin}/authorize\n`);
  await login.type(
    `${home.env.SEH_OAUTH_REDIRECT_URI}?state=${callback.searchParams.get("state")}\n`,
  );
  await login.type(`${older}\n`);
  await login.type(`${callback}\n`);
  const result = await login.end();
  assert.equal(result.code, 0, result.stderr);
  assert.equal(result.stderr.match(/press Enter to give up/g)?.length, 3, result.stderr);
  assertNothingLeaked(home, result);

  const given = await startLogin(home, ["--paste"]);
  await given.type("nonsense here\n\n");
  assert.equal((await given.end()).code, 2);
});

Deno.test("a pasted address without state that the person does not confirm is not sent anywhere", async () => {
  await using home = await homeowner();
  for (const word of ["no", "", "n"]) {
    const result = await runSeh(["login", "--paste"], {
      cwd: home.cwd,
      env: home.env,
      stdin: `?code=${home.server.makeCode(1)}&site_id=1\n${word}\n\n`,
    });
    assert.equal(result.code, 2, result.stderr);
    assert.match(result.stderr, /was not confirmed/);
  }
  assert.deepEqual(home.server.calls, []);
});

Deno.test("neither the exchange of a code nor a renewal follows a redirect", async () => {
  await using home = await homeowner();
  const seen: string[] = [];
  const elsewhere = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    async (request) => {
      seen.push(await request.text());
      return Response.json({ access_token: "stolen", refresh_token: "stolen", expires_in: 7200 });
    },
  );
  const location = `http://127.0.0.1:${elsewhere.addr.port}/v2/oauth2/token`;
  try {
    for (const status of [301, 302, 307, 308]) {
      home.server.onToken = () => new Response(null, { status, headers: { location } });
      const result = await runSeh(["login", "--paste", "--site", "1"], {
        cwd: home.cwd,
        env: home.env,
        stdin: home.server.makeCode(1),
      });
      assert.notEqual(result.code, 0);
      assert.match(result.stderr, /a redirect, not followed/);
    }
    home.server.onToken = () => {};
    const login = await runSeh(["login", "--paste", "--site", "1"], {
      cwd: home.cwd,
      env: home.env,
      stdin: home.server.makeCode(1),
    });
    assert.equal(login.code, 0, login.stderr);
    home.server.onSite = () => Response.json({ error: "invalid_token" }, { status: 401 });
    home.server.onToken = () => new Response(null, { status: 307, headers: { location } });
    assert.notEqual((await runSeh(["check-api"], { cwd: home.cwd, env: home.env })).code, 0);
    assert.deepEqual(seen, []);
  } finally {
    await elsewhere.shutdown();
  }
});

/** The answer to a GET that names its host as it likes. */
async function rawGet(url: URL, host: string): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port: Number(url.port) });
  const text =
    `GET ${url.pathname}${url.search} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`;
  await connection.write(new TextEncoder().encode(text));
  return await new Response(connection.readable).text();
}

Deno.test("access that is denied on the page ends with exit code 4", async () => {
  await using home = await homeowner();
  const login = await startLogin(home);
  const callback = await callbackOf(login.address);
  for (const name of ["code", "site_id"]) callback.searchParams.delete(name);
  callback.searchParams.set("error", "access_denied");
  callback.searchParams.set("error_description", "not\u001b[31m now");
  assert.match((await visit(callback)).text, /gave no access/);
  const result = await login.end();
  assert.equal(result.code, 4);
  assert.match(
    result.stderr,
    /^seh: SolarEdge's page gave no access: access_denied: not \[31m now/m,
  );
  assert.deepEqual(home.server.calls, []);
});

Deno.test("on a machine without a browser the pasted address of the answer is enough", async () => {
  await using home = await homeowner();
  const login = await startLogin(home, ["--paste"]);
  await login.type(`\n${await callbackOf(login.address)}\n`);
  const result = await login.end();
  assert.equal(result.code, 0, result.stderr);
  assertNothingLeaked(home, result);
});

Deno.test("the address can be pasted while the browser is waited for", async () => {
  await using home = await homeowner();
  const login = await startLogin(home);
  await login.type(`"${await callbackOf(login.address)}"\n`);
  assert.equal((await login.end()).code, 0);
});

Deno.test("a bare code is enough where the site is given, configured or typed", async () => {
  await using home = await homeowner();
  const code = () => home.server.makeCode(5);
  for (
    const [args, more, env] of [
      [["--site", "5"], "", {}],
      [[], "5\n", {}],
      [[], "", { SEH_SITE_IDS: "5" }],
    ] as const
  ) {
    const result = await runSeh(["login", "--paste", "--verbose", ...args], {
      cwd: home.cwd,
      env: { ...home.env, ...env },
      stdin: `${code()}\n${more}`,
    });
    assert.equal(result.code, 0, result.stderr);
    assert.match(result.stderr, /seh may read site 5/);
    assertNothingLeaked(home, result);
  }
});

for (
  const [what, args, stdin, expected] of [
    ["nothing", [], "", /Nothing was pasted/],
    ["a code without its site", [], "code-1\n", /add --site ID/],
    [
      "an answer to another login",
      [],
      "http://x/?code=c0de-1&site_id=1&state=abc",
      /an older login/,
    ],
    ["an address without a code", [], "http://x/callback?a=b", /holds no code/],
    ["several words", [], "what is this", /holds no code/],
    ["another site's answer", ["--site", "2"], "code=c0de-1&site_id=1", /allowed access to site 1/],
  ] as const
) {
  Deno.test(`${what} pasted ends with exit code 2 and is not sent anywhere`, async () => {
    await using home = await homeowner();
    const result = await runSeh(["login", "--paste", "--verbose", ...args], {
      cwd: home.cwd,
      env: home.env,
      stdin,
    });
    assert.equal(result.code, 2, result.stderr);
    assert.match(result.stderr, expected);
    assert.doesNotMatch(result.stderr, /c0de-1/);
    assert.deepEqual(home.server.calls, []);
  });
}

Deno.test("a code that has expired ends with exit code 4 and is repeated nowhere", async () => {
  await using home = await homeowner();
  const result = await runSeh(["login", "--paste", "--verbose"], {
    cwd: home.cwd,
    env: home.env,
    stdin: "?code=OLD-CODE-0815&site_id=1\nyes",
  });
  assert.equal(result.code, 4);
  assert.match(result.stderr, /the code was refused .*Run `seh login` again/s);
  assert.ok(!result.stderr.includes("OLD-CODE-0815"), result.stderr);
  assertNothingLeaked(home, result);
});

Deno.test("a refused application ends with exit code 4 and names its settings", async () => {
  await using home = await homeowner();
  const secret = "THE-WRONG-CLIENT-SECRET";
  const result = await runSeh(["login", "--paste", "--verbose"], {
    cwd: home.cwd,
    env: { ...home.env, SEH_OAUTH_CLIENT_SECRET: secret },
    stdin: `?code=${home.server.makeCode(1)}&site_id=1\nyes`,
  });
  assert.equal(result.code, 4);
  assert.match(result.stderr, /^seh: SolarEdge does not know this client id and secret \(HTTP 4/m);
  assert.match(result.stderr, /Check SEH_OAUTH_CLIENT_ID and SEH_OAUTH_CLIENT_SECRET/);
  assert.ok(!result.stderr.includes(secret), result.stderr);
  assertNothingLeaked(home, result);
});

Deno.test("without an application both settings are named, with exit code 2", async () => {
  await using home = await homeowner();
  const { SEH_OAUTH_CLIENT_ID: _id, SEH_OAUTH_CLIENT_SECRET: _secret, ...env } = home.env;
  const neither = await runSeh(["login"], { cwd: home.cwd, env });
  assert.equal(neither.code, 2);
  assert.match(neither.stderr, /Set SEH_OAUTH_CLIENT_ID and SEH_OAUTH_CLIENT_SECRET in \.env\./);
  const half = await runSeh(["login"], {
    cwd: home.cwd,
    env: { ...env, SEH_OAUTH_CLIENT_ID: "x" },
  });
  assert.equal(half.code, 2);
  assert.match(half.stderr, /Set SEH_OAUTH_CLIENT_SECRET in \.env\. You get it in/);
});

Deno.test("a port that another program has leaves pasting", async () => {
  await using home = await homeowner();
  using _other = Deno.listen({
    hostname: "127.0.0.1",
    port: Number(new URL(home.env.SEH_OAUTH_REDIRECT_URI).port),
  });
  const options = { cwd: home.cwd, env: home.env };
  const pasted = await runSeh(["login"], {
    ...options,
    stdin: `?code=${home.server.makeCode(1)}&site_id=1\nyes`,
  });
  assert.match(pasted.stderr, /another program is using it; the browser's answer must be pasted/);
  assert.equal(pasted.code, 0, pasted.stderr);
  assert.equal((await runSeh(["login"], options)).code, 2, "with no keyboard either");
});

Deno.test("a redirect address that is not this machine's leaves pasting", async () => {
  await using home = await homeowner();
  const result = await runSeh(["login"], {
    cwd: home.cwd,
    env: { ...home.env, SEH_OAUTH_REDIRECT_URI: "https://example.com/callback" },
    stdin: `?code=${home.server.makeCode(1)}&site_id=1\nyes`,
  });
  assert.match(result.stderr, /is not an http:\/\/ address of this machine/);
  assert.equal(result.code, 0, result.stderr);
});

Deno.test("after five minutes without an answer the login gives up", async () => {
  await using home = await homeowner();
  // The clock of this run moves with its own waiting alone.
  const result = await runSeh(["login"], {
    cwd: home.cwd,
    env: home.env,
    at: "2026-11-24T12:00:00Z",
  });
  assert.equal(result.code, 1);
  assert.match(
    result.stderr,
    /^seh: Nobody allowed access within 5 minutes\. Run `seh login` again/m,
  );
});

Deno.test("a grant that cannot be tried is kept, and said to be", async () => {
  await using home = await homeowner();
  home.server.onSite = () => new Response("<title>Bad Gateway</title>", { status: 502 });
  const result = await runSeh(["login", "--paste"], {
    cwd: home.cwd,
    env: { ...home.env, SEH_MAX_RETRIES: "0" },
    stdin: `?code=${home.server.makeCode(1)}&site_id=1\nyes`,
  });
  assert.equal(result.code, 1);
  assert.match(result.stderr, /could not be tried: HTTP 502.*The login is kept/s);
  assert.ok(Deno.statSync(home.tokenFile).isFile);
});
