import { ByteWriter, ParquetWriter, type SchemaElement } from "hyparquet-writer";
import type { Column, ColumnType, Value } from "../model/table.ts";
import type { Format, Page, Sink } from "./format.ts";

/** Rows that are compressed together: all that memory holds of a file. */
const rowsPerGroup = 50_000;

type Cell = number | bigint | string | boolean | null;

/** How a column type is stored, and what becomes of its values. */
interface Stored {
  readonly schema: Omit<SchemaElement, "name" | "repetition_type">;
  /** Of a value that is not NULL. */
  cellOf(value: Exclude<Value, null>): Cell;
}

const text: Stored = {
  schema: { type: "BYTE_ARRAY", converted_type: "UTF8" },
  cellOf: (value) => String(value),
};

/** An instant, or a wall clock of a place that is not said. */
function timestamp(isInstant: boolean): Stored {
  return {
    schema: {
      type: "INT64",
      logical_type: { type: "TIMESTAMP", isAdjustedToUTC: isInstant, unit: "MICROS" },
    },
    cellOf: microsecondsOf(),
  };
}

const dayMilliseconds = 86_400_000;

/** Of `2026-03-29T01:15:00`, with or without `Z`. To parse the day of each row again would cost a tenth of the time. */
function microsecondsOf(): Stored["cellOf"] {
  let day = "";
  let midnight = 0;
  return (value) => {
    const text = String(value);
    if (!text.startsWith(day) || day === "") {
      day = text.slice(0, 10);
      midnight = Date.parse(`${day}T00:00:00Z`);
    }
    const two = (at: number) => (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48;
    const seconds = two(11) * 3600 + two(14) * 60 + two(17);
    return BigInt((midnight + seconds * 1000) * 1000);
  };
}

const storedAs: Readonly<Record<ColumnType, Stored>> = {
  integer: { schema: { type: "INT64" }, cellOf: (value) => BigInt(value) },
  real: { schema: { type: "DOUBLE" }, cellOf: Number },
  text,
  instant: timestamp(true),
  local: timestamp(false),
  date: {
    schema: { type: "INT32", converted_type: "DATE" },
    cellOf: (value) => Date.parse(`${value}T00:00:00Z`) / dayMilliseconds,
  },
  flag: { schema: { type: "BOOLEAN" }, cellOf: (value) => Number(value) !== 0 },
  json: text,
};

/** Apache Parquet: one dataset, columns with their types, written in groups of rows. */
export function parquetFormat(sink: Sink): Format {
  const bytes = new SinkWriter(sink);
  let columns: readonly Column[] = [];
  let file: ParquetWriter | null = null;
  let cells: Cell[][] = [];
  let count = 0;
  const writeGroup = async () => {
    await file!.write({
      columnData: columns.map(({ name }, at) => ({ name, data: cells[at] })),
      rowGroupSize: rowsPerGroup,
    });
    cells = columns.map(() => []);
    count = 0;
  };
  return {
    open: () => Promise.resolve(),
    openDataset(dataset) {
      columns = dataset.columns;
      cells = columns.map(() => []);
      file = new ParquetWriter({ writer: bytes, schema: schemaOf(columns), createdBy: "seh" });
      return Promise.resolve();
    },
    async rows(page) {
      addPage(cells, columns, page);
      count += page.length;
      if (count >= rowsPerGroup) await writeGroup();
    },
    async closeDataset() {
      if (count > 0) await writeGroup();
      await file!.finish();
    },
    close: () => bytes.flush(),
  };
}

function addPage(cells: Cell[][], columns: readonly Column[], page: Page): void {
  for (let at = 0; at < columns.length; at++) {
    const { cellOf } = storedAs[columns[at].type];
    const into = cells[at];
    // Times and names stand in many rows, one after the other.
    let last: Value = null;
    let cell: Cell = null;
    for (const row of page) {
      const value = row[at];
      if (value !== last) {
        last = value;
        cell = value === null ? null : cellOf(value);
      }
      into.push(cell);
    }
  }
}

function schemaOf(columns: readonly Column[]): SchemaElement[] {
  return [
    { name: "root", num_children: columns.length },
    ...columns.map(({ name, type }): SchemaElement => ({
      name,
      repetition_type: "OPTIONAL",
      ...storedAs[type].schema,
    })),
  ];
}

/** Hands on what is written after each group of rows. */
class SinkWriter extends ByteWriter {
  readonly #sink: Sink;

  constructor(sink: Sink) {
    super(1 << 20);
    this.#sink = sink;
  }

  async flush(): Promise<void> {
    if (this.index === 0) return;
    await this.#sink.write(this.getBytes());
    this.index = 0;
  }
}
