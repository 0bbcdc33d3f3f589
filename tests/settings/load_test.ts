import assert from "node:assert/strict";
import { inspect } from "node:util";
import { loadSettings, requireApiKey, type SettingSources } from "../../src/settings/load.ts";
import { dataTypes } from "../../src/model/data_type.ts";
import { type SettingFact, settingFacts } from "../../src/settings/setting_facts.ts";
import { SettingsError } from "../../src/settings/settings.ts";

const home = { HOME: "/home/ada" };

function load(environment: Record<string, string>, more: Partial<SettingSources> = {}) {
  return loadSettings({ environment: { ...home, ...environment }, file: null, cwd: "/w", ...more });
}

function loadFile(text: string, environment: Record<string, string> = {}) {
  return load(environment, { file: { path: "/w/.env", text } });
}

/** The mistakes that loading ends in. */
function mistakes(deed: () => unknown): readonly string[] {
  try {
    deed();
  } catch (error) {
    assert.ok(error instanceof SettingsError, String(error));
    assert.equal(error.message, error.mistakes.join("\n"));
    return error.mistakes;
  }
  assert.fail("no mistake was found");
}

Deno.test("with nothing set, every setting has the default of the documentation", () => {
  const settings = load({});
  assert.deepEqual(
    JSON.parse(JSON.stringify(settings)),
    {
      apiKey: null,
      apiAccountKey: null,
      apiBaseUrl: "https://monitoringapi.solaredge.com/",
      apiVersion: "auto",
      oauthClientId: null,
      oauthClientSecret: null,
      oauthAuthorizeUrl: "https://connect.solaredge.com/authorize",
      oauthRedirectUri: "http://localhost:8976/callback",
      tokenFile: "/home/ada/.local/state/seh/tokens.json",
      apiTimeoutSeconds: 10,
      apiMaxConcurrent: 3,
      apiDailyLimit: 300,
      apiMonthlyLimit: 2000,
      apiMinuteLimit: 10,
      apiBillingDay: 1,
      databaseUrl: "***",
      siteIds: null,
      siteTimeZones: {},
      energyLookbackDays: 365,
      powerLookbackDays: 7,
      syncOverlapMinutes: 15,
      maxRetries: 3,
      retryDelaySeconds: 2,
      errorHandling: "lenient",
      skipDataTypes: [],
      spareQuota: "spend",
      logLevel: "INFO",
      logFile: null,
      logMaxBytes: 10_485_760,
      logBackupCount: 5,
      quotaFile: "/home/ada/.local/state/seh/quota.json",
      archiveDir: null,
      notes: [],
    },
  );
  assert.equal(settings.databaseUrl.reveal(), "sqlite:///./seh.db");
});

Deno.test("the table of settings names every setting once, and its defaults are what one gets", () => {
  const facts: readonly SettingFact[] = settingFacts;
  const fields = facts.map((fact) => fact.field);
  assert.deepEqual(
    [...fields, "notes"].toSorted(),
    Object.keys(load({})).toSorted(),
  );
  const written = Object.fromEntries(
    facts.flatMap((fact) => fact.default === null ? [] : [[fact.name, fact.default]]),
  );
  assert.deepEqual(JSON.stringify(load(written)), JSON.stringify(load({})));
});

Deno.test("every setting can be set, in the environment and in the file", () => {
  const values = {
    SEH_API_KEY: "KEY1",
    SEH_API_ACCOUNT_KEY: "KEY2",
    SEH_API_BASE_URL: "http://127.0.0.1:8080/",
    SEH_API_VERSION: "1",
    SEH_OAUTH_CLIENT_ID: "client",
    SEH_OAUTH_CLIENT_SECRET: "hush",
    SEH_OAUTH_AUTHORIZE_URL: "https://login.example.com/authorize",
    SEH_OAUTH_REDIRECT_URI: "http://localhost:9000/back",
    SEH_TOKEN_FILE: "state/tokens",
    SEH_API_TIMEOUT: "2.5",
    SEH_API_MAX_CONCURRENT: "2",
    SEH_API_DAILY_LIMIT: "250",
    SEH_API_MONTHLY_LIMIT: "1000000",
    SEH_API_MINUTE_LIMIT: "5",
    SEH_API_BILLING_DAY: "15",
    SEH_DATABASE_URL: "postgresql+psycopg://ada:pw@db/seh",
    SEH_SITE_IDS: "12, 34,12",
    SEH_SITE_TIME_ZONES: "12=Europe/Berlin, 34 = America/New_York",
    SEH_ENERGY_LOOKBACK_DAYS: "30",
    SEH_POWER_LOOKBACK_DAYS: "3",
    SEH_SYNC_OVERLAP_MINUTES: "0",
    SEH_MAX_RETRIES: "0",
    SEH_RETRY_DELAY: "0.25",
    SEH_ERROR_HANDLING: "STRICT",
    SEH_SKIP_DATA_TYPES: "sensors,power_details",
    SEH_SPARE_QUOTA: "keep",
    SEH_LOG_LEVEL: "debug",
    SEH_LOG_FILE: "/var/log/seh.log",
    SEH_LOG_MAX_BYTES: "1000",
    SEH_LOG_BACKUP_COUNT: "0",
    SEH_QUOTA_FILE: "quota",
    SEH_ARCHIVE_DIR: "answers",
  };
  assert.deepEqual(
    settingFacts.map(({ name }) => name).filter((name) => !(name in values)),
    [],
    "each setting needs a value in `values` above, and what becomes of it in `expected` below",
  );
  const expected = {
    apiKey: "***",
    apiAccountKey: "***",
    apiBaseUrl: "http://127.0.0.1:8080/",
    apiVersion: "1",
    oauthClientId: "client",
    oauthClientSecret: "***",
    oauthAuthorizeUrl: "https://login.example.com/authorize",
    oauthRedirectUri: "http://localhost:9000/back",
    tokenFile: "/w/state/tokens",
    apiTimeoutSeconds: 2.5,
    apiMaxConcurrent: 2,
    apiDailyLimit: 250,
    apiMonthlyLimit: 1_000_000,
    apiMinuteLimit: 5,
    apiBillingDay: 15,
    databaseUrl: "***",
    siteIds: [12, 34],
    siteTimeZones: {},
    energyLookbackDays: 30,
    powerLookbackDays: 3,
    syncOverlapMinutes: 0,
    maxRetries: 0,
    retryDelaySeconds: 0.25,
    errorHandling: "strict",
    skipDataTypes: ["sensors", "power-details"],
    spareQuota: "keep",
    logLevel: "DEBUG",
    logFile: "/var/log/seh.log",
    logMaxBytes: 1000,
    logBackupCount: 0,
    quotaFile: "/w/quota",
    archiveDir: "/w/answers",
    notes: [],
  };
  const text = Object.entries(values).map(([name, value]) => `${name}=${value}`).join("\n");
  for (const settings of [load(values), loadFile(text)]) {
    assert.deepEqual(JSON.parse(JSON.stringify(settings)), expected);
    // A map has no JSON.
    assert.deepEqual(
      [...settings.siteTimeZones],
      [[12, "Europe/Berlin"], [34, "America/New_York"]],
    );
    assert.equal(settings.apiKey?.reveal(), "KEY1");
    assert.equal(settings.databaseUrl.reveal(), "postgresql+psycopg://ada:pw@db/seh");
  }
});

Deno.test("the environment wins over the file, and an empty value is none", () => {
  const settings = loadFile("SEH_API_KEY=FILE\nSEH_MAX_RETRIES=7\nSEH_API_TIMEOUT=4", {
    SEH_API_KEY: "ENV",
    SEH_MAX_RETRIES: "",
  });
  assert.equal(settings.apiKey?.reveal(), "ENV");
  assert.equal(settings.maxRetries, 7);
  assert.equal(settings.apiTimeoutSeconds, 4);
});

Deno.test("a settings file may have a byte order mark, comments, quotes, export and other programs' names", () => {
  const settings = loadFile(
    "\uFEFFSEH_API_KEY=KEY\r\n" +
      "# SEH_WRONG=1\r\n" +
      "export SEH_MAX_RETRIES='2' # often enough\r\n" +
      'SEH_DATABASE_URL="sqlite:///./a#b.db"\r\n' +
      "PATH_OF_OTHERS=1\r\n" +
      "SEH_LOG_FILE= # nowhere\r\n",
  );
  assert.equal(settings.apiKey?.reveal(), "KEY");
  assert.equal(settings.maxRetries, 2);
  assert.equal(settings.databaseUrl.reveal(), "sqlite:///./a#b.db");
  assert.equal(settings.logFile, null);
});

Deno.test("all mistakes come at once, each with the name, what was given and what is allowed", () => {
  assert.deepEqual(
    mistakes(() =>
      loadFile("SEH_API_TIMEOUT=soon\nSEH_SITE_IDS=12,x7", {
        SEH_ERROR_HANDLING: "tolerant",
        SEH_MAX_RETRIES: "-1",
        SEH_API_BILLING_DAY: "32",
        SEH_SKIP_DATA_TYPES: "alerts,sensor",
      })
    ),
    [
      'SEH_API_TIMEOUT (/w/.env, line 1) is "soon"; allowed: seconds above 0, up to 86400, such as 10 or 2.5',
      'SEH_API_BILLING_DAY is "32"; allowed: a whole number from 1 to 31',
      'SEH_SITE_IDS (/w/.env, line 2) is "12,x7"; "x7" is no site id; allowed: the ids of sites, separated by commas, such as 1234567,1234568',
      'SEH_MAX_RETRIES is "-1"; allowed: a whole number from 0 to 100',
      'SEH_ERROR_HANDLING is "tolerant"; allowed: lenient, strict, skip',
      'SEH_SKIP_DATA_TYPES is "alerts,sensor"; "sensor" is no type of data; the nearest is sensors; allowed: ' +
      dataTypes.join(", "),
    ],
  );
});

Deno.test("an unknown name is a mistake that names the nearest known one", () => {
  assert.deepEqual(
    mistakes(() =>
      loadFile("SEH_APIKEY=hidden", { SEH_LOG_LEVLE: "INFO", SEH_LOG_LEVEL_FILE: "x" })
    ),
    [
      "SEH_LOG_LEVLE is no setting; the nearest is SEH_LOG_LEVEL",
      "SEH_LOG_LEVEL_FILE is no setting; the nearest is SEH_LOG_LEVEL",
      "SEH_APIKEY (/w/.env, line 1) is no setting; the nearest is SEH_API_KEY",
    ],
  );
});

Deno.test("names of the older Python tool are accepted with a note", () => {
  const settings = loadFile("SEH_SMTP_HOST=mail\nSEH_POWER_TIME_UNIT=HOUR\n", {
    SEH_NOTIFY_ON_ERROR: "true",
    SEH_NOTIFY_ON_SUCCESS: "false",
    SEH_POWER_DETAILS_LOOKBACK_DAYS: "3",
    SEH_SMTP_PASSWORD: "hush",
  });
  assert.equal(settings.notes.length, 1);
  for (
    const name of [
      "SEH_SMTP_HOST",
      "SEH_POWER_TIME_UNIT",
      "SEH_NOTIFY_ON_ERROR",
      "SEH_NOTIFY_ON_SUCCESS",
      "SEH_POWER_DETAILS_LOOKBACK_DAYS",
      "SEH_SMTP_PASSWORD",
    ]
  ) assert.ok(settings.notes[0].includes(name), name);
  assert.ok(!settings.notes[0].includes("hush"));
});

Deno.test("a line of the settings file that would be dropped or cut is a mistake", () => {
  assert.deepEqual(
    mistakes(() => loadFile("\nSEH_API_KEY: KEY\nexport SEH_MAX_RETRIES 3\nSEH_LOG_FILE=a#b.log")),
    [
      "SEH_API_KEY (/w/.env, line 2): the line is not read; allowed: the name, = and the value",
      "SEH_MAX_RETRIES (/w/.env, line 3): the line is not read; allowed: the name, = and the value",
      "SEH_LOG_FILE (/w/.env, line 4): # begins a comment; allowed: the value in quotes, or a space before the comment",
    ],
  );
  assert.deepEqual(mistakes(() => loadFile('SEH_LOG_FILE="a.log\nSEH_MAX_RETRIES=1')), [
    "SEH_LOG_FILE (/w/.env, line 1): the quote at its beginning is not closed on the same line; allowed: a closed quote, or none",
  ]);
});

Deno.test("quotes that a container file kept around a value are reported before anything is sent", () => {
  for (
    const [name, value] of [
      ["SEH_API_KEY", '"AAAA0000BBBB1111"'],
      ["SEH_API_KEY", "'AAAA0000BBBB1111'"],
      ["SEH_API_KEY", 'AAAA0000BBBB1111"'],
      ["SEH_OAUTH_CLIENT_ID", '"client-1"'],
      ["SEH_OAUTH_CLIENT_SECRET", "`AAAA0000BBBB1111`"],
      ["SEH_DATABASE_URL", '"sqlite:///./x.db"'],
      ["SEH_TOKEN_FILE", '"/var/lib/seh/tokens.json"'],
      ["SEH_MAX_RETRIES", '"3"'],
      ["SEH_LOG_FILE", "“seh.log”"],
      ["SEH_SITE_IDS", "„1234567“"],
    ]
  ) {
    const wrong = mistakes(() => load({ [name]: value }));
    assert.equal(wrong.length, 1, name);
    assert.match(wrong[0], /there is a quote at its beginning or end; leave the quotes out/);
    assert.ok(!wrong[0].includes("AAAA0000"), wrong[0]);
  }
  const wrong = mistakes(() => loadFile(`SEH_API_KEY="'AAAA0000BBBB1111'"`));
  assert.match(wrong[0], /^SEH_API_KEY \(\/w\/\.env, line 1\) .*leave the quotes out/);
});

Deno.test("what a shell would have replaced is a mistake, not the name of a folder", () => {
  for (
    const [name, value] of [
      ["SEH_QUOTA_FILE", "$HOME/seh/quota.json"],
      ["SEH_LOG_FILE", "${HOME}/seh.log"],
      ["SEH_ARCHIVE_DIR", "~/archive"],
      ["SEH_TOKEN_FILE", "~"],
      ["SEH_TOKEN_FILE", "%APPDATA%\\tokens.json"],
      ["SEH_DATABASE_URL", "sqlite:///$HOME/seh.db"],
      ["SEH_DATABASE_URL", "sqlite:////srv/${NAME}/seh.db"],
      ["SEH_DATABASE_URL", "sqlite:///~/seh.db"],
      ["SEH_API_KEY", "$SOLAREDGE_KEY"],
      ["SEH_API_KEY", "${SOLAREDGE_KEY:-none}"],
      ["SEH_API_KEY_FILE", "~/key"],
    ]
  ) {
    const wrong = mistakes(() => load({ [name!]: value! }));
    assert.equal(wrong.length, 1, `${name}=${value}`);
    assert.match(wrong[0]!, /is not replaced here; write what it stands for/, `${name}=${value}`);
  }
  for (
    const [name, value] of [
      ["SEH_LOG_FILE", "/srv/a~b/100%/C$/seh.log"],
      ["SEH_DATABASE_URL", "postgresql://seh:pa$word%40x@db/solar"],
      ["SEH_DATABASE_URL", "sqlite:////srv/~backup/seh.db"],
      ["SEH_API_KEY", "AB$CD"],
    ]
  ) load({ [name!]: value! });
});

Deno.test("names in small letters are a mistake in the environment too", () => {
  assert.deepEqual(mistakes(() => load({ seh_api_key: "AAAA0000BBBB1111" })), [
    "seh_api_key is no setting; the nearest is SEH_API_KEY",
  ]);
});

Deno.test("two settings that name one file are a mistake", () => {
  assert.deepEqual(
    mistakes(() => load({ SEH_TOKEN_FILE: "state.json", SEH_QUOTA_FILE: "/w/state.json" })),
    [
      "SEH_QUOTA_FILE and SEH_TOKEN_FILE name the same file; allowed: a file for each",
    ],
  );
  assert.deepEqual(mistakes(() => load({ SEH_LOG_FILE: "seh.db" })), [
    "SEH_DATABASE_URL and SEH_LOG_FILE name the same file; allowed: a file for each",
  ]);
});

Deno.test("a path, an id or a database with a line break in it is a mistake", () => {
  for (const name of ["SEH_DATABASE_URL", "SEH_LOG_FILE", "SEH_OAUTH_CLIENT_ID"]) {
    assert.equal(mistakes(() => load({ [name]: "sqlite:///data\new.db" })).length, 1, name);
  }
});

Deno.test("a settings file that everybody can read is warned of once, if it holds a secret", () => {
  const notes = (text: string, mode: number | null) =>
    load({}, { file: { path: "/w/.env", text, mode } }).notes;
  const said =
    "Everybody on this machine can read /w/.env, which holds a secret. Run: chmod 600 /w/.env";
  assert.deepEqual(notes("SEH_API_KEY=KEY", 0o100644), [said]);
  assert.deepEqual(notes("SEH_DATABASE_URL=mysql://a:pass@h/d", 0o100604), [said]);
  assert.deepEqual(notes("SEH_OAUTH_CLIENT_SECRET=a\nSEH_API_KEY=b", 0o644), [said]);
  assert.deepEqual(notes("SEH_API_KEY=KEY", 0o100640), []);
  assert.deepEqual(notes("SEH_API_KEY=KEY", null), []);
  assert.deepEqual(notes("SEH_API_KEY=\nSEH_DATABASE_URL=sqlite:///./seh.db", 0o644), []);
});

Deno.test("a secret may come from a file, which is read whole but for the space around it", () => {
  const folder = Deno.makeTempDirSync();
  try {
    Deno.writeTextFileSync(`${folder}/key`, "\uFEFFKEY-FROM-FILE\r\n");
    Deno.writeTextFileSync(`${folder}/url`, "sqlite:////var/seh.db\n");
    const settings = load(
      { SEH_API_KEY_FILE: "key", SEH_DATABASE_URL_FILE: `${folder}/url` },
      { cwd: folder, file: { path: `${folder}/.env`, text: "SEH_API_KEY=IN-THE-ENV-FILE" } },
    );
    assert.equal(settings.apiKey?.reveal(), "KEY-FROM-FILE");
    assert.equal(settings.databaseUrl.reveal(), "sqlite:////var/seh.db");

    // As PowerShell writes it: UTF-16 with a mark.
    const utf16 = new Uint8Array(
      new Uint16Array([..."\uFEFFKEY-16\r\n"].map((one) => one.charCodeAt(0))).buffer,
    );
    Deno.writeFileSync(`${folder}/key16`, utf16);
    assert.equal(load({ SEH_API_KEY_FILE: `${folder}/key16` }).apiKey?.reveal(), "KEY-16");

    Deno.writeTextFileSync(`${folder}/empty`, "\n");
    const wrong = mistakes(() =>
      load({
        SEH_API_KEY_FILE: `${folder}/none`,
        SEH_API_ACCOUNT_KEY_FILE: `${folder}/empty`,
        SEH_OAUTH_CLIENT_SECRET_FILE: `${folder}/key`,
        SEH_OAUTH_CLIENT_SECRET: "hush",
      })
    );
    assert.equal(wrong.length, 3);
    assert.match(wrong[0], /^SEH_API_KEY_FILE is ".*none"; .*No such file.*; allowed: a file/);
    assert.match(wrong[1], /^SEH_API_ACCOUNT_KEY_FILE is ".*empty"; the file is empty; allowed: /);
    assert.match(
      wrong[2],
      /^SEH_OAUTH_CLIENT_SECRET and SEH_OAUTH_CLIENT_SECRET_FILE are both set/,
    );
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("secrets appear in no mistake and in no text of the settings", () => {
  const wrong = mistakes(() =>
    load({
      SEH_API_KEY: "S3CRET-1 with-space",
      SEH_OAUTH_CLIENT_SECRET: "S3CRET-2",
      SEH_DATABASE_URL: "S3CRET-3",
      SEH_API_BASE_URL: "https://user:S3CRET-4@example.com/",
      SEH_OAUTH_AUTHORIZE_URL: "http://example.com/?api_key=S3CRET-5",
      SEH_LOG_LEVEL: "S3CRET-2",
    })
  );
  assert.equal(wrong.length, 5);
  assert.ok(!wrong.join("\n").includes("S3CRET"), wrong.join("\n"));

  const settings = load({ SEH_API_KEY: "S3CRET", SEH_DATABASE_URL: "mysql://a:S3CRET@db/x" });
  for (const shown of [String(settings.apiKey), inspect(settings), Deno.inspect(settings)]) {
    assert.ok(!shown.includes("S3CRET"));
  }
});

Deno.test("the API's address is https, or http on this machine, without a generation", () => {
  for (
    const [given, address] of [
      ["https://api.example.com", "https://api.example.com/"],
      ["https://api.example.com/solar//", "https://api.example.com/solar"],
      ["http://localhost:8080", "http://localhost:8080/"],
      ["http://[::1]:8080/", "http://[::1]:8080/"],
    ]
  ) assert.equal(load({ SEH_API_BASE_URL: given }).apiBaseUrl.href, address);
  for (
    const given of [
      "http://api.example.com",
      "http://127.0.0.1.example.com",
      "https://api.example.com?x=1",
      "https://api.example.com#x",
      "ftp://api.example.com",
      "api.example.com",
    ]
  ) {
    const [mistake] = mistakes(() => load({ SEH_API_BASE_URL: given }));
    assert.match(mistake, /^SEH_API_BASE_URL is ".*"; allowed: an https:\/\/ address/);
  }
  for (const given of ["https://api.example.com/v2", "https://api.example.com/V2/"]) {
    const [mistake] = mistakes(() => load({ SEH_API_BASE_URL: given }));
    assert.match(mistake, /^SEH_API_BASE_URL is ".*"; seh adds \/v2 by itself; leave it out;/i);
  }
});

Deno.test("seconds may be fractions, limits are positive whole numbers", () => {
  assert.equal(load({ SEH_API_TIMEOUT: ".5" }).apiTimeoutSeconds, 0.5);
  assert.equal(load({ SEH_RETRY_DELAY: "0" }).retryDelaySeconds, 0);
  for (
    const [name, text] of [
      ["SEH_API_TIMEOUT", "0"],
      ["SEH_API_TIMEOUT", "1e9"],
      ["SEH_API_TIMEOUT", "10s"],
      ["SEH_RETRY_DELAY", "-1"],
      ["SEH_API_DAILY_LIMIT", "0"],
      ["SEH_API_DAILY_LIMIT", "2.5"],
      ["SEH_API_DAILY_LIMIT", "99999999999999999999"],
      ["SEH_API_MAX_CONCURRENT", "0x3"],
      ["SEH_SITE_IDS", "0"],
      ["SEH_SITE_IDS", ","],
      ["SEH_SITE_TIME_ZONES", "Europe/Berlin"],
      ["SEH_SITE_TIME_ZONES", "0=Europe/Berlin"],
      ["SEH_SITE_TIME_ZONES", "12=AEST"],
      ["SEH_SITE_TIME_ZONES", "12=Europe/Berlin,12=UTC"],
      ["SEH_DATABASE_URL", "./seh.db"],
    ]
  ) assert.equal(mistakes(() => load({ [name]: text })).length, 1, `${name}=${text}`);
  assert.deepEqual(mistakes(() => load({ SEH_SITE_TIME_ZONES: "12=UTC,13=AEST" })), [
    'SEH_SITE_TIME_ZONES is "12=UTC,13=AEST"; "AEST" is no time zone; allowed: ids of sites with an IANA time zone each, such as 1234567=Europe/Berlin,1234568=UTC',
  ]);
  assert.deepEqual(
    [...load({ SEH_SITE_TIME_ZONES: "12=europe/berlin, 34 = GMT+10" }).siteTimeZones],
    [[12, "Europe/Berlin"], [34, "Etc/GMT-10"]],
  );
  assert.equal(load({ SEH_SITE_IDS: "all" }).siteIds, null);
  assert.deepEqual(load({ SEH_SKIP_DATA_TYPES: "none" }).skipDataTypes, []);
});

Deno.test("state lives where the setting, the service or the user's folders say", () => {
  const quotaFile = (environment: Record<string, string>) =>
    loadSettings({ environment, file: null, cwd: "/w" }).quotaFile;
  const all = {
    SEH_QUOTA_FILE: "/q/q.json",
    STATE_DIRECTORY: "/var/lib/seh:/var/lib/other",
    XDG_STATE_HOME: "/home/ada/state",
    HOME: "/home/ada",
  };
  const { SEH_QUOTA_FILE: _, ...service } = all;
  const { STATE_DIRECTORY: __, ...user } = service;
  assert.equal(quotaFile(all), "/q/q.json");
  assert.equal(quotaFile(service), "/var/lib/seh/quota.json");
  assert.equal(quotaFile(user), "/home/ada/state/seh/quota.json");
  assert.equal(quotaFile(home), "/home/ada/.local/state/seh/quota.json");
  const settings = loadSettings({
    environment: { SEH_QUOTA_FILE: "state/q.json" },
    file: null,
    cwd: "/w",
  });
  assert.equal(settings.tokenFile, "/w/state/tokens.json");
  assert.match(mistakes(() => quotaFile({}))[0], /^SEH_QUOTA_FILE is not set, .*HOME/);
});

Deno.test("without an API key the settings are fine until the API is needed", () => {
  const [mistake] = mistakes(() => requireApiKey(load({})));
  assert.match(
    mistake,
    /^seh needs access to SolarEdge.* seh setup.* seh login.* SEH_API_KEY .*SEH_API_KEY_FILE.* seh demo/,
  );
  assert.equal(requireApiKey(load({ SEH_API_KEY: "KEY" })).reveal(), "KEY");
});
