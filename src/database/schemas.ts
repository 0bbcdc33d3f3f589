import type { Schema } from "./migrate.ts";
import sqlite0001 from "../../sql/sqlite/migrations/0001_tables.sql" with { type: "text" };
import postgres0001 from "../../sql/postgres/migrations/0001_tables.sql" with { type: "text" };
import mariadb0001 from "../../sql/mariadb/migrations/0001_tables.sql" with { type: "text" };
import sqlite0002 from "../../sql/sqlite/migrations/0002_second_generation.sql" with {
  type: "text",
};
import postgres0002 from "../../sql/postgres/migrations/0002_second_generation.sql" with {
  type: "text",
};
import mariadb0002 from "../../sql/mariadb/migrations/0002_second_generation.sql" with {
  type: "text",
};
import sqlite0003 from "../../sql/sqlite/migrations/0003_evidence.sql" with { type: "text" };
import postgres0003 from "../../sql/postgres/migrations/0003_evidence.sql" with { type: "text" };
import mariadb0003 from "../../sql/mariadb/migrations/0003_evidence.sql" with { type: "text" };
import sqlite0004 from "../../sql/sqlite/migrations/0004_metered_days.sql" with { type: "text" };
import postgres0004 from "../../sql/postgres/migrations/0004_metered_days.sql" with {
  type: "text",
};
import mariadb0004 from "../../sql/mariadb/migrations/0004_metered_days.sql" with { type: "text" };
import sqlite0005 from "../../sql/sqlite/migrations/0005_zones.sql" with { type: "text" };
import postgres0005 from "../../sql/postgres/migrations/0005_zones.sql" with { type: "text" };
import mariadb0005 from "../../sql/mariadb/migrations/0005_zones.sql" with { type: "text" };
import sqlite0006 from "../../sql/sqlite/migrations/0006_tariffs.sql" with { type: "text" };
import postgres0006 from "../../sql/postgres/migrations/0006_tariffs.sql" with { type: "text" };
import mariadb0006 from "../../sql/mariadb/migrations/0006_tariffs.sql" with { type: "text" };
import sqliteViews from "../../sql/sqlite/views.sql" with { type: "text" };
import postgresViews from "../../sql/postgres/views.sql" with { type: "text" };
import mariadbViews from "../../sql/mariadb/views.sql" with { type: "text" };

/** The migrations in order, by the names of their files, for SQLite, PostgreSQL and MariaDB. */
const migrations: Readonly<Record<string, readonly [string, string, string]>> = {
  "0001_tables": [sqlite0001, postgres0001, mariadb0001],
  "0002_second_generation": [sqlite0002, postgres0002, mariadb0002],
  "0003_evidence": [sqlite0003, postgres0003, mariadb0003],
  "0004_metered_days": [sqlite0004, postgres0004, mariadb0004],
  "0005_zones": [sqlite0005, postgres0005, mariadb0005],
  "0006_tariffs": [sqlite0006, postgres0006, mariadb0006],
};

/** The schema for SQLite. */
export const sqliteSchema: Schema = schemaOf(0, sqliteViews);
/** The schema for PostgreSQL. */
export const postgresSchema: Schema = schemaOf(1, postgresViews);
/** The schema for MariaDB. */
export const mariadbSchema: Schema = schemaOf(2, mariadbViews);

function schemaOf(place: 0 | 1 | 2, views: string): Schema {
  return {
    migrations: Object.entries(migrations).map(([name, texts]) => ({
      version: Number(name.slice(0, 4)),
      name,
      sql: texts[place],
    })),
    views,
  };
}
