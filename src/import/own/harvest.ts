import type { Coverage } from "../../model/harvest.ts";
import type { DataType } from "../../model/data_type.ts";
import type { TableName, Value } from "../../model/table.ts";
import { tables } from "../../model/tables.ts";
import type { ImportContext, ImportEvent } from "../event.ts";
import { learnSites } from "./coverage.ts";

/** What is read of tables of seh that stand beside those of the Python tool. */
export interface HarvestBeside {
  read(table: TableName): AsyncIterable<readonly (readonly Value[])[]>;
  coverage(): Promise<readonly Coverage[]>;
}

/** Everything that seh itself has fetched into a database that it shares, coverage included. */
export async function* readHarvest(
  harvest: HarvestBeside,
  context: ImportContext,
): AsyncGenerator<ImportEvent> {
  for (const { name, kind, columns } of tables.filter((one) => one.kind !== "engine")) {
    for await (const page of harvest.read(name)) {
      const rows = { table: name, columns: columns.map((one) => one.name), rows: page };
      if (kind === "attributes") learnSites(rows, context);
      yield { kind: "rows", rows, rank: "filling" };
    }
  }
  for (const one of await harvest.coverage()) {
    if (one.state !== "covered") continue;
    const { siteId, series, deviceKey, start, end, fetchedAt } = one;
    yield {
      kind: "covered",
      siteId,
      series,
      dataType: dataTypeOf(series),
      deviceKey,
      ranges: [{ start, end }],
      fetchedAt,
    };
  }
}

/** The type of data of a series, as far as its name begins with it; it is not stored with coverage. */
function dataTypeOf(series: string): DataType {
  const name = series.replace(/-(900|day|month|year|total)$/, "");
  const known: readonly string[] = [
    "power",
    "power-details",
    "energy-details",
    "storage",
    "meters",
    "telemetry",
  ];
  return (known.includes(name) ? name : "energy") as DataType;
}
