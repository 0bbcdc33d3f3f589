/** How each of the three databases says the same things in the queries of the dashboards. */
export interface Dialect {
  /** Also the folder of its files. */
  readonly name: "sqlite" | "postgres" | "mariadb";
  readonly title: string;
  /** Grafana's name of the plugin that reads it. */
  readonly plugin: string;
  /** An instant as Grafana's time: epoch seconds, or PostgreSQL's own type. */
  time(column: string): string;
  /** True for instants in the range that the reader has chosen. */
  within(column: string): string;
  /** True for local days that the range touches, the days of its ends in UTC included. */
  onDays(column: string): string;
  /** A day as text, `2026-03-29`. Grafana would move a moment into the zone of the reader, and with it the day. */
  day(column: string): string;
  /** A month as text, `2026-03`. */
  month(column: string): string;
  /** An instant as text in UTC, `2026-03-29 01:15`. */
  stamp(column: string): string;
  /** Texts one after the other; a number in between is made a text. */
  join(...parts: string[]): string;
}

// Grafana puts epoch milliseconds in the place of $__from and $__to before a data source sees the query.
// Its macros such as $__timeFilter are not used: on MariaDB they turn on the zone of the session.

const sqlite: Dialect = {
  name: "sqlite",
  title: "SQLite",
  plugin: "frser-sqlite-datasource",
  time: (column) => `cast(strftime('%s', ${column}) as integer)`,
  within: (column) =>
    `${column} between strftime('%Y-%m-%dT%H:%M:%SZ', $__from / 1000, 'unixepoch') ` +
    `and strftime('%Y-%m-%dT%H:%M:%SZ', $__to / 1000, 'unixepoch')`,
  onDays: (column) =>
    `${column} between date($__from / 1000, 'unixepoch') and date($__to / 1000, 'unixepoch')`,
  day: (column) => column,
  month: (column) => `substr(${column}, 1, 7)`,
  stamp: (column) => `strftime('%Y-%m-%d %H:%M', ${column})`,
  join: (...parts) => parts.join(" || "),
};

const postgres: Dialect = {
  name: "postgres",
  title: "PostgreSQL",
  plugin: "grafana-postgresql-datasource",
  time: (column) => column,
  within: (column) =>
    `${column} between to_timestamp($__from / 1000.0) and to_timestamp($__to / 1000.0)`,
  onDays: (column) =>
    `${column} between (to_timestamp($__from / 1000.0) at time zone 'UTC')::date ` +
    `and (to_timestamp($__to / 1000.0) at time zone 'UTC')::date`,
  day: (column) => `to_char(${column}, 'YYYY-MM-DD')`,
  month: (column) => `to_char(${column}, 'YYYY-MM')`,
  stamp: (column) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD HH24:MI')`,
  join: (...parts) => parts.join(" || "),
};

const mariadbInstant = (variable: string) =>
  `timestampadd(second, ${variable} div 1000, '1970-01-01 00:00:00')`;

const mariadb: Dialect = {
  name: "mariadb",
  title: "MariaDB",
  plugin: "mysql",
  // Not unix_timestamp(), which takes the column for the wall clock of the session's zone.
  time: (column) => `timestampdiff(second, '1970-01-01 00:00:00', ${column})`,
  within: (column) =>
    `${column} between ${mariadbInstant("$__from")} and ${mariadbInstant("$__to")}`,
  onDays: (column) =>
    `${column} between date(${mariadbInstant("$__from")}) and date(${mariadbInstant("$__to")})`,
  day: (column) => `date_format(${column}, '%Y-%m-%d')`,
  month: (column) => `date_format(${column}, '%Y-%m')`,
  stamp: (column) => `date_format(${column}, '%Y-%m-%d %H:%i')`,
  join: (...parts) => `concat(${parts.join(", ")})`,
};

/** The databases that there are dashboards for. */
export const dialects: readonly Dialect[] = [sqlite, postgres, mariadb];
