import { createHash } from "node:crypto";
import type { Reply } from "../v1/reply.ts";
import type { Scope } from "./endpoints.ts";
import { accessSeconds, type Grant, type Grants, makeSecret, type Tokens } from "./grants.ts";

/** The application that is registered, and whom it can be granted. */
export interface Registration {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where the page leads when the client names no address. */
  readonly redirectUri: string;
  readonly siteIds: readonly number[];
  readonly echoesState: boolean;
}

/** The pages of the grant; times in epoch seconds. */
export interface OAuth {
  /** `GET /authorize`: grants at once and leads back to the client. */
  authorize(parameters: URLSearchParams, now: number): Reply;
  /** `POST /v2/oauth2/token` */
  token(body: string, now: number): Reply;
  /** `POST /v2/oauth2/revoke-token` */
  revoke(body: string): Reply;
}

interface Code {
  readonly grant: Grant;
  readonly redirectUri: string | null;
  /** SHA-256 of the verifier that the exchange must bring; null where none was announced. */
  readonly challenge: string | null;
  readonly expiresAt: number;
  readonly grantEndsAt: number;
  /** The first token that it was exchanged for; null while it has not been used. */
  spentFor: string | null;
}

const codeSeconds = 600;
const scopes: readonly Scope[] = ["SITE_DATA", "DEVICE_DATA"];
const longestMonths = 24;

/** The pages for one application. */
export function createOAuth(registration: Registration, grants: Grants): OAuth {
  const codes = new Map<string, Code>();

  const exchange = (fields: Fields, now: number): Reply => {
    const code = codes.get(fields.code ?? "");
    if (code === undefined || now >= code.expiresAt) return refuse("invalid_grant", "invalid code");
    if (code.spentFor !== null) {
      grants.revoke(code.spentFor);
      return refuse("invalid_grant", "invalid code");
    }
    if (fields.redirect_uri !== undefined && fields.redirect_uri !== code.redirectUri) {
      return refuse("invalid_grant", "unexpected redirect_uri");
    }
    if (code.challenge !== null && challengeOf(fields.code_verifier ?? "") !== code.challenge) {
      return refuse("invalid_grant", "wrong code_verifier");
    }
    const tokens = grants.issue(code.grant, code.grantEndsAt, now);
    code.spentFor = tokens.refreshToken;
    return tokenReply(tokens);
  };

  return {
    authorize(parameters, now) {
      const asked = readAuthorization(registration, parameters, now);
      if ("status" in asked) return asked;
      const code = makeSecret("code", codes.size);
      codes.set(code, { ...asked, expiresAt: now + codeSeconds, spentFor: null });
      const address = new URL(asked.redirectUri ?? registration.redirectUri);
      address.searchParams.set("code", code);
      address.searchParams.set("site_id", `${asked.grant.siteId}`);
      for (const name of registration.echoesState ? ["external_id", "state"] : ["external_id"]) {
        const value = parameters.get(name);
        if (value !== null) address.searchParams.set(name, value);
      }
      return {
        status: 302,
        body: "<html><body>Granted.</body></html>",
        contentType: "text/html",
        headers: { location: address.href },
      };
    },
    token(body, now) {
      const fields = readFields(body);
      if (fields === null) return refuse("invalid_request", "the body is no JSON object");
      const { client_id: id, client_secret: secret } = fields;
      if (id !== registration.clientId || secret !== registration.clientSecret) {
        return refuse("invalid_client", "unknown client or wrong secret");
      }
      switch (fields.grant_type) {
        case "authorization_code":
          return exchange(fields, now);
        case "refresh_token": {
          const tokens = grants.refresh(fields.refresh_token ?? "", now);
          return tokens === null
            ? refuse("invalid_grant", "invalid refresh_token")
            : tokenReply(tokens);
        }
        default:
          return refuse("unsupported_grant_type", "grant_type is not supported");
      }
    },
    revoke(body) {
      const token = readFields(body)?.token;
      if (token === undefined) return refuse("invalid_request", "token is missing");
      grants.revoke(token);
      return { status: 200, body: {} };
    },
  };
}

function readAuthorization(
  registration: Registration,
  parameters: URLSearchParams,
  now: number,
): Reply | Pick<Code, "grant" | "redirectUri" | "challenge" | "grantEndsAt"> {
  if (parameters.get("client_id") !== registration.clientId) {
    return refuse("invalid_client", "unknown client_id");
  }
  if ((parameters.get("response_type") ?? "code") !== "code") {
    return refuse("unsupported_response_type", "response_type is not code");
  }
  const redirectUri = parameters.get("redirect_uri");
  if (redirectUri !== null && !URL.canParse(redirectUri)) {
    return refuse("invalid_request", "redirect_uri is no address");
  }
  const challenge = parameters.get("code_challenge");
  const isChallenge = /^[\w-]{43}$/.test(challenge ?? "") &&
    parameters.get("code_challenge_method") === "S256";
  if (challenge !== null && !isChallenge) {
    return refuse("invalid_request", "code_challenge is no S256");
  }
  const named = parameters.get("scope")?.split(" ") ?? scopes;
  if (named.some((word) => !scopes.some((scope) => scope === word))) {
    return refuse("invalid_scope", "unknown scope");
  }
  const months = Number(parameters.get("access_duration") ?? longestMonths);
  if (!(Number.isInteger(months) && months >= 1 && months <= longestMonths)) {
    return refuse("invalid_request", "access_duration is 1 to 24 months");
  }
  const siteId = registration.siteIds.find((id) => `${id}` === parameters.get("external_id")) ??
    registration.siteIds[0];
  if (siteId === undefined) return refuse("access_denied", "the owner has no site");
  const grantEndsAt = Temporal.Instant.fromEpochMilliseconds(now * 1000).toZonedDateTimeISO("UTC")
    .add({ months }).epochMilliseconds / 1000;
  const granted = scopes.filter((scope) => named.includes(scope));
  return { grant: { siteId, scopes: granted }, redirectUri, challenge, grantEndsAt };
}

/** What announces a verifier of 43 to 128 characters, as RFC 7636 has it. */
function challengeOf(verifier: string): string | null {
  if (!/^[\w.~-]{43,128}$/.test(verifier)) return null;
  return createHash("sha256").update(verifier).digest("base64url");
}

type Fields = Readonly<Record<string, string | undefined>>;

function readFields(body: string): Fields | null {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== "object" || value === null) return null;
    return Object.fromEntries(
      Object.entries(value).filter((entry): entry is [string, string] =>
        typeof entry[1] === "string"
      ),
    );
  } catch {
    return null;
  }
}

function tokenReply({ accessToken, refreshToken }: Tokens): Reply {
  return {
    status: 200,
    body: {
      access_token: accessToken,
      token_type: "Bearer",
      expires_in: accessSeconds,
      refresh_token: refreshToken,
    },
  };
}

function refuse(error: string, description: string): Reply {
  return { status: 400, body: { error, error_description: description } };
}
