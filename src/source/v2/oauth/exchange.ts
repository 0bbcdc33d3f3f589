import { unpooled } from "../../http/transport.ts";
import { z } from "zod";
import type { Clock } from "../../../model/clock.ts";
import { redactor, Secret } from "../../../model/secret.ts";
import { readText } from "../../http/body_text.ts";
import { errorText } from "../../http/error_body.ts";
import { retryAfter } from "../../http/retry_timing.ts";
import { SourceError, type SourceErrorFacts } from "../../source_error.ts";

/** The application as SolarEdge's developer console registered it. */
export interface OauthClient {
  readonly id: string;
  readonly secret: Secret;
}

/** Tokens fresh from the server. */
export interface Tokens {
  readonly accessToken: Secret;
  /** Null where the answer brought none. */
  readonly refreshToken: Secret | null;
  /** When they were asked for, by our clock; before the server made them. */
  readonly askedAt: Temporal.Instant;
  readonly accessExpiresAt: Temporal.Instant;
}

/** The server's word on a grant or code. Texts are redacted. */
export type TokenAnswer =
  | { readonly kind: "tokens"; readonly tokens: Tokens }
  /** The code or refresh token is worth nothing (any more). */
  | { readonly kind: "spent"; readonly status: number; readonly detail: string }
  /** No answer, or none that can be read: whether the server has rotated the token is not known. */
  | { readonly kind: "lost"; readonly status?: number; readonly detail: string };

/** The server's three ways to a token. */
export interface TokenEndpoint {
  /**
   * Redeems a code, with the verifier of PKCE; a server that refuses it so is asked once more without.
   * Throws SourceError where the application is refused or the server asks for patience.
   */
  exchangeCode(code: Secret, verifier: Secret | null): Promise<TokenAnswer>;
  /** Throws SourceError like `exchangeCode`. */
  refresh(refreshToken: Secret): Promise<TokenAnswer>;
  /** Ends the grant; false where the server did not know the token. Throws SourceError. */
  revoke(token: Secret): Promise<boolean>;
}

/** Where and how tokens are asked for. */
export interface TokenEndpointOptions {
  /** The API's address without `/v2`. */
  readonly baseUrl: URL;
  readonly timeoutSeconds: number;
  readonly clock: Pick<Clock, "now">;
  readonly userAgent: string;
}

export const tokenPath = "/oauth2/token";
const revokePath = "/oauth2/revoke-token";

/** The documented life of an access token, for an answer that does not say. */
const usualLifeSeconds = 7200;
/** No access token lives longer; what a server says beyond is no reason to lose the tokens that it has made. */
const longestLifeSeconds = 30 * 86_400;
/** Far more than any answer about tokens has. */
const longestAnswerBytes = 1024 * 1024;

/** Words for a token that is worth nothing; other refusals must not pass for the end of a grant. */
const unknownToken = /invalid[_ ](grant|token|refresh)|unknown|expired|revoked/i;

/** What can be sent in a header again. */
const token = z.string().trim().regex(/^[\x21-\x7e]+$/);
const tokensBody = z.object({
  access_token: token,
  refresh_token: token.nullish(),
  expires_in: z.coerce.number().positive().catch(usualLifeSeconds)
    .transform((seconds) => Math.min(seconds, longestLifeSeconds)),
});

/** Talks to the server about tokens; never follows a redirect, since what it sends is secret. */
export function createTokenEndpoint(
  options: TokenEndpointOptions,
  client: OauthClient | null,
): TokenEndpoint {
  async function ask(
    fields: Record<string, string>,
    ...sent: readonly Secret[]
  ): Promise<TokenAnswer> {
    const secrets = client ? [...sent, client.secret] : sent;
    const askedAt = options.clock.now();
    const answer = await post(options, tokenPath, {
      ...fields,
      client_id: client?.id ?? "",
      client_secret: client?.secret.reveal() ?? "",
    });
    if ("lost" in answer) return { kind: "lost", detail: answer.lost };
    const { status } = answer;
    if (status >= 200 && status <= 299) {
      const tokens = tokensOf(answer.text, askedAt);
      return tokens
        ? { kind: "tokens", tokens }
        : { kind: "lost", status, detail: `HTTP ${status} with an answer that holds no tokens` };
    }
    const detail = refusal(answer, secrets);
    if (status >= 500) return { kind: "lost", status, detail };
    if (/invalid[_ ]client|unauthorized[_ ]client/i.test(detail)) {
      const text = `SolarEdge does not know this client id and secret (${detail})`;
      throw failure("credentials", "", status, text, {
        remedy:
          "Check SEH_OAUTH_CLIENT_ID and SEH_OAUTH_CLIENT_SECRET, or run `seh setup` again and paste them anew.",
      });
    }
    // A web page is the word of something in between, not of the server that knows the token.
    const isPage = answer.text.trimStart().startsWith("<");
    const isRefused = status === 400 || status === 401 || status === 422 && "code" in fields;
    if (isRefused && !isPage) return { kind: "spent", status, detail };
    throw otherFailure(tokenPath, answer, detail, options.clock.now());
  }

  return {
    async exchangeCode(code, verifier) {
      const fields = { grant_type: "authorization_code", code: code.reveal() };
      if (verifier === null) return await ask(fields, code);
      const answer = await ask({ ...fields, code_verifier: verifier.reveal() }, code, verifier);
      // A strict server takes no field that it does not know, and says so in words of its own.
      return answer.kind === "spent" ? await ask(fields, code) : answer;
    },
    refresh: (token) => ask({ grant_type: "refresh_token", refresh_token: token.reveal() }, token),
    async revoke(token) {
      const answer = await post(options, revokePath, { token: token.reveal() });
      if ("lost" in answer) {
        throw new SourceError({ kind: "transport", endpoint: revokePath, detail: answer.lost });
      }
      const { status } = answer;
      if (status >= 200 && status <= 299) return true;
      const detail = refusal(answer, [token]);
      if ((status === 400 || status === 401) && unknownToken.test(detail)) return false;
      throw otherFailure(revokePath, answer, detail, options.clock.now());
    },
  };
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** A whole answer, or in words why there is none; the runtime's own errors may quote what was sent. */
async function post(
  options: TokenEndpointOptions,
  path: string,
  body: Record<string, string>,
): Promise<Answer | { readonly lost: string }> {
  const url = new URL(`${options.baseUrl.href.replace(/\/$/, "")}/v2${path}`);
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), options.timeoutSeconds * 1000);
  try {
    using client = unpooled();
    const response = await fetch(url, {
      client,
      method: "POST",
      redirect: "manual",
      headers: {
        "content-type": "application/json",
        "accept": "application/json",
        "user-agent": options.userAgent,
      },
      body: JSON.stringify(body),
      signal: timeout.signal,
    });
    const text = await readText(response, longestAnswerBytes);
    return { status: response.status, headers: response.headers, text };
  } catch {
    return {
      lost: timeout.signal.aborted
        ? `no complete answer within ${options.timeoutSeconds} s`
        : "the connection failed",
    };
  } finally {
    clearTimeout(timer);
  }
}

function tokensOf(text: string, askedAt: Temporal.Instant): Tokens | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  const { data } = tokensBody.safeParse(json);
  if (!data) return null;
  return {
    accessToken: new Secret(data.access_token),
    refreshToken: data.refresh_token ? new Secret(data.refresh_token) : null,
    askedAt,
    accessExpiresAt: askedAt.add({ milliseconds: Math.round(data.expires_in * 1000) }),
  };
}

/** `invalid_client: client authentication failed`: the word for programs and the words for people. */
function refusal(answer: Answer, secrets: readonly Secret[]): string {
  const redact = redactor(secrets);
  const words = [errorCode(answer.text, redact), errorText(answer.text, redact)]
    .filter((one) => one !== "");
  const said = withoutParts([...new Set(words)].join(": "), secrets);
  return said ? `HTTP ${answer.status}: ${said}` : `HTTP ${answer.status} without explanation`;
}

/** Hidden before it is cut: half a token is still half a token. */
function errorCode(text: string, redact: (text: string) => string): string {
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    return typeof error === "string" ? redact(error).slice(0, 60) : "";
  } catch {
    return "";
  }
}

/** So many letters in a row that a text has in common with a secret are no accident. */
const tellingLength = 8;

/** A server may repeat a token in part: no part of one is shown either. */
function withoutParts(text: string, secrets: readonly Secret[]): string {
  const words = secrets.map((one) => one.reveal());
  let shown = "";
  for (let at = 0; at < text.length;) {
    const start = text.slice(at, at + tellingLength);
    const word = start.length === tellingLength && words.find((one) => one.includes(start));
    if (!word) {
      shown += text[at++];
      continue;
    }
    let end = at + tellingLength;
    while (end < text.length && word.includes(text.slice(at, end + 1))) end++;
    shown += "***";
    at = end;
  }
  return shown;
}

function otherFailure(
  endpoint: string,
  answer: Answer,
  detail: string,
  now: Temporal.Instant,
): SourceError {
  const { status } = answer;
  if (status === 429) {
    const retryAt = retryAfter(answer.headers.get("retry-after"), now) ?? undefined;
    return failure("quota", endpoint, status, detail, { retryAt });
  }
  if (status >= 500) return failure("transport", endpoint, status, detail);
  if (status >= 300 && status <= 399) {
    // What goes with it is secret: it is sent nowhere but where the settings say.
    const remedy = "Check SEH_API_BASE_URL: something there leads elsewhere.";
    return failure("rejected", endpoint, status, `${detail} (a redirect, not followed)`, {
      remedy,
    });
  }
  if (status === 410) return failure("retired", endpoint, status, detail);
  if (status === 403) {
    const remedy = "If it stays so, run `seh login` again.";
    return failure("forbidden", endpoint, status, detail, { remedy });
  }
  return failure(status === 404 ? "unavailable" : "rejected", endpoint, status, detail);
}

function failure(
  kind: SourceErrorFacts["kind"],
  endpoint: string,
  status: number,
  detail: string,
  more: Pick<SourceErrorFacts, "remedy" | "retryAt"> = {},
): SourceError {
  return new SourceError({ kind, endpoint, status, detail, ...more });
}
