/**
 * A program that asks for the same thing as often as it is asked to, for the test of several at once. It begins
 * when it gets a line on stdin. With `holdAt` it stops for good inside the critical section of that spend, says
 * so, and waits to be killed.
 */
import { systemClock } from "../../../src/model/clock.ts";
import { SourceError } from "../../../src/source/source_error.ts";
import { client, overview } from "./loopback.ts";

/** What the child is to do, as JSON in its one argument. */
export interface ChildTask {
  readonly origin: string;
  readonly folder: string;
  readonly limit: number;
  readonly requests: number;
  readonly holdAt?: number;
}

/** What the child says when it is done, as JSON on stdout. */
export interface ChildReport {
  readonly answered: number;
  readonly refused: number;
  readonly others: string[];
}

if (import.meta.main) {
  const task: ChildTask = JSON.parse(Deno.args[0]!);
  let spends = 0;
  await using seh = client(task.origin, task.folder, systemClock, {
    quotaWindows: [{ allowance: "site:", amount: task.limit, per: "rolling-day" }],
    beforeQuotaCommit: async () => {
      if (++spends !== task.holdAt) return;
      console.log("inside");
      await Deno.stdin.read(new Uint8Array(1));
    },
  });
  await Deno.stdin.read(new Uint8Array(1));
  let answered = 0;
  let refused = 0;
  const others: string[] = [];
  await Promise.all(Array.from({ length: task.requests }, async () => {
    try {
      await seh.getJson(overview());
      answered++;
    } catch (error) {
      if (error instanceof SourceError && error.kind === "quota") refused++;
      else others.push(String(error));
    }
  }));
  console.log(JSON.stringify({ answered, refused, others } satisfies ChildReport));
}
