import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { resolve } from "node:path";
import { type CommandContext, globalOptions } from "./context.ts";
import { UsageError } from "./failure.ts";
import type { NamedSite } from "./stored_sites.ts";
import { printableName } from "./terminal/printable.ts";

/** Sites as a person names them: numbers, names or parts of names; null: none were named. */
export type SiteWords = readonly string[];

/** The options with which sites are chosen. */
export interface SiteOptions {
  readonly site?: SiteWords;
  readonly sites?: SiteWords;
  readonly sitesFrom?: string;
}

/** `-s, --site SITE`, repeatable or comma-separated. */
export function siteOption(
  description =
    "only this site: its number, name or a part of its name (repeatable, or several with commas)",
) {
  return new Option("-s, --site <SITE>", description).argParser(readWords);
}

/** `--sites`, for those who write it so. */
export function sitesOption() {
  return new Option("--sites <SITES>", "the same as --site").argParser(readWords).hideHelp();
}

/** `--sites-from FILE`. */
export function sitesFromOption() {
  return new Option("--sites-from <FILE>", "only the sites in this file, one a line");
}

function readWords(text: string, previous: SiteWords = []): SiteWords {
  const words = text.split(",").map((one) => one.trim());
  if (words.some((one) => one === "" || /^[-+]?0*$/.test(one) || /^-\d+$/.test(one))) {
    throw new InvalidArgumentError(
      "Give the number or the name of a site, several with commas: 12345,67890.",
    );
  }
  return [...new Set([...previous, ...words])];
}

/**
 * The numbers of the sites that were named; null: all. Numbers alone need no database, unless the sites must be
 * `stored` already: then one that is not is a mistake, once there is a database. Throws UsageError, SettingsError
 * and DatabaseError.
 */
export async function chosenSites(
  context: CommandContext,
  command: CommandUnknownOpts,
  options: SiteOptions,
  { mustBeStored }: { readonly mustBeStored: boolean },
): Promise<readonly number[] | null> {
  const words = [
    ...options.site ?? [],
    ...options.sites ?? [],
    ...options.sitesFrom === undefined ? [] : readSitesFile(context, options.sitesFrom),
  ];
  if (words.length === 0) return null;
  const areNumbers = words.every(isNumber);
  if (areNumbers && !mustBeStored) return [...new Set(words.map(Number))];
  const { storedSites } = await import("./stored_sites.ts");
  const sites = await storedSites(context.world, globalOptions(command).config);
  if (sites === null || sites.length === 0) {
    if (areNumbers) return [...new Set(words.map(Number))];
    throw new UsageError(
      "Names of sites are known after the first `seh sync`. Give the number of the site instead.",
    );
  }
  const ids = new Set<number>();
  for (const word of words) {
    const found = sitesNamed(word, sites, { mustBeStored });
    if (found.length > 1 && !globalOptions(command).quiet) {
      const names = found.slice(0, 3).map((one) =>
        `${printableName(one.name ?? "")} (${one.siteId})`
      )
        .join(", ");
      const more = found.length > 3 ? " and more" : "";
      context.world.stderr.print(`"${word}" names ${found.length} sites: ${names}${more}.\n`);
    }
    for (const { siteId } of found) ids.add(siteId);
  }
  return [...ids];
}

/**
 * The sites that a word means: the one with this number, else those with exactly this name, else all whose name
 * has it as a part; upper and lower case are the same, and so are spaces and dashes. Throws UsageError where there is none.
 */
export function sitesNamed(
  word: string,
  sites: readonly NamedSite[],
  { mustBeStored }: { readonly mustBeStored: boolean },
): readonly NamedSite[] {
  const byNumber = isNumber(word) ? sites.filter((one) => one.siteId === Number(word)) : [];
  if (byNumber.length > 0) return byNumber;
  const searched = folded(word);
  const exact = sites.filter((one) => one.name !== null && folded(one.name) === searched);
  if (exact.length > 0) return exact;
  if (isNumber(word) && !mustBeStored) return [{ siteId: Number(word), name: null }];
  const partly = sites.filter((one) => one.name !== null && folded(one.name).includes(searched));
  if (partly.length > 0) return partly;
  throw new UsageError(
    isNumber(word)
      ? `Site ${word} is not in the database. \`seh status --all\` lists the sites that are.`
      : `No site has "${word}" in its name. \`seh status --all\` lists the sites.`,
  );
}

function isNumber(word: string): boolean {
  return /^\d+$/.test(word) && Number.isSafeInteger(Number(word));
}

function folded(text: string): string {
  return text.normalize("NFKC").toLocaleLowerCase("en").replaceAll(/[\s_-]+/g, " ").trim();
}

/** One site a line: a number, a name, or a line of CSV that begins with the number; `#` begins a comment. */
function readSitesFile({ world }: CommandContext, file: string): string[] {
  let text: string;
  try {
    text = new TextDecoder().decode(world.readFile(resolve(world.cwd, file)));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const why = message.replace(/ \(os error \d+\).*/, "").toLowerCase();
    throw new UsageError(`The file ${file} with the sites cannot be read: ${why}.`);
  }
  const words = text.split(/\r?\n/).map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => /^"?(\d+)"?\s*[,;\t]/.exec(line)?.[1] ?? line)
    // The head of a table of sites is none of them.
    .filter((word, at) => at > 0 || !/^"?site_id"?\b/i.test(word));
  if (words.length === 0) {
    throw new UsageError(`The file ${file} names no site. Write a number or a name on each line.`);
  }
  return words;
}

/** Says of each chosen site that it is not among those that are stored. */
export function noteUnstored(
  chosen: readonly number[] | null,
  stored: readonly number[],
  note: (text: string) => void,
): void {
  for (const id of chosen ?? []) {
    if (!stored.includes(id)) note(`Site ${id} is not in the database yet.`);
  }
}
