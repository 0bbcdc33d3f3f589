import type { IncomingMessage, ServerResponse } from "node:http";
import type { Failure } from "./faults.ts";
import { jsonText, type NumberStyle } from "./json_text.ts";
import { authenticationProblem, Picture, type Reply } from "./v1/reply.ts";

/** An answer on its way, and what may happen to it. */
export interface Delivery {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly reply: Reply;
  readonly failure: Failure | null;
  /** Resolves when the client is gone. */
  readonly gone: Promise<void>;
  /** To be called just before the last byte. */
  finish(): void;
  readonly numbers: NumberStyle;
  readonly extraKeys: boolean;
}

const errorPage = "<html><head><title>Error</title></head><body><h1>Error</h1></body></html>";

/** Sends an answer, or lets it fail; gives the status that was sent, 0 for none. */
export async function deliver(delivery: Delivery): Promise<number> {
  const { response, reply, failure } = delivery;
  const text = () =>
    typeof reply.body === "string"
      ? reply.body
      : jsonText(reply.body, delivery.numbers, delivery.extraKeys);
  if (failure === null || (failure.kind === "endless-count" && reply.status !== 200)) {
    if (reply.body instanceof Picture) {
      return send(delivery, reply.status, reply.body.bytes, { "content-type": "image/png" });
    }
    return send(delivery, reply.status, text(), json(reply.contentType));
  }
  switch (failure.kind) {
    case "status": {
      const headers: Record<string, string> = failure.retryAfter === undefined
        ? {}
        : { "retry-after": failure.retryAfter };
      const [type, body] = errorBody(failure.body ?? "html", failure.status);
      return send(delivery, failure.status, body, { ...headers, "content-type": type });
    }
    case "no-answer":
      await delivery.gone;
      return 0;
    case "reset":
      response.socket?.destroy();
      return 0;
    case "reset-midway": {
      const whole = text();
      response.writeHead(200, { ...reply.headers, ...json(), "content-length": `${whole.length}` });
      response.write(whole.slice(0, whole.length / 2), () => response.socket?.destroy());
      await delivery.gone;
      return 200;
    }
    case "truncated-json":
      return send(delivery, 200, text().slice(0, -2 - Math.floor(text().length / 3)), json());
    case "html":
      return send(delivery, 200, errorPage, { "content-type": "text/html" });
    case "empty":
      return send(delivery, 200, "", json());
    case "wrong-shape":
      return send(delivery, 200, JSON.stringify(failure.body ?? { surprise: [1, 2, 3] }), json());
    case "echo-url": {
      const { headers: { host }, url } = delivery.request;
      const body = JSON.stringify({ String: `Bad request: http://${host}${url}` });
      return send(delivery, failure.status, body, json());
    }
    case "redirect":
      return send(delivery, 302, "", { location: failure.to });
    case "endless-count":
      return send(delivery, 200, endless(text()), json());
  }
}

function send(
  { response, reply, finish }: Delivery,
  status: number,
  body: string | Uint8Array,
  headers: Record<string, string>,
): number {
  if (response.destroyed) return 0;
  response.writeHead(status, { ...reply.headers, ...headers });
  finish();
  response.end(body);
  return status;
}

function json(type = "application/json;charset=utf-8"): Record<string, string> {
  return { "content-type": type };
}

function errorBody(kind: string, status: number): [type: string, body: string] {
  switch (kind) {
    case "json":
      return ["application/json", JSON.stringify({ String: `error ${status}` })];
    case "problem":
      return ["application/problem+json", JSON.stringify(authenticationProblem())];
    case "text":
      return ["text/plain", "Access Denied"];
    case "empty":
      return ["text/plain", ""];
    default:
      return ["text/html", errorPage];
  }
}

/** The same body with a `count` that no list reaches. */
function endless(text: string): string {
  return text.replace(/"count":\d+/, '"count":1567');
}
