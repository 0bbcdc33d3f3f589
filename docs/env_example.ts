import { type SettingFact, settingFacts } from "../src/settings/setting_facts.ts";

const introduction = [
  "Settings of seh. Copy this file to .env and let nobody else read it (chmod 600 .env). Write your " +
  "credentials into it; to change another setting, remove the # before its line. The values shown " +
  "are the defaults. What the environment sets, wins.",
  "A secret may come from a file instead: SEH_API_KEY_FILE=/run/secrets/seh_api_key",
];

/** The text of `.env.example`, made from the facts about the settings. */
export function envExample(): string {
  const facts: readonly SettingFact[] = settingFacts;
  return introduction.map(comment).join("") + facts.map(lines).join("");
}

function lines({ name, default: value, doc, section, secret }: SettingFact): string {
  const credential = secret === true && value === null || name === "SEH_OAUTH_CLIENT_ID";
  return (section ? `\n${comment(`--- ${section}`)}` : "") + "\n" +
    comment(`${doc[0].toUpperCase()}${doc.slice(1)}.`) +
    `${credential ? "" : "#"}${name}=${value ?? ""}\n`;
}

/** A text as comment lines of at most 100 characters. */
function comment(text: string): string {
  const rows = [""];
  for (const word of text.split(" ")) {
    const last = rows[rows.length - 1];
    if (last !== "" && last.length + word.length > 96) rows.push(word);
    else rows[rows.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return rows.map((row) => `# ${row}\n`).join("");
}

/** The README with its tables of settings made anew: a table for each section, in the order of the facts. */
export function withSettings(readme: string): string {
  const sections: SettingFact[][] = [];
  for (const fact of settingFacts as readonly SettingFact[]) {
    if (fact.section) sections.push([]);
    sections.at(-1)!.push(fact);
  }
  const tables = [...readme.matchAll(table)].length;
  if (tables !== sections.length) {
    throw new Error(
      `README.md has ${tables} tables of settings, setting_facts.ts ${sections.length} sections`,
    );
  }
  return readme.replaceAll(table, () => tableOf(sections.shift()!));
}

const table = /^\| setting +\|.*\n(?:\|.*\n)*/gm;

function tableOf(facts: readonly SettingFact[]): string {
  const cells = facts.map((one) => [
    `\`${one.name}\``,
    one.default === null ? "" : `\`${one.default}\``,
    one.doc,
  ]);
  const heads = ["setting", "default", "meaning"];
  const widths = heads.map((head, at) =>
    Math.max(head.length, ...cells.map((row) => row[at].length))
  );
  const rule = widths.map((width) => "-".repeat(width));
  return [heads, rule, ...cells]
    .map((row) => `| ${row.map((cell, at) => cell.padEnd(widths[at])).join(" | ")} |\n`).join("");
}

if (import.meta.main) {
  await Deno.writeTextFile(".env.example", envExample());
  await Deno.writeTextFile("README.md", withSettings(await Deno.readTextFile("README.md")));
}
