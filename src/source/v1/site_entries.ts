import type { Note, SiteFacts } from "../../model/harvest.ts";
import {
  type Asked,
  bodyError,
  isObject,
  type Json,
  kindOf,
  leftOut,
  leftoverNotes,
  objectEnvelope,
  objectsIn,
  without,
} from "../answer/answer_body.ts";
import { siteNumber } from "../answer/answer_fields.ts";

/** How an answer is wrapped that exists for one site and for several. */
export interface Wrapping {
  /** For one site, and in the documented form for several: `energy`. */
  readonly single: string;
  /** As the server wraps several sites: `sitesEnergy`. */
  readonly bulk: string;
  /** What the server puts around each site's part: `energyValues`. */
  readonly entry: string;
}

/** The part of an answer that belongs to one site. */
export interface SiteEntry {
  readonly site: SiteFacts;
  readonly content: Json;
}

/** Fields that the forms for several sites state once for all of them. */
const sharedFields = ["timeUnit", "unit", "measuredBy"];
const listNames = ["siteEnergyList", "list"];

/**
 * The parts of an answer by site: the form for one site, the form that the server really sends for several
 * (`siteEnergyList` with `siteId`) and the one that its documentation shows (`list` with `id`). Sites that were
 * not asked for, or have no part, are reported in notes. Throws SourceError `body`.
 */
export function siteEntries(
  body: unknown,
  wrapping: Wrapping,
  asked: Asked,
): { entries: SiteEntry[]; notes: Note[] } {
  const { sites } = asked.request;
  const { content, rest } = objectEnvelope(body, [wrapping.single, wrapping.bulk], asked);
  const ofAll = sites.length === 1 ? sites[0]!.siteId : 0;
  const notes = leftoverNotes(ofAll, wrapping.single, rest);
  const listName = listNames.find((name) => Object.hasOwn(content, name));

  if (listName === undefined) {
    if (sites.length === 1) return { entries: [{ site: sites[0]!, content }], notes };
    throw bodyError(asked, "the answer does not say which site each value belongs to");
  }

  const shared = Object.fromEntries(
    Object.entries(content).filter(([name]) => sharedFields.includes(name)),
  );
  notes.push(
    ...leftoverNotes(
      ofAll,
      wrapping.single,
      without(content, [...sharedFields, ...listNames, "count"]),
    ),
  );

  const entries: SiteEntry[] = [];
  for (const item of objectsIn(content[listName], listName, asked)) {
    const siteId = siteNumber(item.siteId ?? item.id);
    const site = sites.find((one) => one.siteId === siteId);
    if (!site || entries.some((one) => one.site === site)) {
      const why = site ? "is listed twice" : "was not asked for";
      notes.push({
        siteId: ofAll,
        level: "warning",
        text: `${wrapping.single}: site ${siteId} ${why}; its part of the answer is left out`,
      });
      continue;
    }
    const beside = without(item, ["siteId", "id", wrapping.entry]);
    const inner = item[wrapping.entry];
    if (inner === null) continue;
    if (inner !== undefined && !isObject(inner)) {
      leftOut(asked, `"${wrapping.entry}" is ${kindOf(inner)}, not an object: left out`, siteId);
      continue;
    }
    entries.push({ site, content: { ...shared, ...beside, ...(inner ?? {}) } });
  }
  for (const site of sites) {
    if (entries.some((one) => one.site === site)) continue;
    notes.push({
      siteId: site.siteId,
      level: "warning",
      text: `${wrapping.single}: the answer for several sites has nothing for this one`,
    });
  }
  return { entries, notes };
}
