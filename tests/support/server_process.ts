/** A database server of this process alone; it is gone when the process has ended, however that ends. */
export interface ServerProcess {
  /** What went wrong when it was to start, with the server's log; null when it runs. */
  readonly failure: string | null;
  /** Has the script do something, and waits until it is done. */
  command(task: string): Promise<void>;
}

/**
 * Runs a shell script that starts a server and says `ready`, then does what each line of its input names and
 * says `ready` again. It stops the server when its input ends, which comes when this process ends. What else it
 * prints is its log. Never rejects: a server that does not start is reported by the tests that need it.
 */
export async function startServerProcess(
  name: string,
  script: string,
  env: Readonly<Record<string, string>>,
): Promise<ServerProcess> {
  let process: Deno.ChildProcess;
  try {
    process = new Deno.Command("sh", {
      args: ["-c", script],
      env,
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
  } catch (error) {
    const failure = `${name} did not start: ${error instanceof Error ? error.message : error}`;
    return { failure, command: () => Promise.reject(new Error(failure)) };
  }
  const reader = process.stdout.getReader();
  const writer = process.stdin.getWriter();
  const decoder = new TextDecoder();
  const ready = async (what: string): Promise<string | null> => {
    let said = "";
    while (!/^ready$/m.test(said)) {
      const { value, done } = await reader.read();
      if (done) return `${name} did not ${what}. Its log:\n${said}`;
      said += decoder.decode(value, { stream: true });
    }
    return null;
  };
  const failure = await ready("start");
  if (failure !== null) {
    await writer.abort();
    await process.status;
  }
  process.unref();
  return {
    failure,
    async command(task) {
      await writer.write(new TextEncoder().encode(`${task}\n`));
      const wrong = await ready(task);
      if (wrong !== null) throw new Error(wrong);
    },
  };
}

/** A port of this machine that nobody listens on. */
export function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}
