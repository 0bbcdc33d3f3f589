/** A way to a server of this machine on which connections can be cut. */
export interface CuttingProxy extends Disposable {
  readonly port: number;
  /** Comes back when all connections have ended, before anything of this thread can have noticed. */
  cut(): void;
}

/** What the thread of the proxy is to do. */
export type ProxyOrder =
  | { readonly kind: "listen"; readonly targetPort: number }
  | { readonly kind: "cut"; readonly done: Int32Array };

/** Listens on a port of its own, on a thread of its own, and passes everything on to another port. */
export async function startCuttingProxy(targetPort: number): Promise<CuttingProxy> {
  const worker = new Worker(new URL("cutting_proxy_worker.ts", import.meta.url), {
    type: "module",
  });
  const order = (one: ProxyOrder) => worker.postMessage(one);
  const listening = new Promise<number>((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message));
  });
  order({ kind: "listen", targetPort });
  return {
    port: await listening,
    cut() {
      const done = new Int32Array(new SharedArrayBuffer(4));
      order({ kind: "cut", done });
      Atomics.wait(done, 0, 0);
    },
    [Symbol.dispose]: () => worker.terminate(),
  };
}
