import net from "node:net";
import tls from "node:tls";
import { DatabaseError } from "../database_error.ts";
import { type Address, addressText } from "./address.ts";

/** Asks a server for TLS before anything else is said. */
const tlsRequest = new Uint8Array([0, 0, 0, 8, 4, 210, 22, 47]);

/**
 * Connects to the server, with TLS where the address asks for it. The driver could do this, but it takes
 * ::1 for 127.0.0.1 and says of a server without TLS only that the connection was reset.
 * Throws DatabaseError, or the error of the operating system.
 */
export async function dial(address: Address): Promise<net.Socket> {
  const { host, port, connectSeconds } = address;
  const socket = host.startsWith("/")
    ? net.connect({ path: `${host}/.s.PGSQL.${port}` })
    : net.connect({ host, port });
  // Between two who listen nobody does, and an error that nobody hears ends the process.
  socket.on("error", () => {});
  const late = setTimeout(
    () => socket.destroy(Object.assign(new Error("no answer"), { code: "CONNECT_TIMEOUT" })),
    connectSeconds * 1000,
  );
  try {
    await happens(socket, "connect");
    if (address.tls === "disable") return socket;
    socket.write(tlsRequest);
    const [answer] = await happens(socket, "data") as [Uint8Array];
    const word = String.fromCharCode(answer[0]);
    if (word === "S") return await encrypted(socket, address);
    if (word !== "N") {
      throw new DatabaseError(
        "unreachable",
        `${addressText(address)}: what answers there is no PostgreSQL server; correct the address`,
      );
    }
    if (address.tls === "prefer") return socket;
    throw new DatabaseError(
      "refused",
      `${addressText(address)}: the server offers no TLS, which sslmode=${address.tls} asks for; ` +
        "set it up there",
    );
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(late);
  }
}

async function encrypted(socket: net.Socket, address: Address): Promise<net.Socket> {
  const { host, certificateAuthority } = address;
  const verified = address.tls.startsWith("verify") || certificateAuthority !== undefined;
  const secure = tls.connect({
    socket,
    host,
    servername: net.isIP(host) ? undefined : host,
    ca: certificateAuthority,
    rejectUnauthorized: verified,
    ...(address.tls === "verify-full" ? {} : { checkServerIdentity: () => undefined }),
  });
  secure.on("error", () => {});
  try {
    await happens(secure, "secureConnect");
    return secure;
  } catch (error) {
    secure.destroy();
    if ((error as { code?: unknown }).code === "CONNECT_TIMEOUT") throw error;
    throw new DatabaseError(
      "refused",
      `${addressText(address)}: no trust in the server's TLS certificate ` +
        `(${error instanceof Error ? error.message : error})` +
        "; sslrootcert=FILE names the authority to trust, and the host must be one of the certificate",
      { cause: error },
    );
  }
}

/** The first event of this name; an error or the end of the connection comes as exception. */
function happens(socket: net.Socket, event: string): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const settle = (action: () => void) => {
      socket.off(event, onEvent).off("error", onError).off("close", onClose);
      action();
    };
    const onEvent = (...values: unknown[]) => settle(() => resolve(values));
    const onError = (error: Error) => settle(() => reject(error));
    const onClose = () =>
      settle(() =>
        reject(Object.assign(new Error("the connection was closed"), { code: "ECONNRESET" }))
      );
    socket.on(event, onEvent).on("error", onError).on("close", onClose);
  });
}
