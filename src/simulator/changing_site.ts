import { type Knowledge, knowledgeAt, type Silence } from "./knowledge.ts";
import { revised, type Revision } from "./revised.ts";
import type { SiteModel } from "./site_model.ts";
import type { DaylightSaving } from "./v1/buckets.ts";
import { quarterHour } from "./zone.ts";

/** What the server has of a site at one moment, and how it shows it. */
export interface SiteState {
  readonly model: SiteModel;
  readonly knowledge: Knowledge;
}

/** A site of a running simulator. */
export interface SimulatedSite {
  /** What truly happened. */
  readonly model: SiteModel;
  readonly daylightSaving: DaylightSaving;
  /** What the server would show at an epoch second. */
  stateAt(now: number): SiteState;
}

/** A site of which some things are shown late, or first with other values. */
export interface ChangingSite extends SimulatedSite {
  /** Keeps a range from the server; throws RangeError for a device that the site does not have. */
  silence(silence: Silence): void;
  /** Shows a range scaled; throws RangeError when it overlaps another one. */
  revise(revision: Revision): void;
}

/** A site that shows everything at once, and as it truly was. */
export function changingSite(model: SiteModel, daylightSaving: DaylightSaving): ChangingSite {
  const silences: Silence[] = [];
  const revisions: Revision[] = [];
  const models = new Map<string, SiteModel>();
  const modelAt = (now: number) => {
    const active = revisions.filter((one) => now < one.until);
    const name = active.map((one) => one.from).join();
    const made = models.get(name) ?? active.reduce(revised, model);
    models.set(name, made);
    return made;
  };
  return {
    model,
    daylightSaving,
    stateAt: (now) => ({ model: modelAt(now), knowledge: knowledgeAt(model, silences, now) }),
    silence(one) {
      const { inverters, batteries, meters, gateways } = model.spec;
      const devices = [...inverters, ...batteries, ...meters, ...gateways];
      if (one.device !== null && !devices.some(({ serial }) => serial === one.device)) {
        throw new RangeError(`no simulated device ${one.device}`);
      }
      silences.push(wholeQuarters(one));
    },
    revise(one) {
      const whole = wholeQuarters(one);
      if (revisions.some((other) => whole.from < other.to && other.from < whole.to)) {
        throw new RangeError("a range is revised already");
      }
      revisions.push(whole);
    },
  };
}

function wholeQuarters<One extends { readonly from: number; readonly to: number }>(one: One): One {
  return {
    ...one,
    from: Math.floor(one.from / quarterHour) * quarterHour,
    to: Math.ceil(one.to / quarterHour) * quarterHour,
  };
}
