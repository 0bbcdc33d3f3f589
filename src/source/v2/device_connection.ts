import type { Json } from "../answer/answer_body.ts";
import { text } from "../answer/answer_fields.ts";

/** What a list of devices says of its own names and serial numbers: the first of each. */
export interface Neighbours {
  readonly serialByName: ReadonlyMap<string, string | null>;
  readonly nameBySerial: ReadonlyMap<string, string | null>;
}

/** The names and serial numbers of a list of devices. */
export function neighbours(listed: readonly Json[]): Neighbours {
  const serialByName = new Map<string, string | null>();
  const nameBySerial = new Map<string, string | null>();
  for (const one of listed) {
    const [name, serial] = [text(one.name), text(one.serialNumber)];
    if (name !== undefined && !serialByName.has(name)) serialByName.set(name, serial ?? null);
    if (serial !== undefined && !nameBySerial.has(serial)) nameBySerial.set(serial, name ?? null);
  }
  return { serialByName, nameBySerial };
}

/** The server names the other device by serial number or by name; the list shows which it is. */
export function connection(connectedTo: unknown, { serialByName, nameBySerial }: Neighbours) {
  const other = text(connectedTo);
  if (other === undefined) return { connected_to: null, connected_to_serial: null };
  if (nameBySerial.has(other)) {
    return { connected_to: nameBySerial.get(other) ?? other, connected_to_serial: other };
  }
  return { connected_to: other, connected_to_serial: serialByName.get(other) ?? null };
}
