import { Secret } from "../../../model/secret.ts";

/** For how many months access is asked for: the longest that the API allows. */
export const accessMonths = 24;

/** What the person brings back from the page of the vendor. */
export type Authorization =
  /** Access is granted; the site is null where the answer does not say it. */
  | {
    readonly kind: "granted";
    readonly code: Secret;
    readonly siteId: number | null;
    /** The answer did not repeat the state; the API's documentation does not promise that it does. */
    readonly stateMissing: boolean;
  }
  | { readonly kind: "denied"; readonly detail: string }
  /** Not the answer to our question. Nothing of it is quoted. */
  | { readonly kind: "unusable"; readonly why: Unusable };

/**
 * - `other login`: it carries the state of another one
 * - `no state`: it carries none, so that anybody may have made it
 * - `no code`: nothing was granted with it
 */
export type Unusable = "other login" | "no state" | "no code";

/** The page on which a homeowner grants access; it holds no secret. */
export function authorizeAddress(options: {
  readonly authorizeUrl: URL;
  readonly redirectUri: URL;
  readonly clientId: string;
  readonly state: string;
  /** Of the verifier that the code is redeemed with (PKCE); null: without. */
  readonly challenge: string | null;
}): URL {
  const { challenge } = options;
  const url = new URL(options.authorizeUrl);
  const parameters = {
    response_type: "code",
    client_id: options.clientId,
    redirect_uri: options.redirectUri.href,
    scope: "SITE_DATA DEVICE_DATA",
    access_duration: String(accessMonths),
    state: options.state,
    ...challenge === null ? {} : { code_challenge: challenge, code_challenge_method: "S256" },
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url;
}

/** A state that nobody can guess: 128 random bits. */
export function randomState(): string {
  return crypto.getRandomValues(new Uint8Array(16)).toHex();
}

const base64url = { alphabet: "base64url", omitPadding: true } as const;

/** A verifier of PKCE: whoever redeems a code must know what the login began with. */
export function randomVerifier(): Secret {
  return new Secret(crypto.getRandomValues(new Uint8Array(32)).toBase64(base64url));
}

/** What the vendor's page gets of the verifier: its SHA-256 (S256). */
export async function challengeOf(verifier: Secret): Promise<string> {
  const bytes = new TextEncoder().encode(verifier.reveal());
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toBase64(base64url);
}

/** Reads the address to which the vendor's page has sent the browser: any page may have done that. */
export function readCallback(parameters: URLSearchParams, state: string): Authorization {
  const answer = readAnswer(parameters, state);
  const isOurs = parameters.get("state") === state;
  return isOurs || answer.kind === "unusable" ? answer : { kind: "unusable", why: "no state" };
}

/** Reads what was pasted: the whole address of the callback, its query alone, or the bare code. */
export function readPasted(text: string, state: string): Authorization {
  const line = text.trim().replace(/^["'<]+|["'>]+$/g, "");
  if (URL.canParse(line) && line.includes("?")) {
    return readAnswer(new URL(line).searchParams, state);
  }
  if (/(^|[?&])(code|error)=/.test(line)) {
    return readAnswer(new URLSearchParams(line.replace(/^.*\?/, "")), state);
  }
  if (!/^[\x21-\x7e]+$/.test(line) || /^https?:/i.test(line)) {
    return { kind: "unusable", why: "no code" };
  }
  return { kind: "granted", code: new Secret(line), siteId: null, stateMissing: true };
}

function readAnswer(parameters: URLSearchParams, state: string): Authorization {
  const echoed = parameters.get("state");
  if (echoed !== null && echoed !== state) return { kind: "unusable", why: "other login" };
  const error = parameters.get("error");
  if (error !== null) {
    const words = [error, parameters.get("error_description") ?? ""].filter((one) => one !== "");
    return { kind: "denied", detail: plain(words.join(": ")) };
  }
  const code = parameters.get("code");
  if (!code) return { kind: "unusable", why: "no code" };
  const site = parameters.get("site_id") ?? "";
  return {
    kind: "granted",
    code: new Secret(code),
    siteId: isSiteId(site) ? Number(site) : null,
    stateMissing: echoed === null,
  };
}

/** Whether the text is the number of a site. */
export function isSiteId(text: string): boolean {
  return /^[1-9]\d*$/.test(text) && Number.isSafeInteger(Number(text));
}

/** One short line without control characters: it comes from an address that anybody can write. */
function plain(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, " ").trim().slice(0, 200);
}
