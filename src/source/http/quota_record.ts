import type { Spend } from "./quota_window.ts";

/** What the quota file holds. Buckets are kept as text and read only where a request needs them. */
export interface QuotaRecord {
  /** Per quota owner and bucket: `1763900000 +12x3 +288`, see `writeSpends`. */
  readonly owners: Record<string, Record<string, string>>;
  /** When buckets in which nothing counts any more were last removed. */
  sweptAtSeconds: number;
}

/** The text is not a quota record. */
export class DamagedRecord extends Error {
  override readonly name = "DamagedRecord";
}

const version = 1;

/** A record without any spend. */
export function emptyRecord(): QuotaRecord {
  return { owners: {}, sweptAtSeconds: 0 };
}

/**
 * Reads a record; an empty file is an empty one.
 * Throws DamagedRecord, and Error for a record of a newer version.
 */
export function readRecord(text: string): QuotaRecord {
  if (text.trim() === "") return emptyRecord();
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new DamagedRecord("no JSON");
  }
  if (!isObject(content) || !isObject(content.owners)) throw new DamagedRecord("no owners");
  if (content.version !== version) {
    if (Number(content.version) > version) throw new Error("made by a newer version of seh");
    throw new DamagedRecord("no version");
  }
  const owners: QuotaRecord["owners"] = {};
  for (const [owner, buckets] of Object.entries(content.owners)) {
    if (!isObject(buckets)) throw new DamagedRecord("no buckets");
    owners[owner] = buckets as Record<string, string>;
  }
  return {
    owners,
    sweptAtSeconds: typeof content.swept_at === "number" ? content.swept_at : 0,
  };
}

/** The text of a record. */
export function writeRecord(record: QuotaRecord): string {
  return JSON.stringify(
    {
      version,
      swept_at: record.sweptAtSeconds,
      owners: record.owners,
    },
    null,
    1,
  ) + "\n";
}

const token = /^(\+?)(\d{1,12})(?:x(\d{1,9}))?$/;

/** The spends of a bucket, oldest first. Throws DamagedRecord. */
export function readSpends(text: unknown): Spend[] {
  if (text === undefined || text === "") return [];
  if (typeof text !== "string") throw new DamagedRecord("a bucket is no text");
  let atSeconds = 0;
  return text.split(" ").map((word, index) => {
    const found = token.exec(word);
    if (!found || (found[1] === "+") !== (index > 0)) throw new DamagedRecord("a bucket's text");
    atSeconds += Number(found[2]);
    return { atSeconds, amount: Number(found[3] ?? 1) };
  });
}

/**
 * The text of a bucket: the first spend's second, then the distance of each from the one before, `x` and
 * the amount where it is not 1. Five bytes a spend keep the file of a fleet small; spends of one second
 * are one entry.
 */
export function writeSpends(spends: readonly Spend[]): string {
  const sorted = [...spends].sort((a, b) => a.atSeconds - b.atSeconds);
  const words: string[] = [];
  for (let n = 0; n < sorted.length;) {
    const { atSeconds } = sorted[n]!;
    const before = sorted[n - 1]?.atSeconds;
    let amount = 0;
    while (sorted[n]?.atSeconds === atSeconds) amount += sorted[n++]!.amount;
    words.push(
      (before === undefined ? `${atSeconds}` : `+${atSeconds - before}`) +
        (amount === 1 ? "" : `x${amount}`),
    );
  }
  return words.join(" ");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
