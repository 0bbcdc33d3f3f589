import { type Authorization, readCallback } from "./authorization.ts";

/** Waits on this machine for the browser to come back from the vendor's page. */
export interface CallbackServer extends AsyncDisposable {
  /** Resolves with the first answer that is one to our question; others are told so in the browser. */
  readonly answer: Promise<Exclude<Authorization, { kind: "unusable" }>>;
}

/** The address cannot be listened on; says why. */
export class CannotListen extends Error {
  override readonly name = "CannotListen";
}

/**
 * Listens on the redirect address, which must be one of this machine.
 * Throws CannotListen where it is not, or where another program has the port.
 */
export function listenForCallback(options: {
  readonly redirectUri: URL;
  readonly state: string;
  /** Told of answers that were refused, without their content. */
  readonly onRefused: (detail: string) => void;
}): CallbackServer {
  const { redirectUri, state } = options;
  if (redirectUri.protocol !== "http:") {
    throw new CannotListen(`${redirectUri} is not an http:// address of this machine`);
  }
  const { promise, resolve } = Promise.withResolvers<Awaited<CallbackServer["answer"]>>();
  const listen = () => {
    try {
      return Deno.serve({
        hostname: redirectUri.hostname.replace(/^\[|\]$/g, ""),
        port: Number(redirectUri.port || 80),
        onListen() {},
      }, handle);
    } catch (error) {
      const why = error instanceof Deno.errors.AddrInUse
        ? "another program is using it"
        : error instanceof Error
        ? error.message
        : String(error);
      throw new CannotListen(`${redirectUri.host} cannot be listened on: ${why}`);
    }
  };

  function handle(request: Request): Response {
    const url = new URL(request.url);
    if (url.pathname !== redirectUri.pathname) return page(404, "Nothing is here.");
    if (request.method !== "GET") return page(405, "Nothing can be sent here.");
    const answer = readCallback(url.searchParams, state);
    if (answer.kind === "unusable") {
      options.onRefused(answer.detail);
      return page(400, "This is not the answer that seh waits for. Open its address again.");
    }
    resolve(answer);
    return answer.kind === "granted"
      ? page(200, "seh has got the answer. You can close this window.")
      : page(200, "Access was not granted. You can close this window.");
  }

  const server = listen();
  return { answer: promise, [Symbol.asyncDispose]: () => server.shutdown() };
}

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
