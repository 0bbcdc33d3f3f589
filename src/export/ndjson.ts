import type { Value } from "../model/table.ts";
import type { Page } from "./format.ts";
import type { TextFormat } from "./text_format.ts";
import { objectWriter } from "./json.ts";

/** JSON objects, one a line; of several datasets, each line names its own in `dataset`. */
export function ndjsonFormat(several: boolean): TextFormat {
  let toObject: (row: readonly Value[]) => string = () => "";
  return {
    open: () => "",
    openDataset(dataset) {
      toObject = objectWriter(dataset.columns, several ? { dataset: dataset.name } : {});
      return "";
    },
    rows(page: Page) {
      let text = "";
      for (const row of page) text += toObject(row) + "\n";
      return text;
    },
    closeDataset: () => "",
    close: () => "",
  };
}
