/** Writes the dashboards anew from the list of their panels: `deno task dashboards`. */
import { madeFiles } from "./dashboard_json.ts";
import { dialects } from "./dialects.ts";

for (const { path, text } of madeFiles(dialects)) {
  await Deno.writeTextFile(new URL(path, import.meta.url), text);
}
