import assert from "node:assert/strict";

/** Files for servers with TLS, PEM. */
export interface Certificates {
  /** The authority that signed the server's certificate, and another one that did not. */
  readonly authority: string;
  readonly otherAuthority: string;
  /** The certificate is for the host name `localhost`, and for no address. */
  readonly certificate: string;
  readonly key: string;
}

/** The files that `makeCertificates` makes in a folder. */
export function certificatesIn(folder: string): Certificates {
  return {
    authority: `${folder}/authority.pem`,
    otherAuthority: `${folder}/other.pem`,
    certificate: `${folder}/server.pem`,
    key: `${folder}/server.key`,
  };
}

/** Makes an authority and the certificate of a server, which is readable for all, in an empty folder. */
export async function makeCertificates(folder: string): Promise<void> {
  const file = (name: string) => `${folder}/${name}`;
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  for (const name of ["authority", "other"]) {
    await openssl(
      ["req", "-x509", ...key, "-days", "2", "-subj", `/CN=The ${name} of a test`],
      ["-keyout", file(`${name}.key`), "-out", file(`${name}.pem`)],
    );
  }
  await openssl(
    ["req", ...key, "-subj", "/CN=localhost"],
    ["-keyout", file("server.key"), "-out", file("server.csr")],
  );
  await Deno.writeTextFile(
    file("extensions"),
    "subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n",
  );
  await openssl(
    ["x509", "-req", "-in", file("server.csr"), "-days", "2", "-CAcreateserial"],
    ["-CA", file("authority.pem"), "-CAkey", file("authority.key")],
    ["-extfile", file("extensions"), "-out", file("server.pem")],
  );
  await Deno.chmod(folder, 0o755);
  await Deno.chmod(file("server.key"), 0o644);
}

async function openssl(...parts: string[][]): Promise<void> {
  const { success, stderr } = await new Deno.Command("openssl", { args: parts.flat() }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
}

/** Whether this machine can make certificates. */
export async function hasOpenssl(): Promise<boolean> {
  try {
    return (await new Deno.Command("openssl", { args: ["version"] }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
