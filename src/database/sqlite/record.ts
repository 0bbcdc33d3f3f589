import { daysSince1970 } from "../../model/time_digits.ts";
import { NoTime, type PackedColumn } from "../../model/packed_column.ts";
import { damaged, type TakeRecord } from "./database_file.ts";

/**
 * Adds rows as SQLite stores them to columns, which are in the order in which the values are stored; null: not
 * asked for. Columns that came later are missing in rows from before, and NULL there. Throws NoTime.
 */
export function recordTaker(columns: readonly (PackedColumn | null)[]): TakeRecord {
  const fields = columns.map((column) => column && fieldOf(column));
  return (bytes, view, at) => {
    let head = at;
    let size = bytes[head++];
    if (size >= 128) size = (size & 127) * 128 + bytes[head++];
    const end = at + size;
    let body = end;
    // By its place, and without a function for each type: this runs for each value of millions of rows.
    for (let place = 0; place < fields.length; place++) {
      let type = head < end ? bytes[head++] : 0;
      if (type >= 128) {
        let byte: number;
        type &= 127;
        do {
          byte = bytes[head++];
          type = type * 128 + (byte & 127);
        } while (byte >= 128);
      }
      const length = type < 12 ? lengths[type] : (type - 12) >> 1;
      const field = fields[place];
      if (field !== null) {
        const { column } = field;
        if (type === 0) column.addNull();
        else {
          if ((type > 12) !== field.isText) throw damaged();
          const number = !field.isText
            ? numberAt(column, type, view, body)
            : field.time === null
            ? placeOf(field, bytes, body, length)
            : length < field.shortest
            ? NaN
            : timeAt(field.time, view, body);
          if (Number.isNaN(number)) throw new NoTime(textOf(bytes, body, length));
          column.addNumber(number);
        }
      }
      body += length;
    }
  };
}

/** Bytes of the types that are no text: NULL, integers, a double, 0, 1, two that do not occur. */
const lengths = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0];

/** A text up to this length is compared with the one of the row before. */
const comparedLength = 64;

/** A column, and what is known of its value in the row before. */
interface Field {
  readonly column: PackedColumn;
  readonly isText: boolean;
  readonly time: LastDate | null;
  /** Less than this is no time. */
  readonly shortest: number;
  readonly last: Uint8Array;
  lastLength: number;
  lastPlace: number;
}

/** The characters of a date, as numbers, and what it stands for. */
interface LastDate {
  /** There is no time of day. */
  readonly isAll: boolean;
  year: number;
  month: number;
  day: number;
  /** Days since 1970; where there is a time of day, microseconds, less what its digits are counted too high. */
  start: number;
}

function fieldOf(column: PackedColumn): Field {
  const { type } = column;
  const isTime = type === "instant" || type === "local" || type === "date";
  return {
    column,
    isText: isTime || type === "text" || type === "json",
    time: isTime ? { isAll: type === "date", year: 0, month: 0, day: 0, start: 0.5 } : null,
    shortest: type === "date" ? 10 : 19,
    last: new Uint8Array(comparedLength),
    lastLength: -1,
    lastPlace: 0,
  };
}

function numberAt(column: PackedColumn, type: number, view: DataView, at: number): number {
  switch (type) {
    case 1:
      return view.getInt8(at);
    case 2:
      return view.getInt16(at);
    case 3:
      return view.getInt16(at) * 2 ** 8 + view.getUint8(at + 2);
    case 4:
      return view.getInt32(at);
    case 5:
      return view.getInt16(at) * 2 ** 32 + view.getUint32(at + 2);
    case 6: {
      const whole = view.getBigInt64(at);
      const number = Number(whole);
      if (column.type === "integer" && !Number.isSafeInteger(number)) {
        column.exact.set(column.count, whole);
      }
      return number;
    }
    case 7:
      return view.getFloat64(at);
    case 8:
    case 9:
      return type - 8;
    default:
      throw damaged();
  }
}

/** `00`, `23` and `59`, as the number that their two characters are. */
const [noughts, lastHour, lastOfSixty] = [0x3030, 0x3233, 0x3539];

/** Microseconds since 1970, of a date days; NaN for a time that no clock shows. */
function timeAt(last: LastDate, view: DataView, at: number): number {
  if (
    view.getInt16(at + 8) !== last.day || view.getInt32(at + 4) !== last.month ||
    view.getInt32(at) !== last.year
  ) setDate(last, view, at);
  if (last.isAll) return last.start;
  const hour = view.getInt16(at + 11);
  const minute = view.getInt16(at + 14);
  const second = view.getInt16(at + 17);
  if (
    hour < noughts || hour > lastHour || minute < noughts || minute > lastOfSixty ||
    second < noughts || second > lastOfSixty
  ) return NaN;
  const tens = (hour >> 8) * 3600 + (minute >> 8) * 60 + (second >> 8);
  return last.start +
    (tens * 10 + (hour & 255) * 3600 + (minute & 255) * 60 + (second & 255)) * 1e6;
}

/** A digit is counted as its character, 48 more. */
const tooMuch = 48 * 11 * (3600 + 60 + 1) * 1e6;

function setDate(last: LastDate, view: DataView, at: number): void {
  last.year = view.getInt32(at);
  last.month = view.getInt32(at + 4);
  last.day = view.getInt16(at + 8);
  const year = twoDigits(view, at) * 100 + twoDigits(view, at + 2);
  const days = daysSince1970(year, twoDigits(view, at + 5), twoDigits(view, at + 8));
  last.start = last.isAll ? days : days * 86_400_000_000 - tooMuch;
}

function twoDigits(view: DataView, at: number): number {
  return view.getUint8(at) * 10 + view.getUint8(at + 1) - 528;
}

/** The place of a text. Names stand in many rows, one after the other: the same bytes are not decoded again. */
function placeOf(field: Field, bytes: Uint8Array, at: number, length: number): number {
  const { column, last } = field;
  // A column that begins again knows no places.
  if (column.count > 0 && length === field.lastLength && isSame(bytes, at, last, length)) {
    return field.lastPlace;
  }
  field.lastPlace = column.placeOf(textOf(bytes, at, length));
  field.lastLength = length > comparedLength ? -1 : length;
  if (length <= comparedLength) last.set(bytes.subarray(at, at + length));
  return field.lastPlace;
}

function isSame(bytes: Uint8Array, at: number, last: Uint8Array, length: number): boolean {
  for (let i = 0; i < length; i++) if (bytes[at + i] !== last[i]) return false;
  return true;
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

function textOf(bytes: Uint8Array, at: number, length: number): string {
  return decoder.decode(bytes.subarray(at, at + length));
}
