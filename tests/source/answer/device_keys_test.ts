import assert from "node:assert/strict";
import { deviceKeys } from "../../../src/source/answer/device_keys.ts";

const twin = (mark: string, key = "gateway:Gateway", beside = "") => ({
  key,
  beside,
  marks: [mark],
});

Deno.test("devices of one name have keys of their own, the same in whatever order they come", () => {
  const [a, b] = [twin("7F-1"), twin("7F-2")];
  assert.deepEqual(deviceKeys([a, b]), ["gateway:Gateway", "gateway:Gateway#2"]);
  assert.deepEqual(deviceKeys([b, a]), ["gateway:Gateway#2", "gateway:Gateway"]);
});

Deno.test("one serial number for two directions is one device", () => {
  assert.deepEqual(
    deviceKeys([twin("", "604", "FeedIn"), twin("", "604", "Purchased")]),
    ["604", "604"],
  );
});

Deno.test("a device that is really called #2 keeps its name", () => {
  assert.deepEqual(
    deviceKeys([twin("x", "meter:M#2"), twin("a", "meter:M"), twin("b", "meter:M")]),
    ["meter:M#2", "meter:M", "meter:M#3"],
  );
});
