/** How something stands: `wrong` keeps a run from working, `warning` will, or keeps it from working well. */
export type Verdict = "ok" | "warning" | "wrong";

/** What the doctor found about one thing that a run depends on. */
export interface Finding {
  /** What was looked at, in a word: `clock`. */
  readonly topic: string;
  readonly verdict: Verdict;
  /** How it stands, a sentence. */
  readonly text: string;
  /** What to do about it, a sentence; none where nothing is to be done. */
  readonly cure?: string;
}

/** Findings about one thing, made short: `about("disk").warning("…", "…")`. */
export function about(topic: string) {
  return {
    ok: (text: string): Finding => ({ topic, verdict: "ok", text }),
    warning: (text: string, cure: string): Finding => ({ topic, verdict: "warning", text, cure }),
    wrong: (text: string, cure: string): Finding => ({ topic, verdict: "wrong", text, cure }),
  };
}
