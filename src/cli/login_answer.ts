import type { Clock } from "../model/clock.ts";
import { type Authorization, isSiteId, readPasted } from "../source/v2/oauth/authorization.ts";
import type { CallbackServer } from "../source/v2/oauth/callback_server.ts";
import { SourceError } from "../source/source_error.ts";
import { UsageError } from "./failure.ts";

/** How long the person has to grant access. */
export const patienceMinutes = 5;

export type Granted = Extract<Authorization, { kind: "granted" }>;

/** Lines that the person types or pipes in; null at the end. */
export type Lines = () => Promise<string | null>;

/**
 * The person's answer: what the browser brings or what is pasted, whichever comes first.
 * Throws SourceError where access was denied or nobody answered in time, UsageError where what was pasted is
 * no answer, an AbortError when interrupted.
 */
export async function waitForAnswer(options: {
  /** Null: only pasting is possible. */
  readonly server: Pick<CallbackServer, "answer"> | null;
  readonly lines: Lines;
  readonly state: string;
  readonly clock: Clock;
  readonly interrupted: AbortSignal;
}): Promise<Granted> {
  const { server, lines, state, clock, interrupted } = options;
  const answered = new AbortController();

  const pasted = async (): Promise<Authorization> => {
    for (let line = await lines(); line !== null; line = await lines()) {
      if (line.trim() !== "") return readPasted(line, state);
    }
    // Without a keyboard there is still the browser.
    if (server) return await server.answer;
    throw new UsageError("nothing was pasted; give the address of the page you came to on stdin");
  };
  const tooLate = async (): Promise<never> => {
    await clock.sleep(
      patienceMinutes * 60_000,
      AbortSignal.any([answered.signal, interrupted]),
    );
    throw new SourceError({
      kind: "transport",
      endpoint: "/authorize",
      detail: `nobody granted access within ${patienceMinutes} minutes`,
      remedy: "Run `seh login` again; with --paste where the browser runs on another machine.",
    });
  };

  try {
    const answer = await Promise.race([pasted(), tooLate(), ...server ? [server.answer] : []]);
    switch (answer.kind) {
      case "granted":
        return answer;
      case "denied":
        throw new SourceError({
          kind: "forbidden",
          endpoint: "/authorize",
          detail: `access was not granted: ${answer.detail}`,
          remedy: "Run `seh login` again to grant it.",
        });
      case "unusable":
        throw new UsageError(
          `what was pasted is not the answer to this login: ${answer.detail}. Run \`seh login\` again ` +
            "and paste the whole address of the page that its own address leads to",
        );
    }
  } finally {
    answered.abort();
  }
}

/** The site of a code that came alone: asked for on the next line. Throws UsageError. */
export async function askForSite(lines: Lines, prompt: () => void): Promise<number> {
  prompt();
  const line = (await lines())?.trim() ?? "";
  if (isSiteId(line)) return Number(line);
  throw new UsageError("a code alone does not say for which site it is; add --site ID");
}

/** Lines of a stream of bytes; nothing is read before the first line is asked for. */
export function linesOf(open: () => ReadableStream<Uint8Array<ArrayBuffer>>): Lines {
  let reader: ReadableStreamDefaultReader<string> | null = null;
  let rest = "";
  return async () => {
    reader ??= open().pipeThrough(new TextDecoderStream()).getReader();
    while (true) {
      const end = rest.indexOf("\n");
      if (end >= 0) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 1);
        return line;
      }
      const { value, done } = await reader.read();
      if (!done) rest += value;
      else if (rest === "") return null;
      else {
        const line = rest;
        rest = "";
        return line;
      }
    }
  };
}
