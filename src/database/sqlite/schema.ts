import { type Schema, schemaOf } from "../migrate.ts";
import tables from "../../../sql/sqlite/migrations/0001_tables.sql" with { type: "text" };
import secondGeneration from "../../../sql/sqlite/migrations/0002_second_generation.sql" with {
  type: "text",
};
import evidence from "../../../sql/sqlite/migrations/0003_evidence.sql" with { type: "text" };
import meteredDays from "../../../sql/sqlite/migrations/0004_metered_days.sql" with {
  type: "text",
};
import zones from "../../../sql/sqlite/migrations/0005_zones.sql" with { type: "text" };
import views from "../../../sql/sqlite/views.sql" with { type: "text" };

/** The schema for SQLite; a new file under `sql/sqlite/migrations` is a new line here. */
export const schema: Schema = schemaOf(views, {
  "0001_tables": tables,
  "0002_second_generation": secondGeneration,
  "0003_evidence": evidence,
  "0004_metered_days": meteredDays,
  "0005_zones": zones,
});
