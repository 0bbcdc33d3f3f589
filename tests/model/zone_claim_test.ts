import assert from "node:assert/strict";
import { heardZone, type ZoneBelief } from "../../src/model/zone_claim.ts";

const noon = Temporal.Instant.from("2026-06-01T12:00:00Z");
const nothing: ZoneBelief = { zone: null, claim: null, claimedAt: null };
const berlin: ZoneBelief = { ...nothing, zone: "Europe/Berlin" };

/** What is believed after answers that name zones, so many hours after noon. */
function after(belief: ZoneBelief, ...answers: readonly (readonly [number, string])[]): ZoneBelief {
  return answers.reduce(
    (known, [hours, zone]) => heardZone(known, zone, noon.add({ seconds: hours * 3600 })),
    belief,
  );
}

Deno.test("a first zone is believed at once, and in place of a name that is none", () => {
  assert.deepEqual(after(nothing, [0, "Europe/Berlin"]), berlin);
  assert.deepEqual(after({ ...nothing, zone: "AEST" }, [0, "Europe/Berlin"]), berlin);
});

Deno.test("another zone needs two answers at least 20 hours apart", () => {
  const claimed = after(berlin, [0, "Asia/Tokyo"]);
  assert.deepEqual(claimed, { ...berlin, claim: "Asia/Tokyo", claimedAt: noon });
  assert.deepEqual(
    after(berlin, [0, "Asia/Tokyo"], [1, "Asia/Tokyo"], [19.99, "Asia/Tokyo"]),
    claimed,
  );
  assert.deepEqual(after(berlin, [0, "Asia/Tokyo"], [20, "Asia/Tokyo"]), {
    ...nothing,
    zone: "Asia/Tokyo",
  });
});

Deno.test("the old zone between two answers takes the claim back, a third zone replaces it", () => {
  assert.deepEqual(after(berlin, [0, "Asia/Tokyo"], [10, "Europe/Berlin"]), berlin);
  const third = after(berlin, [0, "Asia/Tokyo"], [10, "Asia/Seoul"], [21, "Asia/Tokyo"]);
  assert.deepEqual([third.zone, third.claim], ["Europe/Berlin", "Asia/Tokyo"]);
  assert.equal(String(third.claimedAt), "2026-06-02T09:00:00Z");
});

Deno.test("another name of the same zone is no change", () => {
  const kolkata = { ...nothing, zone: "Asia/Kolkata" };
  assert.deepEqual(after(kolkata, [0, "Asia/Calcutta"], [30, "Asia/Calcutta"]), kolkata);
});

Deno.test("a claim from the future counts from now: a clock was wrong", () => {
  const claimed = after(berlin, [1000, "Asia/Tokyo"], [0, "Asia/Tokyo"]);
  assert.equal(String(claimed.claimedAt), String(noon));
  assert.equal(after(claimed, [20, "Asia/Tokyo"]).zone, "Asia/Tokyo");
});
