/** Opens the address of the first argument as a login at a terminal with a desktop does, and says whether it could. */
import { openInBrowser } from "../../src/cli/terminal/browser.ts";

const terminal = { isTerminal: true, columns: 80, print() {}, write: () => Promise.resolve() };
console.log(
  await openInBrowser(new URL(Deno.args[0]), {
    environment: { DISPLAY: ":0" },
    stderr: terminal,
  }),
  (await Deno.permissions.query({ name: "run", command: "sh" })).state,
);
