import { join } from "node:path";
import type { Prompter } from "../../src/cli/terminal/prompts.ts";
import { Interrupted } from "../../src/cli/world.ts";
import type { Clock } from "../../src/model/clock.ts";
import { homeSite } from "../../src/simulator/scenarios.ts";
import { type Simulator, startSimulator } from "../../src/simulator/simulator.ts";
import { runInWorld } from "./captured_world.ts";
import { screenOf } from "./screen.ts";

/** What a person answers, by the beginning of the question; what else could be agreed to is declined. */
export type Answers = Readonly<Record<string, string | boolean>>;

/** A homeowner at a terminal, in an empty folder, with a browser that allows access at once. */
export interface FirstHour extends AsyncDisposable {
  readonly server: Simulator;
  readonly cwd: string;
  /** The application that the homeowner has registered, and a fleet's key. */
  readonly clientId: string;
  readonly clientSecret: string;
  readonly fleetKey: string;
  now(): Temporal.Instant;
  pass(duration: Temporal.DurationLike): void;
  /** The questions asked so far. */
  readonly questions: readonly string[];
  /**
   * Runs a command; waiting moves the clock that seh and the server share. `stopAfterWaits` presses Ctrl+C in
   * that wait.
   */
  seh(
    args: readonly string[],
    more?: { readonly answers?: Answers; readonly stopAfterWaits?: number },
  ): Promise<Session>;
}

/** What a command left on the terminal. */
export interface Session {
  readonly code: number;
  /** The lines on the screen at the end, those that scrolled by included. */
  readonly screen: readonly string[];
  /** The last line of the screen in each wait for the next minute. */
  readonly waits: readonly string[];
}

/** A longer sleep is how long seh waits for a person; no test waits for its end. */
const longestWait = 90_000;

/** Starts one, at a terminal of a width or, with null, in a pipe. */
export async function firstHour(
  columns: number | null,
  { perMinute = 10, nobody = false }: { perMinute?: number; nobody?: boolean } = {},
): Promise<FirstHour> {
  let moment = Temporal.Instant.from("2026-11-26T18:07:00Z");
  // Always of the same length: where a line is broken must not depend on the machine.
  const dir = Deno.build.os === "windows" ? undefined : "/tmp";
  const cwd = await Deno.makeTempDir({ dir, prefix: "seh-" });
  const since = { firstDay: "2024-04-12", installationDate: "2024-04-12" };
  const server = await startSimulator({
    sites: [homeSite(since)],
    now: () => moment,
    allowance: { credits: 2000, perMinute, billingDay: 1 },
  });
  const questions: string[] = [];
  /** What differs from run to run: the folder, the port and the marks of the login. */
  const tidy = (piece: string) =>
    piece.replaceAll(`${server.url}/authorize`, "https://connect.solaredge.com/authorize")
      .replace(/&redirect_uri=\S+/, "&redirect_uri=…")
      .replaceAll(/localhost:\d+/g, "localhost:8976")
      .replaceAll(cwd, "/home/you/solar");
  return {
    server,
    cwd,
    clientId: server.clientId,
    clientSecret: server.clientSecret,
    fleetKey: server.fleetKey,
    questions,
    now: () => moment,
    pass: (duration) => void (moment = moment.add(duration)),
    async seh(args, { answers = {}, stopAfterWaits } = {}) {
      const stopping = new AbortController();
      const waits: string[] = [];
      let text = "";
      const show = (piece: string) => void (text += tidy(piece));
      const clock: Clock = {
        now: () => moment,
        async sleep(milliseconds, signal) {
          signal?.throwIfAborted();
          if (milliseconds > longestWait) return await endOf(signal);
          if (milliseconds > 1000) {
            const before = text.length;
            if (columns !== null) await until(() => text.slice(before).includes("goes on in"));
            waits.push(screenOf(text, columns ?? 1000).at(-1) ?? "");
            if (waits.length === stopAfterWaits) stopping.abort(new Interrupted("SIGINT"));
          }
          signal?.throwIfAborted();
          moment = moment.add({ milliseconds: Math.round(milliseconds) });
        },
      };
      const { code } = await runInWorld(args, {
        cwd,
        clock,
        terminal: columns !== null,
        columns: columns ?? 80,
        signal: stopping.signal,
        prompter: nobody || columns === null ? undefined : scripted(answers, questions, show),
        onNote: show,
        onOutput(piece) {
          show(piece);
          if (piece.startsWith(`${server.url}/authorize?`)) {
            fetch(piece.trim()).then((page) => page.body?.cancel()).catch(() => {});
          }
        },
        env: {
          NO_COLOR: "1",
          SEH_API_BASE_URL: server.url,
          SEH_OAUTH_AUTHORIZE_URL: `${server.url}/authorize`,
          SEH_OAUTH_REDIRECT_URI: `http://localhost:${freePort()}/callback`,
          SEH_API_MAX_CONCURRENT: "1",
          SEH_DATABASE_URL: `sqlite:///${join(cwd, "seh.db")}`,
        },
      });
      return { code, screen: screenOf(text, columns ?? 1000), waits };
    },
    async [Symbol.asyncDispose]() {
      await server.close();
      await Deno.remove(cwd, { recursive: true });
    },
  };
}

/** Answers, and leaves on the screen what the real prompts leave. */
function scripted(
  answers: Answers,
  questions: string[],
  show: (text: string) => void,
): Prompter {
  const answerTo = (question: string): string | boolean | undefined => {
    questions.push(question);
    return Object.entries(answers).find(([start]) => question.startsWith(start))?.[1];
  };
  const next = (question: string): string => {
    const answer = answerTo(question);
    if (typeof answer !== "string") throw new Error(`nobody answers "${question}"`);
    return answer;
  };
  const text = (isShown: boolean): Prompter["text"] => (question, problem) => {
    const answer = next(question);
    const wrong = problem(answer);
    if (wrong) throw new Error(`${question} ${wrong}`);
    show(`✔ ${question} ${isShown ? answer : "*".repeat(answer.length)}\n`);
    return Promise.resolve(answer);
  };
  return {
    choose(question, choices) {
      const answer = next(question);
      const choice = choices.find((one) => one.value === answer)!;
      show(`✔ ${question} ${choice.text}\n`);
      return Promise.resolve(choice.value);
    },
    text: text(true),
    secret: text(false),
    agrees(question) {
      const answer = answerTo(question) === true;
      show(`✔ ${question} ${answer ? "Yes" : "No"}\n`);
      return Promise.resolve(answer);
    },
  };
}

/** The progress is drawn some times a second. */
async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1000 && !isSo(); tries++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function endOf(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
