import assert from "node:assert/strict";
import { readSettingsText } from "../../src/settings/settings_file.ts";
import { passwordsOf, secretSettings } from "../../src/settings/setting_secrets.ts";
import { settingFacts } from "../../src/settings/setting_facts.ts";
import { textOf } from "../../src/settings/settings_text.ts";
import { runSeh } from "../support/run_seh.ts";

const read = (text: string) => readSettingsText("/w/.env", text);
const key = "AAAA0000BBBB1111CCCC2222DDDD3333";

Deno.test("a quote that is not closed swallows no setting, whoever closes it", () => {
  for (
    const [text, line] of [
      [`NOTE="inverter hangs in the 19 inch rack\nSEH_SITE_IDS=1234567\nOTHER="cellar"`, 1],
      [`A=1\nNOTE='it is here\n\nexport SEH_SITE_IDS=1\nB='x'`, 2],
      [`NOTE="never closed\nSEH_SITE_IDS=1234567`, 1],
      [`NOTE="on its own line SEH_SITE_IDS=1\nmore"`, 1],
    ] as const
  ) {
    const { mistakes } = read(`SEH_API_KEY=${key}\n${text}`);
    assert.equal(mistakes.length, 1, text);
    assert.match(
      mistakes[0],
      new RegExp(`^NOTE \\(/w/\\.env, line ${line + 1}\\): the quote . at`),
    );
    assert.match(mistakes[0], /a setting stands within it on line \d/);
    assert.ok(!mistakes[0].includes("rack"), mistakes[0]);
  }
  const { mistakes } = read(`SEH_LOG_FILE="a.log\nSEH_SITE_IDS=1\nOTHER="x"`);
  assert.match(mistakes[0], /^SEH_LOG_FILE \(\/w\/\.env, line 1\): the quote .* is not closed/);
});

Deno.test("a text of several lines of another program is none of our business", () => {
  const text = `PEM="-----BEGIN\nabc=\n-----END"\nSEH_SITE_IDS=1\nODD='never closed\nX=2`;
  const { values, mistakes, lines } = read(text);
  assert.deepEqual(mistakes, []);
  assert.deepEqual([values.SEH_SITE_IDS, lines.SEH_SITE_IDS, values.X], ["1", 4, "2"]);
});

Deno.test("a setting inside another's value is a mistake", () => {
  for (
    const text of [
      "SEH_SITE_IDS=1 SEH_API_VERSION=2",
      `SEH_API_KEY="${key}\\nSEH_SITE_IDS=1"`,
      "OTHER=x SEH_SITE_IDS=1",
      "OTHER='a' SEH_SITE_IDS=1",
    ]
  ) {
    const { mistakes } = read(text);
    assert.match(mistakes.join(), /line 1\): another setting stands in its value/, text);
    assert.ok(!mistakes.join().includes(key));
  }
  assert.deepEqual(read("OTHER=x # or SEH_SITE_IDS=1\nMY_SEH_KEY=SEH").mistakes, []);
});

Deno.test("lines that are nearly settings are reported with their number, export is read", () => {
  for (
    const line of [
      `set SEH_API_KEY=${key}`,
      `setx SEH_API_KEY ${key}`,
      `$env:SEH_API_KEY="${key}"`,
      `$SEH_API_KEY=${key}`,
      `SEH_API_KEY ${key}`,
      `- SEH_API_KEY=${key}`,
      `"SEH_API_KEY": "${key}",`,
      `declare -x SEH_API_KEY="${key}"`,
    ]
  ) {
    assert.deepEqual(read(`\n${line}`).mistakes, [
      "SEH_API_KEY (/w/.env, line 2): the line is not read; allowed: the name, = and the value",
    ], line);
  }
  assert.deepEqual(read(`seh_api_key=${key}\nexport Seh_Site_Ids=1`).mistakes, [
    "seh_api_key (/w/.env, line 1): names are written in capitals; allowed: SEH_API_KEY, = and the value",
    "Seh_Site_Ids (/w/.env, line 2): names are written in capitals; allowed: SEH_SITE_IDS, = and the value",
  ]);
  assert.deepEqual(
    read(`SEH-API-KEY=${key}\nexport SEH.SITE.IDS=1\nTITLE=a SEH-project`).mistakes,
    [
      "SEH-API-KEY (/w/.env, line 1): names are written with _; allowed: SEH_API_KEY, = and the value",
      "SEH.SITE.IDS (/w/.env, line 2): names are written with _; allowed: SEH_SITE_IDS, = and the value",
    ],
  );
  assert.equal(read(` export  SEH_API_KEY = '${key}' # mine`).values.SEH_API_KEY, key);
});

Deno.test("a name that stands twice is a mistake that names both lines", () => {
  const { mistakes } = read("SEH_SITE_IDS=1\n\nSEH_SITE_IDS=2\nOTHER=1\nOTHER=2");
  assert.deepEqual(mistakes, [
    "SEH_SITE_IDS (/w/.env, line 3): it is set on line 1 already; allowed: one line for a setting",
  ]);
});

Deno.test("a backslash is a backslash in every kind of quotes", () => {
  for (const quote of ['"', "'", "`", ""]) {
    const { values } = read(`SEH_DATABASE_URL=${quote}sqlite:///data\\new.db${quote}`);
    assert.equal(values.SEH_DATABASE_URL, "sqlite:///data\\new.db");
  }
  assert.equal(read('SEH_LOG_FILE="C:\\logs\\"').values.SEH_LOG_FILE, "C:\\logs\\");
});

Deno.test("what follows a closing quote is a comment or a mistake", () => {
  assert.equal(read(`SEH_API_KEY="${key}" # mine`).values.SEH_API_KEY, key);
  for (const rest of ['x"', "x", "#no-space"]) {
    const { mistakes } = read(`SEH_API_KEY="${key}"${rest}`);
    assert.match(mistakes.join(), /line 1\): something follows the closing quote/, rest);
    assert.ok(!mistakes.join().includes(key));
  }
});

Deno.test("the file may be UTF-8 or UTF-16, with any line ends; another encoding is reported with the line", () => {
  const text = "\uFEFFSEH_SITE_IDS=1\r\nSEH_LOG_FILE='größe.log'\rSEH_API_VERSION=2";
  const units = [...text].map((one) => one.charCodeAt(0));
  const little = new Uint8Array(units.flatMap((one) => [one & 255, one >> 8]));
  const big = new Uint8Array(units.flatMap((one) => [one >> 8, one & 255]));
  const utf8 = new TextEncoder().encode(text);
  for (const bytes of [little, big, utf8, little.slice(2), big.slice(2), utf8.slice(3)]) {
    const { values, mistakes } = read(textOf(bytes));
    assert.deepEqual(mistakes, []);
    assert.deepEqual(values, {
      SEH_SITE_IDS: "1",
      SEH_LOG_FILE: "größe.log",
      SEH_API_VERSION: "2",
    });
  }
  const utf32 = new Uint8Array([
    0xff,
    0xfe,
    0,
    0,
    ...units.slice(1).flatMap((one) => [one & 255, one >> 8, 0, 0]),
  ]);
  assert.deepEqual(read(textOf(utf32)).mistakes, [
    "/w/.env, line 1: the line is not UTF-8; allowed: a file that is saved as UTF-8",
  ]);
  const latin1 = new Uint8Array(
    [..."# gr\xf6\xdfe\nSEH_LOG_FILE=gr\xf6\xdfe.log"].map((one) => one.charCodeAt(0)),
  );
  assert.deepEqual(read(textOf(latin1)).mistakes, [
    "SEH_LOG_FILE (/w/.env, line 2): the line is not UTF-8; allowed: a file that is saved as UTF-8",
  ]);
});

Deno.test("what is secret is one fact, and of an address the password alone", () => {
  assert.deepEqual(
    secretSettings.map((one) => one.name),
    settingFacts.filter((one) => "secret" in one).map((one) => one.name),
  );
  const hidden = (url: string) => passwordsOf(url).map((one) => one.reveal());
  assert.deepEqual(hidden("postgresql://seh:p%2Fw@host/db"), ["p%2Fw", "p/w"]);
  assert.deepEqual(hidden("postgresql://seh:77/x@host:5432/db"), ["77/x"]);
  assert.ok(hidden("mysql://seh:a@b?c#d@host/db").includes("a@b?c#d"));
  assert.ok(hidden("postgresql://host/db?user=seh&password=hush").includes("hush"));
  assert.ok(hidden("seh:hush@host/db").includes("hush"));
  for (const one of ["sqlite:///./seh.db", "seh.db", "http://127.0.0.1:80/"]) {
    assert.deepEqual(hidden(one), []);
  }
});

Deno.test("settings come from --config, else ./.env, else the user's folder for configuration", async () => {
  const cwd = await Deno.makeTempDir({ prefix: "seh-settings-" });
  try {
    const level = async (args: readonly string[], env: Record<string, string> = {}) => {
      const { stdout, stderr } = await runSeh(["status", "--diagnostics", "--json", ...args], {
        cwd,
        env,
      });
      assert.notEqual(stdout, "", stderr);
      const { settings, settings_file } = JSON.parse(stdout);
      return [settings.SEH_MAX_RETRIES, settings_file.replace(cwd, "")];
    };
    const put = (path: string, retries: number) => {
      Deno.mkdirSync(`${cwd}/${path}`.replace(/[^/]*$/, ""), { recursive: true });
      Deno.writeTextFileSync(`${cwd}/${path}`, `SEH_MAX_RETRIES=${retries}\n`);
    };
    assert.deepEqual(await level([]), ["3", "none"]);
    put("home/.config/seh/env", 1);
    const home = { HOME: `${cwd}/home` };
    const noConfig = { ...home, XDG_CONFIG_HOME: "", DENO_DIR: Deno.env.get("DENO_DIR") ?? "" };
    if (noConfig.DENO_DIR !== "") {
      assert.deepEqual(await level([], noConfig), ["1", "/home/.config/seh/env"]);
    }
    put("config/seh/env", 2);
    assert.deepEqual(await level([]), ["2", "/config/seh/env"]);
    put(".env", 4);
    assert.deepEqual(await level([]), ["4", "/.env"]);
    put("mine.env", 5);
    assert.deepEqual(await level(["--config", "mine.env"]), ["5", "/mine.env"]);
    assert.deepEqual(await level([], { SEH_MAX_RETRIES: "6" }), ["6", "/.env"]);
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
});

Deno.test("a settings file with a secret that everybody can read is warned of at the start, with what to do", async () => {
  const cwd = await Deno.makeTempDir({ prefix: "seh-settings-" });
  try {
    Deno.writeTextFileSync(`${cwd}/.env`, `SEH_API_KEY=${key}\n`);
    Deno.chmodSync(`${cwd}/.env`, 0o644);
    const open = await runSeh(["status", "--diagnostics"], { cwd });
    assert.match(open.stderr.replaceAll("\n", " "), /Everybody .* can read .*\.env.*chmod 600 /);
    Deno.chmodSync(`${cwd}/.env`, 0o600);
    const closed = await runSeh(["status", "--diagnostics"], { cwd });
    assert.doesNotMatch(closed.stderr, /chmod/);
    assert.ok(!(open.stderr + open.stdout + closed.stdout).includes(key));
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
});
