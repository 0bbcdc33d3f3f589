/** What is known of the sources that rows of readings name. */
const sources: Readonly<Record<string, { readonly sendsOffsets: boolean }>> = {
  v1: { sendsOffsets: false },
  v2: { sendsOffsets: true },
};

/**
 * True when the times of a source come with their offset from UTC, so that no zone is needed to know the
 * instant. Of any other source, imports included, a wall clock is all that is known.
 */
export function tellsOffsets(source: string): boolean {
  return Object.hasOwn(sources, source) && sources[source].sendsOffsets;
}

/** What readings name that came from a file or another program's database: any value that an API tells replaces theirs. */
export const importedSources = ["python-tool", "portal-csv", "seh-export"] as const;

export type ImportedSource = typeof importedSources[number];

/** Whether a row of readings may name this source. A name that no rule knows would keep its values for good. */
export function isKnownSource(name: string): boolean {
  return Object.hasOwn(sources, name) || (importedSources as readonly string[]).includes(name);
}
