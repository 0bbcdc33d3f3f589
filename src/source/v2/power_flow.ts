import type { Answer } from "../source.ts";
import { type Asked, isObject } from "../answer/answer_body.ts";
import { parsePowerFlow as parseFirstGeneration } from "../v1/power_flow.ts";

const envelope = "siteCurrentPowerFlow";

/**
 * `/sites/{id}/power-flow` → one row of `power_flows`. The content is that of v1; it comes
 * with its envelope or, like v2's other answers, without.
 */
export function parsePowerFlow(body: unknown, asked: Asked): Answer {
  const isWrapped = isObject(body) && Object.hasOwn(body, envelope);
  return parseFirstGeneration(isObject(body) && !isWrapped ? { [envelope]: body } : body, asked);
}
