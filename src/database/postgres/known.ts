import type { Known } from "../../model/harvest.ts";
import { answersTo, knownOf } from "../known.ts";
import { type Session, snapshot, transaction } from "./driver.ts";
import { knownQueries, type Question } from "./queries.ts";

/** Everything the planner needs, as it stands at one moment. */
export async function readKnown(session: Session, siteIds?: readonly number[]): Promise<Known> {
  const wanted = siteIds ? JSON.stringify(siteIds) : null;
  const ask = ({ sql, parameters }: Question) => session.records(sql, parameters.map(() => wanted));
  return knownOf(await transaction(session, () => answersTo(knownQueries, ask), snapshot));
}
