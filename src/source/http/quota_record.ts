import type { Spend } from "./quota_window.ts";

/** What the quota file holds. Allowances are kept as text and read only where a request needs them. */
export interface QuotaRecord {
  /** Per quota owner and allowance: `1763900000 +12x3 +288`, see `writeSpends`. */
  readonly owners: Record<string, Record<string, string>>;
  /** Per quota owner: the server has called a month spent in which our count had credits left. */
  readonly refusals: Record<string, Refusal>;
  /** When allowances in which nothing counts any more were last removed. */
  sweptAtSeconds: number;
}

/** A month that the server calls spent; it is asked once a day whether that is still so. */
export interface Refusal {
  readonly sinceSeconds: number;
  /** The day, in UTC, of the last request that was let through: `2026-06-02`. */
  readonly askedOn: string;
}

/** The text is not a quota record. */
export class DamagedRecord extends Error {
  override readonly name = "DamagedRecord";
  /** There was no text at all: nothing of anybody's is lost with it. */
  isEmpty = false;
}

const version = 1;

/** A record without any spend. */
export function emptyRecord(): QuotaRecord {
  return { owners: {}, refusals: {}, sweptAtSeconds: 0 };
}

/**
 * Reads a record. Allowances stay texts, whose form is looked at.
 * Throws DamagedRecord, and Error for a record of a newer version.
 */
export function readRecord(text: string): QuotaRecord {
  if (text.trim() === "") throw Object.assign(new DamagedRecord("it is empty"), { isEmpty: true });
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
  for (const [owner, allowances] of Object.entries(content.owners)) {
    if (!isObject(allowances)) throw new DamagedRecord("no allowances");
    for (const allowance of Object.values(allowances)) {
      if (typeof allowance !== "string" || !spendsText.test(allowance)) {
        throw new DamagedRecord("an allowance's text");
      }
    }
    owners[owner] = allowances as Record<string, string>;
  }
  return {
    owners,
    refusals: readRefusals(content.refused),
    sweptAtSeconds: typeof content.swept_at === "number" ? content.swept_at : 0,
  };
}

/** The text of a record. */
export function writeRecord(record: QuotaRecord): string {
  return JSON.stringify(
    {
      version,
      swept_at: record.sweptAtSeconds,
      // Absent where there are none: so it was before there could be any.
      refused: Object.keys(record.refusals).length === 0 ? undefined : writeRefusals(record),
      owners: record.owners,
    },
    null,
    1,
  ) + "\n";
}

/** What cannot be read is forgotten: the server will say it again. */
function readRefusals(content: unknown): QuotaRecord["refusals"] {
  const refusals: QuotaRecord["refusals"] = {};
  for (const [owner, one] of Object.entries(isObject(content) ? content : {})) {
    if (!isObject(one) || !Number.isSafeInteger(one.since) || typeof one.asked !== "string") {
      continue;
    }
    refusals[owner] = { sinceSeconds: Number(one.since), askedOn: one.asked };
  }
  return refusals;
}

function writeRefusals({ refusals }: QuotaRecord) {
  return Object.fromEntries(
    Object.entries(refusals).map((
      [owner, one],
    ) => [owner, { since: one.sinceSeconds, asked: one.askedOn }]),
  );
}

const token = /^(\+?)(\d{1,12})(?:x(\d{1,9}))?(?:~(\d{1,6}))?((?:@\d{1,12})*)$/;
const spendText = String.raw`\d{1,12}(?:x\d{1,9})?(?:~\d{1,6})?(?:@\d{1,12})*`;
const spendsText = new RegExp(`^(?:${spendText}(?: \\+${spendText})*)?$`);

/** What an allowance's text can say of one second; nobody is allowed as much in any window. */
const mostAmount = 999_999_999;

/** The spends of an allowance, oldest first. Throws DamagedRecord. */
export function readSpends(text: unknown): Spend[] {
  if (text === undefined || text === "") return [];
  if (typeof text !== "string") throw new DamagedRecord("an allowance is no text");
  let atSeconds = 0;
  return text.split(" ").map((word, index) => {
    const found = token.exec(word);
    if (!found || (found[1] === "+") !== (index > 0)) {
      throw new DamagedRecord("an allowance's text");
    }
    atSeconds += Number(found[2]);
    const amount = Number(found[3] ?? 1);
    const [, , , , within, others] = found;
    return {
      atSeconds,
      amount,
      ...(within ? { arrivesWithin: Number(within) } : {}),
      ...(others ? { orAtSeconds: others.slice(1).split("@").map(Number) } : {}),
    };
  });
}

/**
 * The text of an allowance: the first spend's second, then the distance of each from the one before, `x` and
 * the amount where it is not 1, `~` and the seconds within which it arrives while it has no answer, `@` and
 * each other second at which it may have happened. Five bytes a spend keep the file of a fleet small; spends
 * of one second are one entry.
 */
export function writeSpends(spends: readonly Spend[]): string {
  const others = ({ arrivesWithin = 0, orAtSeconds = [] }: Spend) =>
    (arrivesWithin > 0 ? `~${arrivesWithin}` : "") + orAtSeconds.map((one) => `@${one}`).join("");
  const sorted = spends.map((spend) => ({ ...spend, others: others(spend) }))
    .sort((a, b) => a.atSeconds - b.atSeconds || (a.others < b.others ? -1 : 1));
  const words: string[] = [];
  for (let n = 0; n < sorted.length;) {
    const { atSeconds, others } = sorted[n]!;
    const before = sorted[n - 1]?.atSeconds;
    let amount = 0;
    while (sorted[n]?.atSeconds === atSeconds && sorted[n]?.others === others) {
      amount += sorted[n++]!.amount;
    }
    words.push(
      (before === undefined ? `${atSeconds}` : `+${atSeconds - before}`) +
        (amount === 1 ? "" : `x${Math.min(amount, mostAmount)}`) + others,
    );
  }
  return words.join(" ");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
