/**
 * A program that asks for its site as often as it is asked to, for the test of several at once. It begins when
 * it gets its task on stdin, says when it is asking, and at its end, as JSON on stdout, what was answered and
 * what failed.
 */
import { systemClock } from "../../../src/model/clock.ts";
import { openHomeowner } from "./homeowner.ts";

/** What the child is to do, as JSON on stdin: its secret must not be seen in the list of processes. */
export interface ChildTask {
  readonly origin: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly tokenFile: string;
  readonly requests: number;
}

/** What the child says when it is done. */
export interface ChildReport {
  readonly answered: number;
  readonly failures: readonly string[];
}

if (import.meta.main) {
  const buffer = new Uint8Array(4096);
  const length = await Deno.stdin.read(buffer);
  const task: ChildTask = JSON.parse(new TextDecoder().decode(buffer.subarray(0, length!)));
  await using seh = await openHomeowner({ ...task, clock: systemClock });
  const failures: string[] = [];
  let answered = 0;
  const asking = Promise.all(Array.from({ length: task.requests }, async () => {
    try {
      await seh.site(1);
      answered++;
    } catch (error) {
      failures.push(String(error));
    }
  }));
  // By now the requests have looked at the same file and gone on to its lock.
  await seh.grants.sites();
  console.log("asking");
  await asking;
  console.log(JSON.stringify({ answered, failures } satisfies ChildReport));
}
