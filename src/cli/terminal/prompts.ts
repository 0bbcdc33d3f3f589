/** One of several answers. */
export interface Choice<Value extends string> {
  readonly value: Value;
  readonly text: string;
}

/** Asks a person at a terminal. Everything throws an AbortError where the person gives up (Ctrl+C). */
export interface Prompter {
  choose<Value extends string>(
    question: string,
    choices: readonly Choice<Value>[],
  ): Promise<Value>;
  /** A line of text; `problem` says what is wrong with it, null: nothing. */
  text(question: string, problem: (text: string) => string | null): Promise<string>;
  /** The same, and what is typed is not shown. */
  secret(question: string, problem: (text: string) => string | null): Promise<string>;
  /** Yes is what Enter alone means. */
  agrees(question: string): Promise<boolean>;
}

/** A prompter for the person at this terminal; null where nobody can be asked, or `TERM` is `dumb`. */
export async function terminalPrompter(
  { environment, stderr, interrupted }: {
    readonly environment: { readonly TERM?: string };
    readonly stderr: { readonly isTerminal: boolean };
    interrupted(): AbortSignal;
  },
): Promise<Prompter | null> {
  if (!stderr.isTerminal || !Deno.stdin.isTerminal() || environment.TERM === "dumb") return null;
  // Loaded only for the person who is asked.
  const [{ default: select }, { default: input }, { default: password }, { default: confirm }] =
    await Promise.all([
      import("@inquirer/select"),
      import("@inquirer/input"),
      import("@inquirer/password"),
      import("@inquirer/confirm"),
    ]);
  const { default: process } = await import("node:process");
  // Questions are no data.
  const context = { output: process.stderr, signal: interrupted() };
  const asked = async <Answer>(answer: Promise<Answer>): Promise<Answer> => {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof Error && /^(ExitPrompt|AbortPrompt)Error$/.test(error.name)) {
        throw interrupted().reason ?? new DOMException("the person gave up", "AbortError");
      }
      throw error;
    }
  };
  return {
    choose: (message, choices) =>
      asked(select({
        message,
        choices: choices.map(({ value, text }) => ({ value, name: text, short: text })),
      }, context)),
    text: async (message, problem) =>
      (await asked(input({ message, validate: (text) => problem(text) ?? true }, context))).trim(),
    secret: async (message, problem) =>
      (await asked(
        password({ message, mask: true, validate: (text) => problem(text) ?? true }, context),
      )).trim(),
    agrees: (message) => asked(confirm({ message, default: true }, context)),
  };
}
