/** All rows of a table, of one site when it is given, by column name and in key order. */
export { storedRecords as storedRows } from "../../src/database/read.ts";
