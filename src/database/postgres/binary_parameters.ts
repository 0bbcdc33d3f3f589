import { Buffer } from "node:buffer";
import type net from "node:net";
import type { ColumnType } from "../../model/table.ts";

/** The type of a column, by its facts. */
export const sqlTypes = {
  integer: "bigint",
  flag: "smallint",
  real: "double precision",
  text: "text",
  instant: "timestamptz",
  local: "timestamp",
  date: "date",
  json: "text",
} as const satisfies Record<ColumnType, string>;

/** The numbers of these types in the catalogue of every server. */
export const typeNumbers: Readonly<Record<ColumnType, number>> = {
  integer: 20,
  flag: 21,
  real: 701,
  text: 25,
  instant: 1184,
  local: 1114,
  date: 1082,
  json: 25,
};

/** A parameter in the binary form of its type. */
export class Binary {
  constructor(readonly bytes: Buffer) {}
}

/** The message of the protocol that gives a statement its parameters, with the form of each. */
const bind = 0x42;

/**
 * Sends parameters in binary form, which the driver does not know: it is given a stand-in, and where that goes
 * out to the server, the parameter takes its place. A stand-in has a NUL, which no text of the server may
 * have: one that was not replaced is refused, never stored.
 */
export class BinaryParameters {
  readonly #waiting = new Map<string, Buffer>();
  #count = 0;

  /** Parameters as they can be given to the driver, until they are forgotten. */
  standIns<V>(parameters: readonly (V | Binary)[]): { given: (V | string)[]; forget(): void } {
    const names: string[] = [];
    const given = parameters.map((one) => {
      if (!(one instanceof Binary)) return one;
      const name = `\0${this.#count++}`;
      this.#waiting.set(name, one.bytes);
      names.push(name);
      return name;
    });
    return { given, forget: () => names.forEach((name) => this.#waiting.delete(name)) };
  }

  /** The same connection; what is written to it passes through here. */
  through<S extends net.Socket>(socket: S): S {
    const write = socket.write.bind(socket) as (...given: unknown[]) => boolean;
    return Object.assign(socket, {
      write: (bytes: Buffer, ...rest: unknown[]) => write(this.replaced(bytes), ...rest),
    });
  }

  /** Whole messages as the driver writes them, with parameters instead of their stand-ins. */
  replaced(messages: Buffer): Buffer {
    if (this.#waiting.size === 0) return messages;
    const parts: Buffer[] = [];
    for (let at = 0, end; at < messages.length; at = end) {
      end = at + 1 + messages.readInt32BE(at + 1);
      const message = messages.subarray(at, end);
      parts.push(...message[0] === bind ? this.#bound(message) : [message]);
    }
    return Buffer.concat(parts);
  }

  /** Such a message has a portal, a statement, the forms of the parameters, and the parameters. */
  #bound(message: Buffer): Buffer[] {
    const names = message.indexOf(0, message.indexOf(0, 5) + 1) + 1;
    const hasForms = message.readInt16BE(names) !== 0;
    if (hasForms) return [message];
    const count = message.readInt16BE(names + 2);
    const head = Buffer.alloc(names + 2 + 2 * count + 2);
    message.copy(head, 0, 0, names);
    head.writeInt16BE(count, names);
    head.writeInt16BE(count, head.length - 2);

    const parts: Buffer[] = [head];
    let at = names + 4;
    for (let parameter = 0; parameter < count; parameter++) {
      const length = Math.max(0, message.readInt32BE(at));
      const end = at + 4 + length;
      const binary = this.#inPlaceOf(message.subarray(at + 4, end));
      if (binary) {
        head.writeInt16BE(1, names + 2 + 2 * parameter);
        parts.push(int32(binary.length), binary);
      } else {
        parts.push(message.subarray(at, end));
      }
      at = end;
    }
    parts.push(message.subarray(at));
    head.writeInt32BE(parts.reduce((sum, one) => sum + one.length, -1), 1);
    return parts;
  }

  #inPlaceOf(text: Buffer): Buffer | undefined {
    return text[0] === 0 ? this.#waiting.get(text.toString("latin1")) : undefined;
  }
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
