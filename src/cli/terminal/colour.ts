import { styleText } from "node:util";
import type { Output, World } from "../world.ts";

export type Style = "bold" | "dim" | "red" | "green" | "yellow";

/** Whether to use colour there: only on a terminal, and not when the user declined it. */
export function wantsColour(
  output: Output,
  environment: World["environment"],
  option: boolean,
): boolean {
  return option && output.isTerminal && !environment.NO_COLOR && environment.TERM !== "dumb";
}

/** The text in a style. Whether colour is wanted at all is the caller's question. */
export function paint(text: string, style: Style): string {
  return styleText(style, text, { validateStream: false });
}
