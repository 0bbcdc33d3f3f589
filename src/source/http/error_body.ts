import { pageText, pageTitle } from "./page_text.ts";

const longestText = 200;
const longestWords = 500;

/**
 * What the body of an error says, for people: one line of at most 200 characters, redacted; empty when it
 * says nothing. Reads RFC 9457 problems, `{"String": …}`, `{"message": …}`, `{"error": …}`, plain text,
 * and of a web page its title and text.
 */
export function errorText(body: string, redact: (text: string) => string): string {
  const text = body.trim();
  return oneLine(isWebPage(text) ? aboutPage(text) : wordsOf(text), redact, longestText);
}

/**
 * All that the body of a refusal says, for rules that look for a number in it: one line of at most 500
 * characters, redacted; of a web page what can be read on it.
 */
export function refusalWords(body: string, redact: (text: string) => string): string {
  const text = body.trim();
  return oneLine(isWebPage(text) ? pageText(text) : wordsOf(text), redact, longestWords);
}

/** The fields that the known forms of an error have, and those that come along. */
const errorFields = new Set([
  "code",
  "detail",
  "error",
  "error_description",
  "instance",
  "message",
  "path",
  "properties",
  "requestId",
  "request_id",
  "status",
  "String",
  "timestamp",
  "title",
  "traceId",
  "type",
]);

/**
 * True for JSON that says what went wrong and nothing else: a gateway or a busy server may send it as if all
 * were well.
 */
export function isErrorJson(json: unknown): boolean {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return false;
  return Object.keys(json).every((name) => errorFields.has(name)) && jsonWords(json) !== null;
}

/** True for markup: the API's own answers are JSON or plain text. */
function isWebPage(body: string): boolean {
  return body.trimStart().startsWith("<");
}

/** True for a web page, and for the short texts and marks of well-known gateways and proxies. */
export function isOfSomethingBetween(body: string, headers: Headers): boolean {
  return isWebPage(body) || gatewayWords.test(body.slice(0, 200)) ||
    headers.has("cf-mitigated") || headers.has("x-squid-error");
}

/** Cloudflare, Envoy and Istio. */
const gatewayWords = /^\s{0,9}(error code: 1\d{3}\b|upstream |no healthy upstream|RBAC: )/i;

/** Redacted before it is cut: half a key is still half a key. */
function oneLine(text: string, redact: (text: string) => string, longest: number): string {
  const line = redact(text).replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}

function wordsOf(text: string): string {
  try {
    const json = JSON.parse(text);
    const isEmpty = json === null || (typeof json === "object" && Object.keys(json).length === 0);
    return isEmpty ? "" : jsonWords(json) ?? text;
  } catch {
    return text;
  }
}

function jsonWords(json: unknown): string | null {
  if (typeof json === "string") return json;
  if (typeof json !== "object" || json === null) return null;
  const field = json as Record<string, unknown>;
  const words = [field.title, field.detail, field.String, field.message, field.error_description]
    .filter((one) => typeof one === "string" && one !== "");
  if (words.length > 0) return words.join(": ");
  return jsonWords(field.error);
}

/** The title and what the page says more: the reason of a refusal seldom stands in the title. */
function aboutPage(markup: string): string {
  const title = pageTitle(markup);
  const text = pageText(markup);
  const more = text.startsWith(title) ? text.slice(title.length).trim() : text;
  const words = [title, more].filter((one) => one !== "").join(": ");
  return words === "" ? "a web page without text" : `a web page: ${words}`;
}
