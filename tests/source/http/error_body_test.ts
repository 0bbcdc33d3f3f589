import assert from "node:assert/strict";
import { errorText, isErrorJson } from "../../../src/source/http/error_body.ts";

const plain = (text: string) => text;

Deno.test("an error is shown in the server's own words, whatever their form", () => {
  const problem = {
    type: "https://example.org",
    title: "Unauthorized",
    status: 401,
    detail: "Invalid API key",
    instance: null,
    properties: { traceId: "0123" },
  };
  const bodies = [
    [JSON.stringify(problem), "Unauthorized: Invalid API key"],
    ['{"String":"too many requests"}', "too many requests"],
    ['{"message":"API rate limit exceeded"}', "API rate limit exceeded"],
    ['{"error":"invalid_request"}', "invalid_request"],
    ['{"error":{"message":"nested"}}', "nested"],
    [
      '{"error":"x","error_description":"The access token is missing"}',
      "The access token is missing",
    ],
    ['"just text"', "just text"],
    ['{"code":7}', '{"code":7}'],
    ["Access Denied\r\n", "Access Denied"],
    ["<!DOCTYPE html><html><head><title>\n 503 Busy </title>", "a web page: 503 Busy"],
    ["<html><body>long</body></html>", "a web page: long"],
    ["<html><body></body></html>", "a web page without text"],
    ["", ""],
    ["{}", ""],
    [" [] ", ""],
    ["null", ""],
    ["  \n", ""],
  ] as const;
  for (const [body, words] of bodies) assert.equal(errorText(body, plain), words);
});

Deno.test("an error text is one short line without control characters", () => {
  const text = errorText(`a\u001b[31m\n\tb${"c".repeat(1000)}`, plain);
  assert.equal(text.length, 200);
  assert.ok(text.startsWith("a [31m bccc") && text.endsWith("c…"), text);
});

Deno.test("a text is redacted before it is cut", () => {
  const text = errorText(
    `${"x".repeat(195)}SECRETKEY`,
    (all) => all.replaceAll("SECRETKEY", "***"),
  );
  assert.ok(!text.includes("SEC"), text);
});

Deno.test("an error is known by its fields, whatever its status says", () => {
  const errors = [
    { String: "invalid token" },
    { error: "Internal", message: "try later" },
    { error: { message: "nested" } },
    { type: "about:blank", title: "Forbidden", status: 403, detail: "Not part of the plan" },
  ];
  for (const one of errors) assert.equal(isErrorJson(one), true, JSON.stringify(one));
  const answers = [
    {},
    [],
    null,
    "text",
    { type: "INVERTER", status: "ACTIVE" },
    { title: "A site", siteId: 1 },
    { error: null, values: [] },
  ];
  for (const one of answers) assert.equal(isErrorJson(one), false, JSON.stringify(one));
});
