import type { Schema } from "../migrate.ts";
import tables from "../../../sql/postgres/migrations/0001_tables.sql" with { type: "text" };
import secondGeneration from "../../../sql/postgres/migrations/0002_second_generation.sql" with {
  type: "text",
};
import evidence from "../../../sql/postgres/migrations/0003_evidence.sql" with { type: "text" };
import meteredDays from "../../../sql/postgres/migrations/0004_metered_days.sql" with {
  type: "text",
};
import zones from "../../../sql/postgres/migrations/0005_zones.sql" with { type: "text" };
import views from "../../../sql/postgres/views.sql" with { type: "text" };

/** The schema for PostgreSQL; a new file under `sql/postgres/migrations` is a new line here. */
export const schema: Schema = {
  migrations: [
    { version: 1, name: "0001_tables", sql: tables },
    { version: 2, name: "0002_second_generation", sql: secondGeneration },
    { version: 3, name: "0003_evidence", sql: evidence },
    { version: 4, name: "0004_metered_days", sql: meteredDays },
    { version: 5, name: "0005_zones", sql: zones },
  ],
  views,
};
