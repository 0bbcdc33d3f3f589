import type { PythonRow } from "./database.ts";

/**
 * In autumn the clock shows an hour twice. The tool keeps one row for each label: where the server sent both,
 * the second has overwritten the first. What shows which of the two a row is, is gathered here.
 */

/** A row whose label means two moments. */
export interface HeldRow {
  readonly row: PythonRow;
  readonly siteId: number;
  readonly label: string;
  /** In their order, in epoch seconds. */
  readonly moments: readonly number[];
}

/** Watches the quarter-hours of power while they are read in the order of their numbers. */
export class RepeatedQuarterHours {
  readonly held: HeldRow[] = [];
  /**
   * Labels that were stored after a later one of the same hour: the first time the hour came, they had no
   * value.
   */
  readonly #late = new Set<string>();
  readonly #previous = new Map<number, HeldRow>();
  /** Of each site and day with such an hour, the first label after it, and the number of its row. */
  readonly #after = new Map<string, { label: string; id: number }>();
  readonly #before = new Map<string, { label: string; id: number; count: number }>();

  /** @param burnsNumbers the database uses up a number for each row that is overwritten */
  constructor(readonly burnsNumbers: boolean) {}

  /** A row of the hour. */
  hold(one: HeldRow): void {
    const { siteId, label, row } = one;
    const day = dayOf(siteId, label);
    const previous = this.#previous.get(siteId);
    const isSameHour = previous !== undefined && dayOf(siteId, previous.label) === day;
    // Where the tool asks for old days again, rows that fill holes later on are late too.
    if (isSameHour && label < previous.label && !this.burnsNumbers) {
      this.#late.add(key(siteId, label));
    }
    this.#previous.set(siteId, one);
    const before = this.#before.get(day);
    const isLater = before === undefined || label > before.label;
    this.#before.set(day, {
      label: isLater ? label : before.label,
      id: isLater ? Number(row.id) : before.id,
      count: (before?.count ?? 0) + 1,
    });
    this.held.push(one);
  }

  /** Any other row, of which only those after the hour matter. */
  pass(siteId: number, label: string, id: number): void {
    if (this.#before.size === 0) return;
    const day = dayOf(siteId, label);
    const before = this.#before.get(day);
    if (before === undefined || label < before.label) return;
    const after = this.#after.get(day);
    if (after === undefined || label < after.label) this.#after.set(day, { label, id });
  }

  /** Whether the value of a label is known to be of the second time that the hour came. */
  isSecond(siteId: number, label: string): boolean {
    if (this.#late.has(key(siteId, label))) return true;
    if (!this.burnsNumbers) return false;
    const day = dayOf(siteId, label);
    const [before, after] = [this.#before.get(day), this.#after.get(day)];
    return before !== undefined && after !== undefined &&
      after.id - before.id - 1 === before.count;
  }
}

/**
 * The samples of one device in one repeated hour, distinguished by its counter, which never falls: those with
 * true were taken when the hour came again.
 */
export function secondPassByCounter(
  samples: readonly { readonly label: string; readonly counter: number | null }[],
): boolean[] | null {
  if (samples.some((one) => one.counter === null) || samples.length === 0) return null;
  const counters = samples.map((one) => one.counter!);
  const places = samples.map((_, at) => at);
  const byCounter = (later: -1 | 1) =>
    places.toSorted((a, b) =>
      counters[a] - counters[b] || (samples[a].label < samples[b].label ? later : -later)
    );
  const rises = (order: number[]) =>
    order.every((at, place) => place === 0 || samples[order[place - 1]].label < samples[at].label);
  const second = samples.map(() => false);
  if (rises(byCounter(-1))) return second;
  let isSecond = false;
  let previous = "";
  for (const at of byCounter(1)) {
    if (samples[at].label < previous) isSecond = true;
    previous = samples[at].label;
    second[at] = isSecond;
  }
  return second;
}

function dayOf(siteId: number, label: string): string {
  return `${siteId} ${label.slice(0, 10)}`;
}

function key(siteId: number, label: string): string {
  return `${siteId} ${label}`;
}
