import type { Answer } from "../source.ts";
import { type Asked, isObject } from "../answer/answer_body.ts";
import { parsePowerFlow as parseFirstGeneration } from "../v1/power_flow.ts";

const envelope = "siteCurrentPowerFlow";

/**
 * `/sites/{id}/power-flow` → one row of `power_flows`. The content is that of the first generation; it comes
 * with its envelope or, like this generation's other answers, without.
 */
export function parsePowerFlow(body: unknown, asked: Asked): Answer {
  const isWrapped = isObject(body) && Object.hasOwn(body, envelope);
  return parseFirstGeneration(isObject(body) && !isWrapped ? { [envelope]: body } : body, asked);
}
