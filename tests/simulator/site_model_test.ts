import assert from "node:assert/strict";
import fc from "fast-check";
import { batterySamples, inverterSamples, meterSample } from "../../src/simulator/devices.ts";
import { businessSite, homeSite, houseSite } from "../../src/simulator/scenarios.ts";
import { part, siteModel } from "../../src/simulator/site_model.ts";
import { localText, readLocal, zoneOf } from "../../src/simulator/zone.ts";

const zones = [
  "Europe/Berlin",
  "America/New_York",
  "Australia/Lord_Howe",
  "Asia/Kolkata",
  "America/Sao_Paulo",
];
const year = 365 * 96;

Deno.test("energies of a year balance in every quarter-hour and in their sum", () => {
  for (const spec of [homeSite(), houseSite(), businessSite()]) {
    const model = siteModel(spec);
    let production = 0;
    for (let slot = model.firstSlot; slot < model.firstSlot + year; slot++) {
      const one = model.energies(slot);
      assert.equal(one.production, one.selfConsumption + one.feedIn);
      assert.equal(one.consumption, one.selfConsumption + one.purchased);
      for (const value of Object.values(one)) assert.ok(Number.isInteger(value) && value >= 0);
      if (one.production > 0) assert.ok(model.awake(slot));
      production += one.production;
    }
    assert.equal(production, model.sum(model.firstSlot, model.firstSlot + year).production);
    const yieldPerKwp = production / 1000 / spec.peakPowerKwp;
    assert.ok(yieldPerKwp > 700 && yieldPerKwp < 1900, `${spec.name}: ${yieldPerKwp} kWh/kWp`);
  }
});

Deno.test("a site without battery makes nothing at night and sleeps, a home's battery goes on", () => {
  const house = siteModel(houseSite());
  const midnight = Date.parse("2026-06-02T04:00:00Z") / 1000 / 900;
  assert.equal(house.awake(midnight), false);
  assert.equal(house.energies(midnight).production, 0);
  assert.equal(house.awake(midnight + 52), true);
  assert.ok(house.energies(midnight + 52).production > 0);
  const home = siteModel(homeSite());
  const evening = Date.parse("2026-06-02T20:30:00Z") / 1000 / 900;
  assert.ok(home.energies(evening).discharged > 0);
  assert.ok(home.energies(evening).production > 0);
});

Deno.test("the same description gives the same values, in whatever order they are asked for", () => {
  const one = siteModel(homeSite());
  const other = siteModel(homeSite());
  const late = one.firstSlot + 20_000;
  assert.deepEqual(one.energies(late), (other.energies(one.firstSlot + 5), other.energies(late)));
  assert.notDeepEqual(
    siteModel(homeSite({ siteId: 8 })).sum(one.firstSlot, late),
    one.sum(one.firstSlot, late),
  );
});

Deno.test("parts of a growing whole are whole, never shrink and add up to it", () => {
  const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
    minLength: 1,
    maxLength: 4,
  });
  fc.assert(fc.property(fc.nat(1e9), fc.nat(5000), shares, (whole, more, of) => {
    const before = of.map((_, i) => part(whole, of, i));
    const after = of.map((_, i) => part(whole + more, of, i));
    assert.equal(before.reduce((sum, one) => sum + one), whole);
    before.forEach((one, i) => assert.ok(one >= 0 && after[i]! >= one));
  }));
});

Deno.test("inverters share the production, and their power has the quarter-hour's mean", () => {
  const model = siteModel(businessSite());
  const slot = Date.parse("2026-06-02T02:00:00Z") / 1000 / 900;
  const inverters = model.spec.inverters.map((_, i) =>
    model.inverterRegister(i, slot + 1) - model.inverterRegister(i, slot)
  );
  assert.equal(inverters.reduce((sum, one) => sum + one), model.energies(slot).production);
  for (const i of [0, 1]) {
    const samples = inverterSamples(model, i, slot * 900, slot * 900 + 899);
    assert.equal(samples.length, 3);
    const mean = samples.reduce((sum, one) => sum + one.totalActivePower, 0) / 3;
    assert.equal(mean, inverters[i]! * 4);
    for (const one of samples) {
      const phases = one.phases.reduce((sum, phase) => sum + phase.activePower, 0);
      assert.equal(phases, one.totalActivePower);
    }
  }
});

Deno.test("an inverter sends at odd seconds while awake, once as it falls asleep, and not at night", () => {
  const model = siteModel(houseSite());
  const noon = Date.parse("2026-06-02T16:00:00Z") / 1000;
  const samples = inverterSamples(model, 0, noon, noon + 86_400);
  const gaps = samples.slice(1).map((one, i) => one.epoch - samples[i]!.epoch);
  assert.equal(gaps.filter((gap) => gap > 320).length, 1);
  assert.ok(Math.max(...gaps) > 6 * 3600);
  assert.ok(samples.every((one) => one.epoch % 60 !== 0 || one.epoch % 300 !== 0));
  const asleep = samples.filter((one) => one.inverterMode === "SLEEPING");
  assert.equal(asleep.length, 1);
  assert.deepEqual(
    [asleep[0]!.dcVoltage, asleep[0]!.groundFaultResistance, asleep[0]!.totalActivePower],
    [null, undefined, 0],
  );
});

Deno.test("counters of meters and batteries move by exactly the energies of the quarter-hours", () => {
  const model = siteModel(homeSite());
  const from = Date.parse("2026-06-01T22:00:00Z") / 1000;
  const day = model.sum(from / 900, from / 900 + 96);
  const registers = model.spec.meters.map((_, i) => {
    const [first, last] = [from / 900, from / 900 + 96].map((slot) => meterSample(model, i, slot));
    return last!.registerWh - first!.registerWh;
  });
  const { selfConsumption, consumption, purchased, feedIn, production } = day;
  assert.deepEqual(registers, [selfConsumption, consumption, purchased, feedIn, production]);
  const samples = batterySamples(model, 0, from, from + 86_400 + 899);
  const tomorrow = samples[288]!;
  assert.equal(tomorrow.lifetimeChargedWh - samples[0]!.lifetimeChargedWh, day.charged);
  assert.equal(tomorrow.lifetimeDischargedWh - samples[0]!.lifetimeDischargedWh, day.discharged);
  const charged = samples.slice(0, 288).reduce((sum, one) => sum + one.chargePowerW / 12, 0);
  assert.ok(Math.abs(charged - (day.charged - day.discharged)) < 0.01);
});

Deno.test("two batteries share what is charged", () => {
  const [battery] = homeSite().batteries;
  const model = siteModel(homeSite({
    batteries: [battery!, { ...battery!, serial: "BAT0002", nameplateWh: 4850 }],
  }));
  const from = Date.parse("2026-06-01T10:00:00Z") / 1000;
  const [one, two] = [0, 1].map((i) =>
    batterySamples(model, i, from, from + 1)[0] ??
      batterySamples(model, i, from, from + 300)[0]!
  );
  assert.ok(one!.epoch !== two!.epoch);
  assert.ok(Math.abs(one!.lifetimeChargedWh - 2 * two!.lifetimeChargedWh) < 5000);
});

Deno.test("wall clocks agree with Temporal in every zone and at every hour", () => {
  const epoch = fc.integer({ min: 1_300_000_000, max: 1_900_000_000 });
  fc.assert(
    fc.property(fc.constantFrom(...zones), epoch, (name, seconds) => {
      const zone = zoneOf(name);
      const real = Temporal.Instant.fromEpochMilliseconds(seconds * 1000).toZonedDateTimeISO(name);
      const text = real.toPlainDateTime().toString({ smallestUnit: "second" }).replace("T", " ");
      assert.equal(localText(zone.localOf(seconds)), text);
      assert.equal(readLocal(text), zone.localOf(seconds));
      assert.ok(zone.epochsOf(zone.localOf(seconds)).includes(seconds));
      const start = real.startOfDay();
      const day = Math.floor(zone.localOf(seconds) / 86_400);
      assert.equal(zone.dayStart(day), start.epochMilliseconds / 1000);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("a wall clock that is repeated has two instants, one that is skipped none", () => {
  const berlin = zoneOf("Europe/Berlin");
  assert.equal(berlin.epochsOf(readLocal("2026-10-25 02:30:00")!).length, 2);
  assert.equal(berlin.epochsOf(readLocal("2026-03-29 02:30:00")!).length, 0);
  assert.equal(readLocal("2026-02-30 00:00:00"), null);
  // Midnight itself was skipped there.
  const start = zoneOf("America/Sao_Paulo").dayStart(Date.parse("2018-11-04T00:00:00Z") / 864e5);
  assert.equal(start, Date.parse("2018-11-04T03:00:00Z") / 1000);
});
