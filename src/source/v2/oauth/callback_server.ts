import { type Authorization, readCallback, type Unusable } from "./authorization.ts";

/** Waits on this machine for the browser to come back from the vendor's page. */
export interface CallbackServer extends AsyncDisposable {
  /** Resolves with the first answer that is one to our question; others read so in the browser. */
  readonly answer: Promise<Exclude<Authorization, { kind: "unusable" }>>;
}

/** The address cannot be listened on; says why. */
export class CannotListen extends Error {
  override readonly name = "CannotListen";
}

/** The loopback addresses that a browser may mean by `localhost`. */
const loopback = ["127.0.0.1", "::1"];

/**
 * Listens for the redirect address, which must be one of this machine, on both of its loopback addresses.
 * Takes nothing but a GET for that path, under a name of this machine, with our state: any page in the
 * browser can send the rest.
 * Throws CannotListen where it is not, or where another program has the port.
 */
export function listenForCallback(options: {
  readonly redirectUri: URL;
  readonly state: string;
  /** Called with answers that were not taken. */
  readonly onRefused: (why: Unusable) => void;
}): CallbackServer {
  const { redirectUri, state } = options;
  if (redirectUri.protocol !== "http:") {
    throw new CannotListen(`${redirectUri} is not an http:// address of this machine`);
  }
  const { promise, resolve } = Promise.withResolvers<Awaited<CallbackServer["answer"]>>();
  const port = Number(redirectUri.port || 80);
  const own = redirectUri.hostname.replace(/^\[|\]$/g, "");
  const names = new Set([
    redirectUri.host,
    ...["localhost", "127.0.0.1", "[::1]"].flatMap((name) =>
      port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]
    ),
  ]);

  function answerTo(request: Request): Response {
    // The address of the request is made from this header, which may be anybody's.
    if (!names.has(request.headers.get("host")?.toLowerCase() ?? "")) {
      return page(403, "Nothing is here.");
    }
    const url = new URL(request.url);
    if (url.pathname !== redirectUri.pathname) return page(404, "Nothing is here.");
    if (request.method !== "GET") return page(405, "Nothing can be sent here.");
    const answer = readCallback(url.searchParams, state);
    if (answer.kind === "unusable") {
      options.onRefused(answer.why);
      return page(400, refusals[answer.why]);
    }
    resolve(answer);
    return answer.kind === "granted"
      ? page(
        200,
        "SolarEdge has answered. Look at the terminal: seh says there how it went. You can close this window.",
      )
      : page(200, "SolarEdge gave no access. You can close this window.");
  }

  const servers = listen([...new Set([...own === "localhost" ? [] : [own], ...loopback])]);

  function listen(addresses: readonly string[]): Deno.HttpServer[] {
    const opened: Deno.HttpServer[] = [];
    let failure: CannotListen | null = null;
    for (const hostname of addresses) {
      try {
        opened.push(Deno.serve({ hostname, port, onListen() {} }, answerTo));
      } catch (error) {
        const isTaken = error instanceof Deno.errors.AddrInUse;
        // A machine may lack one of the two; but where another program has it, the browser may go there.
        if (isTaken ? own !== "localhost" && own !== hostname : hostname !== own) continue;
        const why = isTaken
          ? "another program is using it"
          : error instanceof Error
          ? error.message
          : String(error);
        failure = new CannotListen(`${redirectUri.host} cannot be listened on: ${why}`);
      }
    }
    if (failure || opened.length === 0) {
      for (const one of opened) one.shutdown();
      throw failure ?? new CannotListen(`${redirectUri.host} cannot be listened on`);
    }
    return opened;
  }

  return {
    answer: promise,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(servers.map((one) => one.shutdown()));
    },
  };
}

/** What the person reads in the browser where an answer was not taken. */
const refusals: Readonly<Record<Unusable, string>> = {
  "other login": "This page belongs to an older login. Please open the link that seh shows now.",
  "no state":
    "seh cannot tell whether this page belongs to its login. If you have just allowed access, copy " +
    "the address of this page and paste it into the window where seh is waiting.",
  "no code": "This is not the answer that seh waits for. Please open the link that seh shows.",
};

/** A page with nothing of the request in it, which keeps the code out of caches and referrers. */
function page(status: number, text: string): Response {
  return new Response(
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>seh</title><p>${text}</p></html>\n`,
    {
      status,
      headers: {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": "default-src 'none'",
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "connection": "close",
      },
    },
  );
}
