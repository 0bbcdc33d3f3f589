import type { Connection } from "mysql2";
import type { Column, Value } from "../../../model/table.ts";
import { type BulkRows, bulkRows, type Packet } from "./bulk_packet.ts";

/**
 * MariaDB's way to run a prepared statement for each of many rows at once (COM_STMT_BULK_EXECUTE). A
 * statement with all rows as parameters takes the server twice as long: it keeps an object of half a
 * kilobyte for each value. The driver lacks it, but has all around it; these are the parts of its inside
 * that are used here, and without which there is no bulk.
 */
interface Inside {
  /** While the connection is made, the command that does it. */
  _command?: { mariadbExtendedClientFlags?: number };
  addCommand?(command: unknown): void;
}

/** A command of the driver: begins by writing a packet and returns what is to read the answer. */
interface Execute {
  start(packet: unknown, connection: { writePacket(packet: Packet): void }): unknown;
  readonly resultsetHeader: unknown;
}

type ExecuteClass = new (
  options: { sql: string },
  done: (error: unknown, result: unknown) => void,
) => Execute;

/** The bit of the handshake by which a client says that it knows bulk. */
const bulkFlag = 4;

/** Has a new connection ask for bulk; says later whether the server has it. To be called at once. */
export function negotiateBulk(connection: Connection): () => boolean {
  const { _command: handshake } = connection as unknown as Inside;
  if (handshake?.mariadbExtendedClientFlags !== 0) return () => false;
  let flags = 0;
  Object.defineProperty(handshake, "mariadbExtendedClientFlags", {
    get: () => flags,
    // The driver sets another bit when it has seen that the server is a MariaDB.
    set(given: number) {
      flags = given === 0 ? 0 : given | bulkFlag;
    },
  });
  return () => (flags & bulkFlag) !== 0 && "addCommand" in connection;
}

/** A statement that runs for each row. No other may be prepared as long as it is used. */
export interface BulkStatement<Result> {
  /** As many of the rows, beginning with one of them, as are good for one packet. */
  packet(rows: readonly (readonly Value[])[], from: number): BulkRows;
  run(rows: BulkRows): Promise<Result>;
}

/**
 * Prepares a statement with a parameter for each of these columns; the last ones may have constants, values
 * that are the same in all rows and stand in none. Rejects with the driver's error.
 */
export async function prepareBulk(
  connection: Connection,
  sql: string,
  columns: readonly Column[],
  constants: readonly Value[],
): Promise<BulkStatement<unknown>> {
  const { id } = await new Promise<{ id: number }>((resolve, reject) => {
    connection.prepare(sql, (error, statement) => {
      if (error) reject(error);
      else resolve(statement as unknown as { id: number });
    });
  });
  const Bulk = await executeClass(connection);
  const types = columns.map((one) => one.type);
  return {
    packet: (rows, from) => bulkRows(id, types, constants, rows, from),
    run: ({ packet }) =>
      new Promise((resolve, reject) => {
        const command = new Bulk(
          { sql },
          (error, result) => error ? reject(error) : resolve(result),
        );
        command.start = (_, { writePacket }) => {
          writePacket.call(connection, packet);
          return command.resultsetHeader;
        };
        (connection as unknown as Required<Inside>).addCommand(command);
      }),
  };
}

const executeClasses = new WeakMap<Connection, ExecuteClass>();

/** The driver hands its commands out when they are given, not their class. */
async function executeClass(connection: Connection): Promise<ExecuteClass> {
  const known = executeClasses.get(connection);
  if (known) return known;
  const command = await new Promise<object>((resolve, reject) => {
    const command = connection.execute("do 0", (error) => error ? reject(error) : resolve(command));
  });
  const found = command.constructor as ExecuteClass;
  executeClasses.set(connection, found);
  return found;
}
