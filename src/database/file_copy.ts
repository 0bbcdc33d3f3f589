/** What a copy of a database file holds. */
export interface FileCopy {
  readonly tables: number;
  readonly rows: number;
  readonly bytes: number;
}
