/// <reference lib="deno.worker" />
import type { ProxyOrder } from "./cutting_proxy.ts";

const open = new Set<Deno.Conn>();
let listener: Deno.TcpListener;

self.onmessage = ({ data }: MessageEvent<ProxyOrder>) => {
  if (data.kind === "listen") {
    listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    serveAll(data.targetPort);
    self.postMessage((listener.addr as Deno.NetAddr).port);
  } else {
    for (const one of open) one.close();
    open.clear();
    // A connection is closed for good once the reads that were pending on it have failed.
    setTimeout(() => {
      Atomics.store(data.done, 0, 1);
      Atomics.notify(data.done, 0);
    }, 20);
  }
};

async function serveAll(targetPort: number): Promise<void> {
  for await (const client of listener) serve(client, targetPort);
}

async function serve(client: Deno.Conn, targetPort: number): Promise<void> {
  const server = await Deno.connect({ hostname: "127.0.0.1", port: targetPort });
  const both = [client, server];
  for (const one of both) open.add(one);
  // Whatever ends one direction ends the connection.
  await Promise.race([forward(client, server), forward(server, client)]);
  for (const one of both.filter((one) => open.delete(one))) one.close();
}

async function forward(from: Deno.Conn, to: Deno.Conn): Promise<void> {
  const bytes = new Uint8Array(65_536);
  try {
    for (let n; (n = await from.read(bytes)) !== null;) {
      for (let at = 0; at < n;) at += await to.write(bytes.subarray(at, n));
    }
  } catch {
    // One of both is closed or broken, which is an end like any other.
  }
}
