import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import manifest from "../../deno.json" with { type: "json" };

const script = fileURLToPath(new URL("../support/open_browser.ts", import.meta.url));
const textOf = (path: string) => Deno.readTextFileSync(new URL(`../../${path}`, import.meta.url));

/** The permissions of a way of starting seh. */
const permissionsIn = (command: string) =>
  command.replace("${ALLOW_NET:+=$ALLOW_NET}", "")
    .match(/--(?:allow|deny|no-prompt)\S*/g)!.toSorted();

/** Every way of starting that the documents name. */
const ways = {
  "deno task seh": manifest.tasks.seh.command,
  "deno task compile": manifest.tasks.compile.command.replace("--allow-run --allow-read ", ""),
  "contrib/seh.sh": textOf("contrib/seh.sh"),
  "contrib/bin/seh": textOf("contrib/bin/seh"),
};

Deno.test("every documented way of starting seh has the same permissions", () => {
  const [first, ...others] = Object.values(ways).map(permissionsIn);
  for (const one of others) assert.deepEqual(one, first);
});

Deno.test("the demo has the same permissions, but starts no program and talks to this machine alone", () => {
  const own = permissionsIn(ways["deno task seh"]).filter((one) => !one.startsWith("--allow-run"))
    .map((one) => one === "--allow-net" ? "--allow-net=127.0.0.1" : one);
  assert.deepEqual(permissionsIn(manifest.tasks.demo.command), own);
});

Deno.test("the page about security names each permission, and none that is not given", () => {
  const page = textOf("docs/security.md");
  const table = page.slice(page.indexOf("## Permissions"), page.indexOf("## Threats"));
  const rows = table.split("\n").filter((line) => line.startsWith("| `--"));
  const named = rows.flatMap((row) => row.split("|")[1]!.match(/--[^`\s]+/g)!);
  assert.deepEqual(named.toSorted(), permissionsIn(ways["deno task seh"]));
});

Deno.test({
  name: "contrib/seh.sh talks to the hosts of ALLOW_NET alone",
  ignore: Deno.build.os === "windows",
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "seh-net-test-" });
    try {
      const program = join(folder, "seh.js");
      await Deno.writeTextFile(
        program,
        `const asked = (host) => Deno.permissions.querySync({ name: "net", host }).state;
        console.log(asked("a.example:443"), asked("b.example:443"));`,
      );
      const script = textOf("contrib/seh.sh").replace("/usr/local/lib/seh/seh.js", program);
      const said = async (env: Record<string, string>) => {
        const { stdout } = await new Deno.Command("/bin/sh", { args: ["-c", script], env })
          .output();
        return new TextDecoder().decode(stdout).trim();
      };
      assert.equal(await said({ ALLOW_NET: "a.example:443" }), "granted prompt");
      assert.equal(await said({}), "granted granted");
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: "contrib/bin/seh runs in any folder, through a link too",
  ignore: Deno.build.os === "windows",
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "seh-bin-test-" });
    try {
      const link = join(folder, "seh");
      await Deno.symlink(fileURLToPath(new URL("../../contrib/bin/seh", import.meta.url)), link);
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
