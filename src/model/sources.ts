/** What is known of the sources that rows of readings name. */
const sources: Readonly<Record<string, { readonly sendsOffsets: boolean }>> = {
  v1: { sendsOffsets: false },
  v2: { sendsOffsets: true },
};

/** The APIs, v1 and v2, as readings name them. */
export const apiSources: readonly string[] = Object.keys(sources);

/** What readings name that came from a file or another program's database: any value of an API replaces theirs. */
export const importedSources = ["python-tool", "portal-csv", "seh-export"] as const;

export type ImportedSource = typeof importedSources[number];

/**
 * What a row names that an API has sent in part, and an import the rest: `v2+portal-csv`. Which column is whose
 * it does not say, so any API replaces what it sends of such a row.
 */
export function sharedSource(api: string, imported: string): string {
  return `${api}+${imported}`;
}

/** The names of rows that hold imported values, alone or beside those of an API. */
export function namesOf(imported: string): readonly string[] {
  return [imported, ...apiSources.map((api) => sharedSource(api, imported))];
}

/** Whether a row that names this source may hold imported values. */
export function holdsImported(source: string): boolean {
  return importedSources.some((one) => namesOf(one).includes(source));
}

/** The API that a row's values came from, or the import where none has sent any of them. */
export function ownerOf(source: string): string {
  return source.replace(/\+.*$/, "");
}

/**
 * True when the times of a source come with their offset from UTC, so that no zone is needed to know the
 * instant. Of any other source, imports included, a wall clock is all that is known.
 */
export function sendsOffsets(source: string): boolean {
  const owner = ownerOf(source);
  return Object.hasOwn(sources, owner) && sources[owner].sendsOffsets;
}

/** Whether a row of readings may name this source. A name that no rule knows would keep its values for good. */
export function isKnownSource(name: string): boolean {
  return apiSources.includes(name) || holdsImported(name);
}
