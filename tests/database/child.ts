/** Another process that uses the database: `child.ts migrate|save|lock URL`. */
import type { Delivery } from "../../src/database/database.ts";
import { openDatabase } from "../../src/database/open.ts";
import { powerDelivery, quarterHours } from "./deliveries.ts";

const [task, url] = Deno.args;
const say = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
const sleepForEver = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);

const database = await openDatabase(url);
if (task === "migrate") {
  const { applied } = await database.migrate();
  say(String(applied.length));
  await database.close();
} else if (task === "save") {
  // Stops for ever where the second table of the delivery is about to be written.
  const whole = powerDelivery(quarterHours("2026-03-01", 50_000));
  const [first] = whole.harvest.rows;
  const delivery: Delivery = {
    ...whole,
    harvest: {
      rows: [first, {
        ...first,
        table: "power_details",
        columns: ["site_id", "timestamp", "local_time", "interval_s", "production_w"],
        get rows() {
          say("in the middle");
          sleepForEver();
          return first.rows;
        },
      }],
    },
  };
  await database.save(delivery);
} else if (task === "lock") {
  const since = Temporal.Instant.from("2026-06-01T12:00:00Z");
  await database.lock({ host: "elsewhere", pid: Deno.pid, since });
  say("held");
  sleepForEver();
}
