/**
 * A word without what its writing leaves open: `SelfConsumption`, `SELF_CONSUMPTION` and `self consumption`
 * are one.
 */
export function wordKey(word: unknown): string {
  return typeof word === "string" ? word.slice(0, 100).toLowerCase().replace(/[\s_-]+/g, "") : "";
}

/** A list of words by their keys. */
export function byWordKey<Meaning>(
  words: Readonly<Record<string, Meaning>>,
): ReadonlyMap<string, Meaning> {
  return new Map(Object.entries(words).map(([word, meaning]) => [wordKey(word), meaning]));
}

const meterTypes = byWordKey<readonly string[]>({
  Production: ["Production"],
  Consumption: ["Consumption"],
  SelfConsumption: ["SelfConsumption"],
  FeedIn: ["FeedIn"],
  Export: ["FeedIn"],
  Purchased: ["Purchased"],
  Import: ["Purchased"],
  ImportExport: ["FeedIn", "Purchased"],
  ExportImport: ["FeedIn", "Purchased"],
  FeedInPurchased: ["FeedIn", "Purchased"],
});

/**
 * What a meter counts, in the words that our tables use; a meter at the grid counts both ways. Undefined:
 * unheard of.
 */
export function meterTypesOf(word: unknown): readonly string[] | undefined {
  return meterTypes.get(wordKey(word));
}
