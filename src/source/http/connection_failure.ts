/** Why there is no connection, in words that hold no address, and whether the request may have left. */
export interface ConnectionFailure {
  readonly detail: string;
  readonly sent: boolean;
  readonly remedy?: string;
}

const own =
  "If a company or a virus scanner reads along, seh needs its certificate: DENO_CERT=/path/to/ca.pem, or " +
  "DENO_TLS_CA_STORE=system for those that this machine trusts. A proxy is set with HTTPS_PROXY.";

const proxy =
  "The proxy that HTTPS_PROXY (or HTTP_PROXY) names does not let seh through: check its address, and the " +
  "user and password in it; NO_PROXY names hosts to be asked directly.";

/** Reads what the runtime says of a `fetch` that has thrown; its own sentences quote the whole address. */
export function connectionFailure(error: unknown): ConnectionFailure {
  const text = textOf(error);
  const [stage, reason] = afterStage(text);
  const detail = inPlainWords(reason);
  // Name, connection, proxy and TLS are what the runtime calls connecting: the request comes after them. What
  // it refuses by itself (a port, a missing permission) never comes so far.
  const sent = stage !== "Connect" && !isRefusedByRuntime(error, text);
  const isProxy = /proxy|tunnel/i.test(reason);
  const isTls = /certificate|tls|handshake|corrupt message/i.test(reason);
  const remedy = stage !== "Connect" ? undefined : isProxy ? proxy : isTls ? own : undefined;
  return remedy === undefined ? { detail, sent } : { detail, sent, remedy };
}

/** What the runtime says, for people; the first that fits. */
const plainWords: readonly (readonly [RegExp, string])[] = [
  [/dns error|failed to lookup/i, "no host of that name was found"],
  [/connection refused/i, "nothing answers there: the connection was refused"],
  [/no route to host|network is (?:unreachable|down)/i, "there is no way to it in this network"],
  [/UnknownIssuer/, "its certificate is of an authority that is not known here"],
  [
    /certificate.*(?:expired|NotValidYet)/i,
    "its certificate is not valid today, by this machine's clock",
  ],
  [/certificate.*NotValidForName/i, "its certificate is for another name"],
  [/InvalidContentType/, "no TLS is spoken there"],
  [
    /reset by peer|closed before message|reading a body|unexpected eof|broken pipe|incomplete message/i,
    "the connection broke off",
  ],
  [/timed out|deadline/i, "no answer came in time"],
  [/invalid HTTP|message head is too large/i, "what answers there speaks no HTTP"],
  [/requests to port \d+ are blocked/i, "no web server may be asked on that port"],
];

function inPlainWords(reason: string): string {
  const known = plainWords.find(([form]) => form.test(reason))?.[1];
  return known ?? (reason.includes("://") || reason === "" ? "the connection failed" : reason);
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  return error.cause instanceof Error ? error.cause.message : error.message;
}

/** The stage and the reason in `… client error (Connect): dns error: …`. */
function afterStage(text: string): [stage: string, reason: string] {
  const mark = "client error (";
  const start = text.indexOf(mark);
  const end = text.indexOf("): ", start);
  if (start < 0 || end < 0) return ["", text];
  const reason = text.slice(end + "): ".length);
  // The number of the system's error says nothing to a person.
  const number = reason.indexOf(" (os error ");
  return [text.slice(start + mark.length, end), number < 0 ? reason : reason.slice(0, number)];
}

function isRefusedByRuntime(error: unknown, text: string): boolean {
  return error instanceof Deno.errors.NotCapable ||
    text.startsWith("Fetch failed: Requests to port");
}
