import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import manifest from "../../deno.json" with { type: "json" };

const script = fileURLToPath(new URL("../support/open_browser.ts", import.meta.url));
const textOf = (path: string) => Deno.readTextFileSync(new URL(`../../${path}`, import.meta.url));

/** The permissions of a way of starting seh. */
const permissionsIn = (command: string) => command.match(/--allow-\S+/g)!.toSorted();

/** Every way of starting that the documents name. */
const ways = {
  "deno task seh": manifest.tasks.seh.command,
  "deno task compile": manifest.tasks.compile.command.replace("--allow-run --allow-read ", ""),
  "contrib/seh.sh": textOf("contrib/seh.sh"),
  "bin/seh": textOf("bin/seh"),
};

Deno.test("every documented way of starting seh has the same permissions", () => {
  const [first, ...others] = Object.values(ways).map(permissionsIn);
  for (const one of others) assert.deepEqual(one, first);
});

Deno.test({
  name: "bin/seh runs in any folder, through a link too",
  ignore: Deno.build.os === "windows",
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "seh-bin-test-" });
    try {
      const link = join(folder, "seh");
      await Deno.symlink(fileURLToPath(new URL("../../bin/seh", import.meta.url)), link);
      const { stderr } = await new Deno.Command(link, {
        args: ["-c", "mine.env", "status"],
        cwd: folder,
        env: { XDG_STATE_HOME: folder, XDG_CONFIG_HOME: folder },
        stdin: "null",
      }).output();
      assert.match(
        new TextDecoder().decode(stderr),
        /^seh: .*mine\.env cannot be read: no such file/s,
      );
      assert.ok(new TextDecoder().decode(stderr).includes(join(folder, "mine.env")));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: "these permissions let a login open the browser, and start nothing else",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "seh-browser-test-" });
    try {
      const opened = join(folder, "opened");
      const browser =
        `#!/bin/sh\nprintf '%s' "$1" > "${opened}.part"; mv "${opened}.part" "${opened}"\n`;
      await Deno.writeTextFile(join(folder, "xdg-open"), browser, { mode: 0o700 });
      const address = "https://connect.example.com/authorize?client_id=a&state=b";
      const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "--quiet",
          "--no-prompt",
          ...permissionsIn(ways["deno task seh"]),
          script,
          address,
        ],
        env: { PATH: `${folder}:${Deno.env.get("PATH")}` },
        stdin: "null",
      }).output();
      assert.equal(
        new TextDecoder().decode(stdout),
        "true prompt\n",
        new TextDecoder().decode(stderr),
      );
      assert.equal(await contentOf(opened), address);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

/** What a file holds once it is there; whoever writes it has been started and not waited for. */
async function contentOf(path: string): Promise<string> {
  for (let tries = 0; tries < 500; tries++) {
    try {
      return await Deno.readTextFile(path);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
  throw new Error(`${path} did not appear`);
}
