import type { Column, TableName } from "../model/table.ts";
import { table } from "../model/tables.ts";
import { type DatasetName, datasets } from "./datasets.ts";

/** One dataset as a writer sees it: the name it goes by and the columns of its rows. */
export interface Dataset {
  readonly name: DatasetName;
  readonly table: TableName;
  readonly columns: readonly Column[];
}

/** The facts of a dataset; its columns are those of its table, in their order. */
export function dataset(name: DatasetName): Dataset {
  const facts = table(datasets.get(name)!);
  return { name, table: facts.name, columns: facts.columns };
}
