import { Secret } from "../../../model/secret.ts";

/** For how many months access is asked for: the longest that the API allows. */
export const accessMonths = 24;

/** What the person brings back from the page of the vendor. */
export type Authorization =
  /** Access is granted; the site is null where a bare code was pasted. */
  | {
    readonly kind: "granted";
    readonly code: Secret;
    readonly siteId: number | null;
    /** The answer did not repeat the state; the API's documentation does not promise that it does. */
    readonly stateMissing: boolean;
  }
  | { readonly kind: "denied"; readonly detail: string }
  /** Not the answer to our question: another login's, or none at all. The detail quotes nothing of it. */
  | { readonly kind: "unusable"; readonly detail: string };

/** The page on which a homeowner grants access; it holds no secret. */
export function authorizeAddress(options: {
  readonly authorizeUrl: URL;
  readonly redirectUri: URL;
  readonly clientId: string;
  readonly state: string;
}): URL {
  const url = new URL(options.authorizeUrl);
  const parameters = {
    response_type: "code",
    client_id: options.clientId,
    redirect_uri: options.redirectUri.href,
    scope: "SITE_DATA DEVICE_DATA",
    access_duration: String(accessMonths),
    state: options.state,
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url;
}

/** A state that nobody can guess: 128 random bits. */
export function randomState(): string {
  return crypto.getRandomValues(new Uint8Array(16)).toHex();
}

/** Reads the address to which the vendor's page has sent the browser. */
export function readCallback(parameters: URLSearchParams, state: string): Authorization {
  const echoed = parameters.get("state");
  if (echoed !== null && echoed !== state) {
    return { kind: "unusable", detail: "it answers another login (its state is not ours)" };
  }
  const error = parameters.get("error");
  if (error !== null) {
    const words = [error, parameters.get("error_description") ?? ""].filter((one) => one !== "");
    return { kind: "denied", detail: plain(words.join(": ")) };
  }
  const code = parameters.get("code");
  const site = parameters.get("site_id") ?? "";
  if (!code) return { kind: "unusable", detail: "it holds no code" };
  if (!isSiteId(site)) return { kind: "unusable", detail: "it does not say for which site" };
  return {
    kind: "granted",
    code: new Secret(code),
    siteId: Number(site),
    stateMissing: echoed === null,
  };
}

/** Reads what was pasted: the whole address of the callback, its query alone, or the bare code. */
export function readPasted(text: string, state: string): Authorization {
  const line = text.trim().replace(/^["'<]+|["'>]+$/g, "");
  if (URL.canParse(line) && line.includes("?")) {
    return readCallback(new URL(line).searchParams, state);
  }
  if (/(^|[?&])(code|error)=/.test(line)) {
    return readCallback(new URLSearchParams(line.replace(/^.*\?/, "")), state);
  }
  if (!/^[\x21-\x7e]+$/.test(line)) return { kind: "unusable", detail: "it is no code" };
  return { kind: "granted", code: new Secret(line), siteId: null, stateMissing: true };
}

/** Whether the text is the number of a site. */
export function isSiteId(text: string): boolean {
  return /^[1-9]\d*$/.test(text) && Number.isSafeInteger(Number(text));
}

/** One short line without control characters: it comes from an address that anybody can write. */
function plain(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, " ").trim().slice(0, 200);
}
