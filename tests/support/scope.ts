/** How much of the tests a run is for. */
export type Scope = "fast" | "usual" | "all";

/** As `deno task test:fast`, `test` and `test:all` set it in TEST_SCOPE. */
export const scope: Scope = readScope(Deno.env.get("TEST_SCOPE"));

/** Whether the program is the bundles in `dist/`, as PROGRAM_UNDER_TEST says, instead of the source. */
export const onBundle = Deno.env.get("PROGRAM_UNDER_TEST") === "bundle";

/**
 * Whether one case of a list that is long by nature is part of this run: in `test:all` each is, else about one
 * in so many, by its name and TEST_SEED: the same each time until the seed is another. What is left out is not
 * registered, so it does not count as skipped.
 */
export function isChosen(name: string, { oneIn }: { readonly oneIn: number }): boolean {
  return scope === "all" || drawn(name, oneIn) === 0;
}

/** One of several things for each name, the same each time until TEST_SEED is another. */
export function oneOf<Thing>(things: readonly Thing[], name: string): Thing {
  return things[drawn(name, things.length)]!;
}

/** All of several things in `test:all`, else one of them in turns, by a name and TEST_SEED. */
export function inTurns<Thing>(things: readonly Thing[], name: string): readonly Thing[] {
  return scope === "all" || things.length === 0 ? things : [oneOf(things, name)];
}

/** A number below a limit that follows from a text (FNV-1a, its high bits mixed into the low ones). */
function drawn(name: string, limit: number): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(`${Deno.env.get("TEST_SEED") ?? ""} ${name}`)) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return ((hash ^ (hash >>> 15)) >>> 0) % limit;
}

function readScope(text: string | undefined): Scope {
  if (text === undefined || text === "usual") return "usual";
  if (text === "fast" || text === "all") return text;
  throw new Error(`TEST_SCOPE is ${text}; allowed are fast, usual and all`);
}
