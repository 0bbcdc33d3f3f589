import net from "node:net";
import { type Connection, type ConnectionOptions, createConnection } from "mysql2";
import type { Address } from "./address.ts";
import { negotiateBulk } from "./bulk/bulk_statement.ts";
import { codeOf } from "./errors.ts";

/** Statements whose plan the server keeps for a connection. */
const keptStatements = 200;

/** A server that has vanished without a word is noticed in a few minutes. */
const keepAliveInitialDelay = 30_000;

/** Servers known to have no TLS: the next connection need not try. */
const withoutTls = new WeakSet<Address>();

/** A connection that is made. */
export interface Dialled {
  readonly connection: Connection;
  readonly hasBulk: boolean;
}

/** Connects, with TLS where the address asks for it. Throws the error of the driver or of the system. */
export async function dial(address: Address): Promise<Dialled> {
  if (address.tls !== "prefer" || withoutTls.has(address)) {
    return await connected(optionsFor(address, address.tls !== "prefer"));
  }
  try {
    return await connected(optionsFor(address, true));
  } catch (error) {
    if (codeOf(error) !== "HANDSHAKE_NO_SSL_SUPPORT") throw error;
    withoutTls.add(address);
    return await connected(optionsFor(address, false));
  }
}

function connected(options: ConnectionOptions): Promise<Dialled> {
  const connection = createConnection(options);
  const hasBulk = negotiateBulk(connection);
  return new Promise((resolve, reject) => {
    connection.once("connect", () => {
      // What a statement did comes as set by `set names`, not in the server's own character set.
      Object.assign(connection, { serverEncoding: "utf8" });
      resolve({ connection, hasBulk: hasBulk() });
    });
    connection.on("error", (error) => {
      connection.destroy();
      reject(error);
    });
  });
}

function optionsFor(address: Address, encrypts: boolean): ConnectionOptions {
  const { host, port, socket, user, password, database, tls, connectSeconds } = address;
  const verifies = tls === "verify-ca" || tls === "verify-full" ||
    address.certificateAuthority !== undefined;
  return {
    ...(socket ? { socketPath: socket } : { host, port }),
    ...(tls === "verify-full" && net.isIP(host) ? { stream: () => dialAddress(address) } : {}),
    user,
    password: password?.reveal(),
    database,
    connectTimeout: connectSeconds * 1000,
    keepAliveInitialDelay,
    ssl: encrypts && tls !== "disable"
      ? {
        rejectUnauthorized: verifies,
        verifyIdentity: tls === "verify-full",
        ca: address.certificateAuthority,
      }
      : undefined,
    charset: "UTF8MB4_BIN",
    timezone: "Z",
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: false,
    multipleStatements: true,
    maxPreparedStatements: keptStatements,
    // Otherwise a row that was there with the same values counts like an inserted one.
    flags: ["-FOUND_ROWS"],
  };
}

/**
 * Left to itself, the driver holds the certificate of a server that is named by its IP address against the
 * name `localhost`.
 */
function dialAddress({ host, port }: Address): net.Socket {
  const socket = net.connect({ host, port, keepAlive: true, keepAliveInitialDelay, noDelay: true });
  return Object.assign(socket, { _host: host });
}
