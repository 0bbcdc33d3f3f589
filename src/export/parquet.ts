import { ByteWriter, type SchemaElement } from "hyparquet-writer";
import { writePageHeader } from "hyparquet-writer/src/datapage.js";
import { writeMetadata } from "hyparquet-writer/src/metadata.js";
import { PackedColumn } from "../model/packed_column.ts";
import type { Column } from "../model/table.ts";
import type { ColumnFormat, Sink } from "./format.ts";
import { type EncodedValues, storedTypes } from "./parquet_columns.ts";
import { writeSmallNumbers } from "./parquet_encoding.ts";
import { snappy, snappyWhereWorthwhile } from "./snappy.ts";

/** Rows that are compressed together: all that memory holds of a file. */
const rowsPerGroup = 50_000;

const magic = 0x31524150;

type FileFacts = Parameters<typeof writeMetadata>[1];
type RowGroup = FileFacts["row_groups"][number];
type ColumnChunk = RowGroup["columns"][number];

/**
 * Apache Parquet: one dataset, columns with their types, written in groups of rows. What is in a file and where is
 * written by hyparquet-writer; the values are encoded here, from arrays of numbers.
 */
export function parquetFormat(sink: Sink): ColumnFormat {
  const writer = new SinkWriter(sink);
  const groups: RowGroup[] = [];
  let columns: readonly Column[] = [];
  let packed: readonly PackedColumn[] = [];
  const count = () => packed[0]?.rows ?? 0;
  const writeGroup = async () => {
    const start = writer.offset;
    const chunks = columns.map((column, at) => writeChunk(writer, column, packed[at]));
    groups.push({
      columns: chunks,
      total_byte_size: chunks.reduce(
        (sum, one) => sum + one.meta_data!.total_uncompressed_size,
        0n,
      ),
      num_rows: BigInt(count()),
      total_compressed_size: BigInt(writer.offset - start),
    });
    for (const one of packed) one.clear();
    await writer.flush();
  };
  return {
    open: () => Promise.resolve(),
    openDataset(dataset) {
      columns = dataset.columns;
      packed = columns.map(({ type }) => new PackedColumn(type));
      writer.appendUint32(magic);
      return Promise.resolve();
    },
    columns: () => packed,
    async added() {
      if (count() >= rowsPerGroup) await writeGroup();
    },
    async closeDataset() {
      if (count() > 0) await writeGroup();
      const rows = groups.reduce((sum, one) => sum + one.num_rows, 0n);
      writeMetadata(writer, {
        version: 2,
        created_by: "seh",
        schema: schemaOf(columns),
        num_rows: rows,
        row_groups: groups,
        // The library works it out.
        metadata_length: 0,
      });
      writer.appendUint32(magic);
    },
    close: () => writer.flush(),
  };
}

/** A column of a group: a dictionary where there is one, and a page with all of its values. */
function writeChunk(writer: ByteWriter, column: Column, packed: PackedColumn): ColumnChunk {
  const present = packed.present.subarray(0, packed.rows);
  const nulls = packed.rows - packed.count;
  const values = storedTypes[column.type].encode(packed);
  const start = writer.offset;
  const dictionary = values.dictionary ? writeDictionary(writer, values.dictionary) : null;
  const page = writePage(writer, present, nulls, values);
  return {
    file_offset: BigInt(start),
    meta_data: {
      type: storedTypes[column.type].schema.type!,
      encodings: [...(dictionary ? ["PLAIN" as const] : []), "RLE", values.encoding],
      path_in_schema: [column.name],
      codec: "SNAPPY",
      num_values: BigInt(present.length),
      total_uncompressed_size: BigInt((dictionary?.size ?? 0) + page.size),
      total_compressed_size: BigInt(writer.offset - start),
      data_page_offset: BigInt(page.offset),
      dictionary_page_offset: dictionary ? BigInt(dictionary.offset) : undefined,
      statistics: {
        null_count: BigInt(nulls),
        min_value: values.least,
        max_value: values.most,
      },
    },
  };
}

/** Where something stands in the file, and its size before it was compressed. */
interface Written {
  readonly offset: number;
  readonly size: number;
}

function writeDictionary(
  writer: ByteWriter,
  { count, bytes }: NonNullable<EncodedValues["dictionary"]>,
): Written {
  const offset = writer.offset;
  const compressed = snappy(bytes);
  writePageHeader(writer, {
    type: "DICTIONARY_PAGE",
    uncompressed_page_size: bytes.length,
    compressed_page_size: compressed.length,
    dictionary_page_header: { num_values: count, encoding: "PLAIN" },
  });
  const size = writer.offset - offset + bytes.length;
  writer.appendBytes(compressed);
  return { offset, size };
}

function writePage(
  writer: ByteWriter,
  present: Uint8Array,
  nulls: number,
  { encoding, bytes }: EncodedValues,
): Written {
  const offset = writer.offset;
  const levels = new ByteWriter();
  writeSmallNumbers(levels, present, 1, nulls === 0 || nulls === present.length);
  const compressed = snappyWhereWorthwhile(bytes);
  const body = compressed ?? bytes;
  writePageHeader(writer, {
    type: "DATA_PAGE_V2",
    uncompressed_page_size: levels.offset + bytes.length,
    compressed_page_size: levels.offset + body.length,
    data_page_header_v2: {
      num_values: present.length,
      num_nulls: nulls,
      num_rows: present.length,
      encoding,
      definition_levels_byte_length: levels.offset,
      repetition_levels_byte_length: 0,
      is_compressed: compressed !== null,
    },
  });
  const size = writer.offset - offset + levels.offset + bytes.length;
  writer.appendBytes(levels.getBytes());
  writer.appendBytes(body);
  return { offset, size };
}

function schemaOf(columns: readonly Column[]): SchemaElement[] {
  return [
    { name: "root", num_children: columns.length },
    ...columns.map(({ name, type }): SchemaElement => ({
      name,
      repetition_type: "OPTIONAL",
      ...storedTypes[type].schema,
    })),
  ];
}

/** Hands on what is written after each group of rows. */
class SinkWriter extends ByteWriter {
  readonly #sink: Sink;

  constructor(sink: Sink) {
    super(1 << 16);
    this.#sink = sink;
  }

  async flush(): Promise<void> {
    if (this.index === 0) return;
    await this.#sink.write(this.getBytes());
    this.index = 0;
  }
}
