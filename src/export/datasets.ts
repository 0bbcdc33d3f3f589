import { datasetsByTable, type TableName } from "../model/table.ts";

// Names only: the command line needs them at every start, the facts about the tables only for an export.

export type DatasetName = Exclude<typeof datasetsByTable[TableName], null>;

/** What can be exported, by the name the user gives it, in the order of `all`. */
export const datasets: ReadonlyMap<DatasetName, TableName> = new Map(
  (Object.keys(datasetsByTable) as TableName[]).flatMap((table) => {
    const dataset = datasetsByTable[table];
    return dataset === null ? [] : [[dataset, table]];
  }),
);

export const datasetNames: readonly DatasetName[] = [...datasets.keys()];

/** Names that datasets had before, when the same word meant another thing in `sync --only`. */
export const formerNames: ReadonlyMap<string, DatasetName> = new Map([
  ["meter-readings", "meters"],
  ["sensor-readings", "sensors"],
]);
