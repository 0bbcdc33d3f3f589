import { type SettingFact, settingFacts, unusedNames } from "./setting_facts.ts";

/** All names that may be set, those of the files that secrets come from among them. */
const knownNames: ReadonlySet<string> = new Set(
  settingFacts.flatMap((fact: SettingFact) =>
    fact.secret ? [fact.name, `${fact.name}_FILE`] : [fact.name]
  ),
);

/**
 * - `known`: a setting
 * - `unused`: a name of the older Python tool, accepted without effect
 * - `unknown`: begins with SEH_, in whatever letters, and is neither
 * - `foreign`: of other programs
 */
export function kindOfName(name: string): "known" | "unused" | "unknown" | "foreign" {
  if (!/^SEH_/i.test(name)) return "foreign";
  if (knownNames.has(name)) return "known";
  const isUnused = unusedNames.some((one) =>
    one.endsWith("*") ? name.startsWith(one.slice(0, -1)) : name === one
  );
  return isUnused ? "unused" : "unknown";
}

/** The known setting that is spelled most like the given name. */
export function nearestName(name: string): string {
  return nearestOf(name.toUpperCase(), [...knownNames]);
}

/** The candidate that is spelled most like the word: the fewest letters to change, add or drop. */
export function nearestOf(word: string, candidates: readonly string[]): string {
  const distances = candidates.map((one) => editDistance(word, one));
  return candidates[distances.indexOf(Math.min(...distances))];
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const replaced = row[j] + (a[i] === b[j] ? 0 : 1);
      next.push(Math.min(replaced, row[j + 1] + 1, next[j] + 1));
    }
    row = next;
  }
  return row[b.length];
}
