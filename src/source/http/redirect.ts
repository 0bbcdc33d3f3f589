import { SourceError } from "../source_error.ts";
import type { HttpRequest, Send } from "./send.ts";

const mostRedirects = 3;

/**
 * Follows redirects within the origin that was asked; each hop is a request of its own to whatever lies
 * further in. A redirect to anywhere else ends in a SourceError of kind `body`, because following it would
 * carry the credential to another host. Not `rejected`: nothing is wrong with what was asked.
 */
export function followRedirects(send: Send): Send {
  return async (request) => {
    let hop = request;
    const visited = new Set([request.url.href]);
    for (let redirects = 0; redirects <= mostRedirects; redirects++) {
      const answer = await send(hop);
      const location = answer.headers.get("location");
      if (answer.status < 300 || answer.status > 399 || location === null) return answer;
      const url = target(request, hop.url, location, answer.status);
      // Each hop is counted: who has been there already learns nothing by going again.
      if (visited.has(url.href)) throw lost(request, "redirected in a circle");
      visited.add(url.href);
      hop = { ...request, url };
    }
    throw lost(request, `redirected more than ${mostRedirects} times`);
  };
}

function lost({ endpoint }: HttpRequest, detail: string): SourceError {
  return new SourceError({ kind: "body", endpoint, detail });
}

function target(request: HttpRequest, from: URL, location: string, status: number): URL {
  const url = URL.canParse(location, from.href) ? new URL(location, from) : null;
  if (url?.origin === from.origin) {
    url.username = "";
    url.password = "";
    return url;
  }
  throw new SourceError({
    kind: "body",
    endpoint: request.endpoint,
    status,
    detail: url && url.origin !== "null"
      ? `redirected to another host (${url.origin}); credentials are not sent there. ` +
        "If SolarEdge has moved, set SEH_API_BASE_URL"
      : "redirected to an address that is none",
  });
}
