import { SourceError, type SourceErrorInput } from "../source_error.ts";
import { errorText, isErrorJson, isOfSomethingBetween, refusalWords } from "./error_body.ts";
import { type LenientJson, parseLeniently } from "./lenient_json.ts";
import { retryAfter } from "./retry_timing.ts";
import type { HttpAnswer } from "./send.ts";

/** What a try came to: JSON, or an error and whether another try may help. */
export type Outcome =
  | LenientJson
  | {
    readonly error: SourceError;
    readonly again: boolean;
    /** When the server wants to be asked again, from `Retry-After`. */
    readonly notBefore: Temporal.Instant | null;
  };

/**
 * For the headers of an answer 429: whether they speak of a quota whose period outlasts any run (the credits of
 * a month), so that no other try within the run can help.
 */
export type IsPeriodSpent = (headers: Headers) => boolean;

/**
 * What a complete answer comes to. Kinds by status: 408 and 425 `transport`, 401 `credentials` (as a web page
 * `forbidden`), 403 `forbidden`, 404 `unavailable`, 410 `retired`, 429 `quota`, 5xx `transport`, other 4xx
 * `rejected`; a success without JSON, and whatever else HTTP knows, `body`. Worth another try: 408, 425, 429,
 * 5xx, and a success without JSON, which busy servers send; not a 429 of which `isPeriodSpent` says that it is
 * about a long period.
 */
export function outcomeOf(
  answer: HttpAnswer,
  endpoint: string,
  now: Temporal.Instant,
  redact: (text: string) => string,
  isPeriodSpent: IsPeriodSpent = () => false,
): Outcome {
  const { status } = answer;
  const notBefore = retryAfter(answer.headers.get("retry-after"), now);
  const isGood = status >= 200 && status <= 299;
  const isPage = !isGood && isOfSomethingBetween(answer.text, answer.headers);
  const words = isGood ? "" : refusalWords(answer.text, redact);
  const fail = (facts: Omit<SourceErrorInput, "endpoint" | "status">, again = false): Outcome => ({
    error: new SourceError({ endpoint, status, isPage, words, ...facts }),
    again,
    notBefore,
  });

  if (isGood) {
    const json = parse(answer.text, redact);
    if (json === null) return fail({ kind: "body", detail: notJson(answer, redact) }, true);
    if (!isErrorJson(json.json)) return json;
    const text = errorText(answer.text, redact);
    const detail = `HTTP ${status}, but the answer is an error: ${text}`;
    return fail({ kind: "body", detail, words: refusalWords(answer.text, redact) }, true);
  }
  const line = errorText(answer.text, redact);
  const detail = line ? `HTTP ${status}: ${line}` : `HTTP ${status} without explanation`;
  if (status >= 500 || passing.has(status)) return fail({ kind: "transport", detail }, true);
  switch (status) {
    case 401:
      return isPage
        ? fail({ kind: "forbidden", detail, remedy: blocked })
        : fail({ kind: "credentials", detail });
    case 403:
      return isPage
        ? fail({ kind: "forbidden", detail, remedy: blocked })
        : fail({ kind: "forbidden", detail });
    case 404:
      return fail({ kind: "unavailable", detail });
    case 410:
      return fail({ kind: "retired", detail: `SolarEdge has switched this off (${detail})` });
    case 429: {
      const isSpent = isPeriodSpent(answer.headers);
      const ends = isSpent ? answer.left?.resetsAt ?? null : notBefore;
      const text = isSpent ? `${detail}; the quota of the whole period is spent` : detail;
      return fail(overQuota(answer, text, ends), !isSpent);
    }
    default:
      return fail({ kind: status >= 400 ? "rejected" : "body", detail });
  }
}

/** Time-out of a request, and too early: they say nothing of what was asked for. */
const passing = new Set([408, 425]);

/** The API itself refuses in JSON or plain text: a web page says nothing of the credentials. */
const blocked =
  "This is a web page, not the API's own word: something between seh and SolarEdge (a proxy, a firewall, " +
  "SolarEdge's own) blocks the request, or SEH_API_BASE_URL is not the API's address. Look from another " +
  "network, or try again later.";

function overQuota(
  answer: HttpAnswer,
  detail: string,
  notBefore: Temporal.Instant | null,
): Pick<SourceErrorInput, "kind" | "detail" | "retryAt" | "byOthers"> {
  const left = answer.left;
  if (left === undefined || left.requests === 0) {
    return { kind: "quota", detail, retryAt: notBefore ?? left?.freesAt ?? undefined };
  }
  const ours = Number.isFinite(left.limit)
    ? `seh itself has ${left.requests} of ${left.limit} requests left`
    : "seh itself counts no limit here";
  return {
    kind: "quota",
    detail: `${detail}; ${ours}, so another program is using the same quota`,
    retryAt: notBefore ?? undefined,
    byOthers: true,
  };
}

function notJson(answer: HttpAnswer, redact: (text: string) => string): string {
  if (answer.text.trim() === "") return `HTTP ${answer.status} with an empty body`;
  if (noText.test(answer.text.slice(0, 200))) {
    return `HTTP ${answer.status} with a body that is no text`;
  }
  return `HTTP ${answer.status} with a body that is no JSON: ${errorText(answer.text, redact)}`;
}

/** What packed or otherwise encoded bytes become when they are read as text. */
// deno-lint-ignore no-control-regex
const noText = /[\u0000-\u0008\ufffd]/;

/**
 * The JSON of a body, its texts redacted: a server may echo the key, and `extra` columns keep all. Null for
 * what is none.
 */
function parse(text: string, redact: (text: string) => string): LenientJson | null {
  try {
    const { json, noNumbers } = parseLeniently(text);
    // An escaped character can hide a key from a search in the raw text.
    const mayHide = text.includes("\\") || redact(text) !== text;
    return { json: mayHide ? redactTexts(json, redact) : json, noNumbers };
  } catch {
    return null;
  }
}

function redactTexts(json: unknown, redact: (text: string) => string): unknown {
  if (typeof json === "string") return redact(json);
  if (Array.isArray(json)) return json.map((one) => redactTexts(one, redact));
  if (typeof json !== "object" || json === null) return json;
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => [redact(name), redactTexts(value, redact)]),
  );
}
