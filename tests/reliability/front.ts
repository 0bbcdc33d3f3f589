import { Buffer } from "node:buffer";
import http from "node:http";
import https from "node:https";
import { gzipSync } from "node:zlib";
import { certificatesIn, makeCertificates } from "../support/certificates.ts";

/** What stands before the server gives in place of its answer. */
export type Fault =
  | {
    readonly kind: "status";
    readonly status: number;
    readonly body: Body;
    readonly headers?: Headers;
  }
  | {
    readonly kind: "reset" | "reset-midway" | "hang" | "drip" | "truncated" | "gzip-bomb" | "big";
  }
  | { readonly kind: "redirect" }
  /** The server's own answer with something in it changed. */
  | { readonly kind: "changed"; readonly change: (body: Json) => Json | string };

type Headers = Readonly<Record<string, string>>;
type Body = { readonly html: string } | { readonly json: unknown } | { readonly text: string };
/** A body as JSON gives it; what a change knows of it, it says itself. */
// deno-lint-ignore no-explicit-any
export type Json = any;

/** Which requests a fault happens to: by path, and how often. */
export interface Rule {
  readonly fault: Fault;
  readonly path: RegExp;
  /** How many requests it happens to; all by default. */
  readonly times?: number;
}

/** A server between the program and SolarEdge's, as a firewall, a gateway or a bad line is. */
export interface Front extends AsyncDisposable {
  readonly url: string;
  /** What happens from now on; nothing without. */
  set(rule: Rule | null): void;
  /** How many requests it has happened to since. */
  readonly hits: number;
}

/** Starts one on loopback, before the server of that address. */
export async function startFront(upstream: string): Promise<Front> {
  let rule: Rule | null = null;
  let hits = 0;
  const server = http.createServer(async (request, response) => {
    const path = new URL(request.url!, "http://front").pathname;
    if (rule && hits < (rule.times ?? Infinity) && rule.path.test(path)) {
      hits++;
      const { fault } = rule;
      if (fault.kind !== "changed") return misbehave(fault, request, response);
      const answer = await pass(upstream, request);
      if (answer.status !== 200) return send(response, answer.status, answer.body, answer.headers);
      const changed = fault.change(JSON.parse(answer.body.toString()));
      const text = typeof changed === "string" ? changed : JSON.stringify(changed);
      return send(response, 200, Buffer.from(text), answer.headers);
    }
    const { status, body, headers } = await pass(upstream, request);
    send(response, status, body, headers);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    get hits() {
      return hits;
    },
    set(next) {
      rule = next;
      hits = 0;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The address of a server whose certificate nobody on this machine trusts, until the stack is disposed. */
export async function untrustedAddress(ending: AsyncDisposableStack): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "seh-untrusted-" });
  ending.defer(() => Deno.remove(folder, { recursive: true }));
  await makeCertificates(folder);
  const files = certificatesIn(folder);
  const [cert, key] = [files.certificate, files.key].map((one) => Deno.readTextFileSync(one));
  const server = https.createServer({ cert, key }, (_, response) => void response.end("{}"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ending.defer(() => new Promise<void>((resolve) => void server.close(() => resolve())));
  return `https://localhost:${(server.address() as { port: number }).port}`;
}

async function pass(upstream: string, request: http.IncomingMessage) {
  const headers = Object.entries(request.headers).filter(([name, value]) =>
    typeof value === "string" && !["host", "connection", "accept-encoding"].includes(name)
  ) as [string, string][];
  const answer = await fetch(upstream + request.url!, { headers, redirect: "manual" });
  const kept = ["content-type", "retry-after"];
  return {
    status: answer.status,
    body: Buffer.from(await answer.arrayBuffer()),
    headers: Object.fromEntries(
      [...answer.headers].filter(([name]) => kept.includes(name) || name.startsWith("x-ratelimit")),
    ),
  };
}

function send(response: http.ServerResponse, status: number, body: Buffer, headers: Headers) {
  response.writeHead(status, { ...headers, "content-length": String(body.length) });
  response.end(body);
}

const half = Buffer.from('{"power":{"timeUnit":"QUARTER_OF_AN_HOUR","unit":"W","values":[');

function misbehave(
  fault: Exclude<Fault, { kind: "changed" }>,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): void {
  const json = { "content-type": "application/json" };
  switch (fault.kind) {
    case "reset":
      return void request.socket.destroy();
    case "reset-midway":
      response.writeHead(200, { ...json, "content-length": "100000" });
      response.write(half);
      return void setTimeout(() => request.socket.destroy(), 5);
    case "hang":
      return;
    case "drip": {
      response.writeHead(200, json);
      const timer = setInterval(() => response.write(" "), 20);
      return void request.socket.once("close", () => clearInterval(timer));
    }
    case "truncated":
      return send(response, 200, half, json);
    case "gzip-bomb": {
      const zeros = gzipSync(Buffer.alloc(80 * 1024 * 1024, 0x20));
      return send(response, 200, zeros, { ...json, "content-encoding": "gzip" });
    }
    case "big":
      return send(response, 200, Buffer.alloc(65 * 1024 * 1024, 0x20), json);
    case "redirect":
      return send(response, 302, Buffer.alloc(0), { location: "https://login.example/portal" });
    case "status": {
      const { status, body, headers = {} } = fault;
      const [type, text] = "html" in body
        ? ["text/html", body.html]
        : "json" in body
        ? ["application/json", JSON.stringify(body.json)]
        : ["text/plain", body.text];
      return send(response, status, Buffer.from(text), { "content-type": type, ...headers });
    }
  }
}
