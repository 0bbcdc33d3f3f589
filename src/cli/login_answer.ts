import type { Clock } from "../model/clock.ts";
import {
  type Authorization,
  isSiteId,
  readPasted,
  type Unusable,
} from "../source/v2/oauth/authorization.ts";
import type { CallbackServer } from "../source/v2/oauth/callback_server.ts";
import { SourceError } from "../source/source_error.ts";
import { UsageError } from "./failure.ts";

/** How long the person has to grant access. */
export const patienceMinutes = 5;

export type Answer = Exclude<Authorization, { kind: "unusable" }>;

/** Lines that the person types or pipes in; null at the end. Whoever gives up waiting loses no line. */
export type Lines = (signal?: AbortSignal) => Promise<string | null>;

/** What was wrong with what was pasted, for people. */
const wrongPaste: Readonly<Record<Unusable, string>> = {
  "other login": "This address belongs to an older login. Please use the link above.",
  "no state": "This address does not carry the mark of this login. Please use the link above.",
  "no code": "This is not the address of the page you came to: it holds no code.",
};

/** What is said, once, about a browser that came back in a wrong way. */
export const wrongCallback: Readonly<Record<Unusable, string>> = {
  "other login":
    "The browser came back from an older login. Please use the link above. Still waiting.",
  "no state":
    "The browser came back without the mark of this login. If you have just allowed access, paste the " +
    "address from the browser's address bar here. Still waiting.",
  "no code": "The browser came back without a code. Please use the link above. Still waiting.",
};

/**
 * The person's answer: what the browser brings or what is pasted, whichever comes first. A wrong paste is
 * asked for again. Throws SourceError where nobody answered in time, UsageError where the person gave up, an
 * AbortError when interrupted.
 */
export async function waitForAnswer(options: {
  /** Null: only pasting is possible. */
  readonly server: Pick<CallbackServer, "answer"> | null;
  readonly lines: Lines;
  readonly state: string;
  /** The site that the person has named as theirs. */
  readonly siteId: number | null;
  readonly say: (line: string) => void;
  readonly clock: Clock;
  readonly interrupted: AbortSignal;
}): Promise<Answer> {
  const { server, lines, state, say, clock, interrupted } = options;
  const answered = new AbortController();

  /** Anybody may have made an address without our state: the person must know it. */
  const isConfirmed = async (siteId: number): Promise<boolean> => {
    // Another site than the one that was named is refused by whoever asked for an answer.
    if (options.siteId !== null) return true;
    say(
      `This address does not carry the mark of this login. Have you just come to it from the link above, and is ` +
        `${siteId} your site? Type yes to go on:`,
    );
    return /^y(es)?$/i.test((await lines(answered.signal))?.trim() ?? "");
  };
  const pasted = async (): Promise<Answer> => {
    let wrong: string | null = null;
    for (let line = await lines(answered.signal); line !== null;) {
      if (line.trim() !== "") {
        const answer = readPasted(line, state);
        if (answer.kind === "unusable") wrong = wrongPaste[answer.why];
        else if (answer.kind === "denied" || !answer.stateMissing || answer.siteId === null) {
          return answer;
        } else if (await isConfirmed(answer.siteId)) return answer;
        else wrong = "The address was not confirmed.";
        say(
          `${wrong} Paste the address from the browser's address bar after you allowed access` +
            `${server ? "" : ", or press Enter to give up"}:`,
        );
      } else if (wrong !== null && !server) break;
      line = await lines(answered.signal);
    }
    // Without a keyboard there is still the browser.
    if (server) return await server.answer;
    throw new UsageError(
      wrong === null
        ? "Nothing was pasted. Run `seh login --paste` again and paste the address of the page you came to"
        : `${wrong} Nothing was kept. Run \`seh login\` again`,
    );
  };
  const tooLate = async (): Promise<never> => {
    await clock.sleep(
      patienceMinutes * 60_000,
      AbortSignal.any([answered.signal, interrupted]),
    );
    throw new SourceError({
      kind: "transport",
      endpoint: "",
      detail: `Nobody allowed access within ${patienceMinutes} minutes`,
      remedy: "Run `seh login` again; with --paste where the browser runs on another machine.",
    });
  };

  try {
    return await Promise.race([pasted(), tooLate(), ...server ? [server.answer] : []]);
  } finally {
    answered.abort();
  }
}

/** The site of a code that came alone: asked for on the next line. Throws UsageError, and what the signal says. */
export async function askForSite(
  lines: Lines,
  prompt: () => void,
  interrupted: AbortSignal,
): Promise<number> {
  prompt();
  const line = (await lines(interrupted))?.trim() ?? "";
  if (isSiteId(line)) return Number(line);
  throw new UsageError("a code alone does not say for which site it is; add --site ID");
}

/** Lines of a stream of bytes; nothing is read before the first line is asked for. */
export function linesOf(open: () => ReadableStream<Uint8Array<ArrayBuffer>>): Lines {
  let reader: ReadableStreamDefaultReader<string> | null = null;
  let rest = "";
  let next: Promise<string | null> | null = null;
  const read = async (): Promise<string | null> => {
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
  return async (signal) => {
    next ??= read();
    const line = signal ? await Promise.race([next, endOf(signal)]) : await next;
    next = null;
    return line;
  };
}

function endOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
