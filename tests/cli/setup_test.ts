// Not in test:fast: first hours from end to end.
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { credentialProblem, withSettings } from "../../src/settings/settings_edit.ts";
import { firstHour } from "../support/first_hour.ts";
import { runSeh } from "../support/run_seh.ts";

Deno.test("setup leads a homeowner from an empty folder to the data", async () => {
  await using home = await firstHour(80, { perMinute: 1000 });
  const { code, screen } = await home.seh(["setup", "--no-browser"], {
    answers: {
      "What": "home",
      "Client id": home.clientId,
      "Client secret": home.clientSecret,
      "Fetch": true,
    },
  });
  const text = screen.join("\n");
  assert.equal(code, 0, text);
  assert.match(text, /1\. Open https:\/\/developer\.solaredge\.com/);
  assert.match(text, /English letters only/);
  assert.match(
    text,
    /\$ seh login --no-browser\n.*Example Home.*\$ seh check-api\n.*\$ seh sync\n.*new rows/s,
  );
  assert.match(text, /Done\. Next:\n {2}seh status/);
  assert.ok(!text.includes(home.clientSecret), text);
  assert.deepEqual(screen.filter((line) => line.length > 80), []);
  const file = join(home.cwd, ".env");
  assert.equal(Deno.statSync(file).mode! & 0o777, 0o600);
  assert.equal(
    Deno.readTextFileSync(file),
    `SEH_OAUTH_CLIENT_ID=${home.clientId}\nSEH_OAUTH_CLIENT_SECRET=${home.clientSecret}\n`,
  );
});

Deno.test("setup takes a fleet's key, lists the sites and asks before it fetches", async () => {
  await using home = await firstHour(80, { perMinute: 1000 });
  const { code, screen } = await home.seh(["setup"], {
    answers: { "What": "fleet", "API key": home.fleetKey },
  });
  const text = screen.join("\n");
  assert.equal(code, 0, text);
  assert.match(text, /\$ seh check-api\n.*Example Home/s);
  assert.doesNotMatch(text, /\$ seh sync\n/);
  assert.match(text, /Next:\n {2}seh sync /);
  assert.ok(!text.includes(home.fleetKey));
  assert.equal(Deno.readTextFileSync(join(home.cwd, ".env")), `SEH_API_KEY=${home.fleetKey}\n`);
});

Deno.test("a key that SolarEdge refuses ends the setup with its code and the way to go on", async () => {
  await using home = await firstHour(80, { perMinute: 1000 });
  const { code, screen } = await home.seh(["setup"], {
    answers: { "What": "fleet", "API key": "wrong-key" },
  });
  assert.equal(code, 4);
  assert.match(screen.join("\n"), /The settings are kept\. .* go on with: seh check-api/s);
});

Deno.test("a first sync that lacks something still ends with what comes next", async () => {
  await using home = await firstHour(80, { perMinute: 1000 });
  home.server.inject({ kind: "wrong-shape", endpoint: "/v2/sites/{id}/power", times: Infinity });
  const { code, screen } = await home.seh(["setup"], {
    answers: { "What": "fleet", "API key": home.fleetKey, "Fetch": true },
  });
  const text = screen.join("\n");
  assert.equal(code, 5, text);
  assert.doesNotMatch(text, /When this is mended/);
  assert.match(text, /Next:\n {2}seh status /);
});

Deno.test("setup keeps what the file holds, and offers the application that stands there", async () => {
  await using home = await firstHour(80, { perMinute: 1000 });
  const file = join(home.cwd, ".env");
  const before =
    `# mine\nSEH_OAUTH_CLIENT_ID=${home.clientId}\nSEH_OAUTH_CLIENT_SECRET=${home.clientSecret}\n`;
  await Deno.writeTextFile(file, before);
  const { code, screen } = await home.seh(["setup", "--no-browser"], {
    answers: { "What": "home", "Use": true },
  });
  assert.equal(code, 0, screen.join("\n"));
  assert.match(home.questions[1], /^Use the client id and secret in .*\.env\?$/);
  assert.equal(Deno.readTextFileSync(file), before);
});

Deno.test("without a terminal setup asks nothing and prints the guide", async () => {
  const cwd = await Deno.makeTempDir({ prefix: "seh-setup-test-" });
  try {
    const { code, stdout, stderr } = await runSeh(["setup"], { cwd });
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(
      stdout,
      /developer\.solaredge\.com.*SEH_OAUTH_CLIENT_ID=.*SEH_API_KEY=.*seh demo/s,
    );
    assert.throws(() => Deno.statSync(join(cwd, ".env")), Deno.errors.NotFound);
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
});

Deno.test("a setting takes the place of its line or of its example, else comes last", () => {
  const text = "# about keys\n#A=1\nexport B=2 # old\nC=3\n";
  assert.equal(
    withSettings(text, { A: "x", B: "y", D: "z" }),
    "# about keys\nA=x\nB=y\nC=3\nD=z\n",
  );
  assert.equal(withSettings("", { A: "x" }), "A=x\n");
  assert.equal(withSettings("A=1\r\nB=2", { A: "x" }), "A=x\nB=2\n");
});

Deno.test("what cannot be a credential is said to be none", () => {
  assert.equal(credentialProblem(" abc-DEF_123 "), null);
  for (const wrong of ["", "  ", "a b", '"abc"', "abc#", "SEH_API_KEY=abc"]) {
    assert.match(credentialProblem(wrong) ?? "", /^.+ ?[Pp]lease paste|^Please paste/, wrong);
  }
});

Deno.test({
  name:
    "Ctrl+C at the first question of a real terminal ends the setup with 130 and writes nothing",
  ignore: Deno.build.os !== "linux" || !hasScript(),
  async fn() {
    const cwd = await Deno.makeTempDir({ prefix: "seh-setup-test-" });
    try {
      const seh = fileURLToPath(new URL("../../contrib/bin/seh", import.meta.url));
      const child = new Deno.Command("script", {
        args: ["--quiet", "--return", "--command", `${seh} setup`, "/dev/null"],
        cwd,
        env: { TERM: "xterm", XDG_STATE_HOME: cwd, XDG_CONFIG_HOME: cwd },
        stdin: "piped",
        stdout: "piped",
      }).spawn();
      const typing = child.stdin.getWriter();
      let shown = "";
      for await (const piece of child.stdout.pipeThrough(new TextDecoderStream())) {
        const before = shown.includes("navigate");
        shown += piece;
        if (!before && shown.includes("navigate")) await typing.write(new Uint8Array([3]));
      }
      await typing.close().catch(() => {});
      assert.equal((await child.status).code, 130, shown);
      assert.match(shown, /What do you want to do\?.*Try seh without an account/s);
      assert.throws(() => Deno.statSync(join(cwd, ".env")), Deno.errors.NotFound);
    } finally {
      await Deno.remove(cwd, { recursive: true });
    }
  },
});

/** `script` of util-linux gives a program a terminal. */
function hasScript(): boolean {
  try {
    return new Deno.Command("script", { args: ["--version"] }).outputSync().success;
  } catch {
    return false;
  }
}
