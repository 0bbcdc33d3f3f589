import assert from "node:assert/strict";
import type { SiteFacts } from "../../src/model/harvest.ts";
import { withTimeZones } from "../../src/model/set_time_zones.ts";
import { isTimeZone } from "../../src/model/site_time.ts";
import { isSameZone, readTimeZone, storedZone } from "../../src/model/time_zone.ts";
import { windowsZones } from "../../src/model/windows_zones.ts";

const reads = (names: Readonly<Record<string, string | null>>) => {
  for (const [name, zone] of Object.entries(names)) {
    assert.equal(readTimeZone(name), zone, JSON.stringify(name));
    if (zone !== null) assert.ok(isTimeZone(zone), zone);
  }
};

Deno.test("a zone is read by its name, in any case and with spaces around it", () => {
  reads({
    "Europe/Berlin": "Europe/Berlin",
    " europe/berlin ": "Europe/Berlin",
    "America/Argentina/Buenos_Aires": "America/Argentina/Buenos_Aires",
    utc: "UTC",
    GMT: "GMT",
    CET: "CET",
  });
});

Deno.test("names of Windows are those of the zone that Unicode gives for them", () => {
  reads({
    "W. Europe Standard Time": "Europe/Berlin",
    "w. europe standard time": "Europe/Berlin",
    "AUS Eastern Standard Time": "Australia/Sydney",
    "Eastern Standard Time": "America/New_York",
    "India Standard Time": "Asia/Calcutta",
    "W. Europe Daylight Time": "Europe/Berlin",
    "GMT Daylight Time": "Europe/London",
  });
  for (const zone of Object.values(windowsZones)) assert.ok(isTimeZone(zone), zone);
});

Deno.test("a plain offset is a clock that is never changed", () => {
  reads({
    "GMT+10": "Etc/GMT-10",
    "UTC+01:00": "Etc/GMT-1",
    "UTC-5": "Etc/GMT+5",
    "GMT +0100": "Etc/GMT-1",
    "+02:00": "Etc/GMT-2",
    "UTC+5:30": "+05:30",
    "GMT-03:30": "-03:30",
    "UTC+00:00": "UTC",
    "UTC+14": "Etc/GMT-14",
    "UTC+15": null,
    "UTC-13": null,
    "UTC+1:75": null,
  });
  const at = Temporal.Instant.from("2026-01-01T00:00:00Z");
  const clock = (name: string) =>
    at.toZonedDateTimeISO(readTimeZone(name)!).toPlainTime().toString();
  assert.deepEqual(
    ["GMT+10", "UTC-5", "UTC+5:30", "GMT-03:30"].map(clock),
    ["10:00:00", "19:00:00", "05:30:00", "20:30:00"],
  );
});

Deno.test("a city is its zone, where the offset beside it fits", () => {
  reads({
    "(GMT+01:00) Amsterdam": "Europe/Amsterdam",
    "(UTC-05:00) New York": "America/New_York",
    "(GMT+05:30) Kolkata": "Asia/Kolkata",
    "(UTC+01:00) Amsterdam, Berlin, Rome": "Europe/Amsterdam",
    "(GMT) London": "Europe/London",
    "(GMT-03:00) Buenos Aires": "America/Buenos_Aires",
    "(GMT+05:00) Amsterdam": null,
    "(GMT+01:00) Beispielstadt": null,
    "(GMT+10:00) Brisbane, Sydney": null,
    "(GMT+01:00)": null,
  });
});

Deno.test("nothing is guessed: an abbreviation may be several clocks", () => {
  for (
    const name of ["AEST", "CET/CEST", "CST", "PST", "EST", "MST", "IST", "BST", "", "  ", "?"]
  ) {
    assert.equal(readTimeZone(name), null, name);
  }
  for (const name of ["2026-01-01T00:00Z", "2026-01-01T00:00[Europe/Berlin]", "[Europe/Berlin]"]) {
    assert.equal(readTimeZone(name), null, name);
  }
  assert.equal(readTimeZone(`(GMT+01:00) ${"a,".repeat(100_000)}`), null);
});

Deno.test("two names of one zone are no change; what was stored long ago may be no zone", () => {
  assert.ok(isSameZone("Asia/Calcutta", "Asia/Kolkata"));
  assert.ok(!isSameZone("Europe/Berlin", "Europe/Paris"));
  assert.deepEqual(
    ["EST", "AEST", "W. Europe Standard Time", null].map(storedZone),
    ["EST", null, "Europe/Berlin", null],
  );
});

Deno.test("a zone that a person has set stands in place of the one that is known", () => {
  const sites = [1, 2].map((siteId) => ({ siteId, timeZone: "UTC" }) as SiteFacts);
  const known = { sites, devices: [], marks: [], coverage: [], spent: [] };
  const zones = new Map([[2, "Europe/Berlin"], [3, "Asia/Tokyo"]]);
  assert.deepEqual(
    withTimeZones(known, zones).sites.map((one) => one.timeZone),
    ["UTC", "Europe/Berlin"],
  );
  assert.equal(withTimeZones(known, new Map()), known);
});
