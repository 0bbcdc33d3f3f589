import type { Style } from "./colour.ts";

/** One column: its head, on which side its cells stand, and whether it gives way when space is short. */
export interface TableColumn {
  readonly head: string;
  readonly align?: "left" | "right";
  /** May be cut (with …) to fit the terminal, `first` before others; the rest only in need. */
  readonly shrinks?: true | "first";
  /** May be left out on a narrow terminal, the smallest number first; others only where nothing else helps. */
  readonly drops?: number;
}

/** A cell; null shows as `-`. */
export type Cell = string | null | { readonly text: string; readonly style: Style };

/** How the terminal wants it. */
export interface Look {
  readonly borders: boolean;
  readonly colour: boolean;
  /** No line is longer than this. */
  readonly width: number;
}
