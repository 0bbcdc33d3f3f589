import { linesOf } from "../login_answer.ts";
import type { World } from "../world.ts";

/** Whether somebody sits at a terminal who can be asked. */
export function isPersonThere({ stderr }: Pick<World, "stderr">): boolean {
  return stderr.isTerminal && Deno.stdin.isTerminal();
}

/** A person's yes to a question; anything else is a no. Throws an AbortError when interrupted. */
export async function isAgreed(
  { stderr, stdin, interrupted }: Pick<World, "stderr" | "stdin" | "interrupted">,
  question: string,
): Promise<boolean> {
  stderr.print(question);
  const lines = linesOf(stdin);
  const line = await lines(interrupted());
  interrupted().throwIfAborted();
  return /^y(es)?$/i.test(line?.trim() ?? "");
}
