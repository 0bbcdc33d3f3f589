/**
 * A strict server of tokens on loopback: codes and refresh tokens are good for one use, and one that comes
 * twice ends the grant. Its `/v2/sites/{id}` takes a token of that site only, and no expired one.
 */
export interface TokenServer extends AsyncDisposable {
  readonly origin: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Milliseconds since the epoch; the server's own, right clock. */
  now: number;
  /** Whether the page of the grant repeats the state. */
  echoesState: boolean;
  /** What it does with the verifier of PKCE. */
  proof: "ignored" | "refused" | "demanded";
  /** Called for each question about tokens; what it returns is answered instead. */
  onToken: () => Answer;
  /** Every code and token that was ever made, and the client's secret. */
  readonly secrets: ReadonlySet<string>;
  /** Each call that reached the server: `refresh`, `code`, `revoke`, `/v2/sites/1`. */
  readonly calls: readonly string[];
  /** Called before a refresh is carried out; what it returns is answered instead. */
  beforeRefresh: () => Answer;
  /** Called when the tokens are rotated, before they are answered. */
  afterRefresh: () => Answer;
  /** Called before a site is answered, with the token that came. */
  onSite: (token: string) => Answer;
  makeCode(siteId: number): string;
  /** Tokens of a new grant, as the answer to a code would bring them. */
  makeGrant(siteId: number): { readonly access: string; readonly refresh: string };
  /** Whether the site's newest grant is still good. */
  isAlive(siteId: number): boolean;
  revoke(siteId: number): void;
}

type Answer = Response | void | Promise<Response | void>;

interface Grant {
  readonly siteId: number;
  alive: boolean;
  refresh: string;
  readonly access: Map<string, number>;
}

const accessLifeMilliseconds = 7_200_000;

export function startTokenServer(options: { now: number }): TokenServer {
  const clientId = "test-client";
  const clientSecret = "CLIENT-SECRET-THAT-NOBODY-SEES";
  const secrets = new Set<string>([clientSecret]);
  const calls: string[] = [];
  const codes = new Map<string, number>();
  const challenges = new Map<string, string>();
  const grants: Grant[] = [];

  const make = (kind: string) => {
    const word = `${kind}-${crypto.randomUUID()}`;
    secrets.add(word);
    return word;
  };
  const grantOf = (siteId: number) => grants.findLast((one) => one.siteId === siteId);

  function rotate(grant: Grant) {
    const access = make("access");
    grant.refresh = make("refresh");
    grant.access.set(access, server.now + accessLifeMilliseconds);
    return { access, refresh: grant.refresh };
  }

  const tokens = ({ access, refresh }: { access: string; refresh: string }) =>
    Response.json({
      access_token: access,
      token_type: "Bearer",
      expires_in: accessLifeMilliseconds / 1000,
      refresh_token: refresh,
    });
  const refuse = (error: string, error_description: string) =>
    Response.json({ error, error_description }, { status: 400 });

  async function token(request: Request): Promise<Response> {
    const body: Record<string, string> = await request.json();
    calls.push(body.grant_type === "refresh_token" ? "refresh" : "code");
    const first = await server.onToken();
    if (first) return first;
    if (body.client_id !== clientId || body.client_secret !== clientSecret) {
      return refuse("invalid_client", `no such client, or not with ${body.client_secret}`);
    }
    if (body.redirect_uri !== undefined) {
      return refuse("invalid_request", "unexpected redirect_uri");
    }
    if (body.grant_type === "authorization_code") {
      if (server.proof === "refused" && body.code_verifier !== undefined) {
        return refuse("invalid_request", `unknown field code_verifier ${body.code_verifier}`);
      }
      if (server.proof === "demanded") {
        const bytes = new TextEncoder().encode(body.code_verifier ?? "");
        const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
        const found = hash.toBase64({ alphabet: "base64url", omitPadding: true });
        if (challenges.get(body.code) !== found) return refuse("invalid_grant", "wrong verifier");
      }
      const siteId = codes.get(body.code);
      if (siteId === undefined) return refuse("invalid_grant", `invalid code ${body.code}`);
      codes.delete(body.code);
      return tokens(server.makeGrant(siteId));
    }
    const instead = await server.beforeRefresh();
    if (instead) return instead;
    const grant = grants.find((one) => one.refresh === body.refresh_token);
    if (!grant?.alive) {
      // One that was used before gives a thief away: the grant it belongs to ends.
      for (const one of grants) one.alive &&= !used.get(one)?.has(body.refresh_token);
      return refuse("invalid_grant", `invalid refresh token ${body.refresh_token}`);
    }
    used.getOrInsertComputed(grant, () => new Set()).add(grant.refresh);
    const next = rotate(grant);
    return await server.afterRefresh() ?? tokens(next);
  }
  const used = new Map<Grant, Set<string>>();

  async function site(request: Request, siteId: number): Promise<Response> {
    const sent = request.headers.get("authorization")?.replace(/^Bearer /, "") ?? "";
    const instead = await server.onSite(sent);
    if (instead) return instead;
    const grant = grantOf(siteId);
    const end = grant?.alive ? grant.access.get(sent) : undefined;
    if (end === undefined || end <= server.now) {
      return Response.json({ error: "invalid_token", error_description: `bad token ${sent}` }, {
        status: 401,
      });
    }
    return Response.json({ siteId, name: "Example Barn", note: `seen ${sent}` });
  }

  function authorize(url: URL): Response {
    const back = new URL(url.searchParams.get("redirect_uri")!);
    const code = server.makeCode(Number(url.searchParams.get("external_id") ?? 1));
    challenges.set(code, url.searchParams.get("code_challenge") ?? "");
    back.searchParams.set("code", code);
    back.searchParams.set("site_id", url.searchParams.get("external_id") ?? "1");
    if (server.echoesState) back.searchParams.set("state", url.searchParams.get("state")!);
    return new Response(null, { status: 302, headers: { location: back.href } });
  }

  const http = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const url = new URL(request.url);
    if (url.pathname === "/authorize") return authorize(url);
    if (url.pathname === "/v2/oauth2/token") return await token(request);
    if (url.pathname === "/v2/oauth2/revoke-token") {
      calls.push("revoke");
      const body: Record<string, string> = await request.json();
      const grant = grants.find((one) => one.alive && one.refresh === body.token);
      if (!grant) return refuse("invalid_grant", `unknown token ${body.token}`);
      grant.alive = false;
      return Response.json({});
    }
    const siteId = /^\/v2\/sites\/(\d+)$/.exec(url.pathname)?.[1];
    if (siteId === undefined) return new Response(null, { status: 404 });
    calls.push(url.pathname);
    return await site(request, Number(siteId));
  });

  const server: TokenServer = {
    origin: `http://127.0.0.1:${http.addr.port}`,
    clientId,
    clientSecret,
    now: options.now,
    echoesState: true,
    proof: "ignored",
    onToken() {},
    secrets,
    calls,
    beforeRefresh() {},
    afterRefresh() {},
    onSite() {},
    makeCode(siteId) {
      const code = make("code");
      codes.set(code, siteId);
      return code;
    },
    makeGrant(siteId) {
      const grant: Grant = { siteId, alive: true, refresh: "", access: new Map() };
      grants.push(grant);
      return rotate(grant);
    },
    isAlive: (siteId) => grantOf(siteId)?.alive ?? false,
    revoke(siteId) {
      grantOf(siteId)!.alive = false;
    },
    [Symbol.asyncDispose]: () => http.shutdown(),
  };
  return server;
}

/** An answer that ends after its first bytes. */
export function brokenOff(): Response {
  return new Response('{"access_token":"acc');
}
