import type { Value } from "../../model/table.ts";
import { stableText } from "./answer_fields.ts";

/** A device of an answer, as its key is made. */
export interface Keyed {
  /** The serial number, else a name: what the key is where nothing else has it. */
  readonly key: string;
  /** What stands beside `device_key` in the key of its table: the type of a meter. */
  readonly beside: string;
  /** What distinguishes it from others of that key, the steadiest first: what it hangs on, its model. */
  readonly marks: readonly unknown[];
}

/** A serial number or name that is one: a blank is none. */
export function nameOf(given: Value | undefined): string | null {
  const name = String(given ?? "");
  return name.trim() === "" ? null : name;
}

/**
 * A key for each device of an answer, none of them twice: `gateway:Gateway`, then `gateway:Gateway#2`. Which of
 * several is first follows from what distinguishes them, from their place in the answer only where nothing
 * does, so that the order of an answer changes no key.
 */
export function deviceKeys(devices: readonly Keyed[]): string[] {
  const keys = devices.map((one) => one.key);
  const taken = new Set(devices.map((one) => `${one.key}\n${one.beside}`));
  const groups = Map.groupBy(devices.keys(), (at) => `${devices[at]!.key}\n${devices[at]!.beside}`);
  for (const group of groups.values()) {
    if (group.length === 1) continue;
    const order = group.map((at) => ({ at, marks: devices[at]!.marks.map(stableText).join("\n") }))
      .sort((a, b) => a.marks < b.marks ? -1 : a.marks > b.marks ? 1 : a.at - b.at);
    let number = 2;
    for (const { at } of order.slice(1)) {
      const { key, beside } = devices[at]!;
      while (taken.has(`${key}#${number}\n${beside}`)) number++;
      keys[at] = `${key}#${number}`;
      taken.add(`${keys[at]}\n${beside}`);
    }
  }
  return keys;
}

/**
 * The devices without those that are listed a second time, with the same serial number and the same in
 * everything.
 */
export function listedOnce<Device>(
  devices: readonly Device[],
  valuesOf: (device: Device) => Readonly<Record<string, Value>>,
): Device[] {
  const seen = new Set<string>();
  return devices.filter((device) => {
    const values = valuesOf(device);
    if (!values.serial_number) return true;
    const content = stableText(values);
    const isNew = !seen.has(content);
    seen.add(content);
    return isNew;
  });
}
