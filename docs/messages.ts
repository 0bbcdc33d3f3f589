/**
 * The sentences of the program, read out of its source, so that they can be reviewed as prose.
 * `deno task messages` writes docs/messages.md anew; the linter's parser, which reads the source, is there for tests
 * alone, so the task is a test.
 */

/** A sentence that people may read. */
export interface Message {
  /** Where a value stands, its name in braces. */
  readonly text: string;
  /** The exit code it goes with; null: none of its own. */
  readonly exitCode: number | null;
  /** What the function that says it is for. */
  readonly when: string;
}

/** A node of the syntax tree, as far as it matters here. */
interface Node {
  readonly type: string;
  readonly range: readonly [number, number];
  readonly parent?: Node;
  readonly value?: unknown;
  readonly name?: string;
  readonly operator?: string;
  readonly computed?: boolean;
  readonly left?: Node;
  readonly right?: Node;
  readonly callee?: Node;
  readonly tag?: Node;
  readonly key?: Node;
  readonly id?: Node | null;
  readonly property?: Node;
  readonly object?: Node;
  readonly properties?: readonly Node[];
  readonly expressions?: readonly Node[];
  readonly quasis?: readonly { readonly cooked: string }[];
}

const codeOfError: Readonly<Record<string, number>> = {
  UsageError: 2,
  InvalidArgumentError: 2,
  SettingsError: 2,
  NoCredentials: 2,
  StateFileError: 2,
  Explained: 2,
  DatabaseError: 6,
  LockedError: 75,
};

/** Calls in whose words nobody is spoken to: help has its own snapshots, the rest is for machines. */
const silent =
  /^(addHelpText|description|option|Option|Argument|argument|RegExp|statement|prepare|exec|test|URL|import|debug|exitCodesHelp|entry|all|run)$/;

/** The messages of one file. `codeOfKind` gives the exit code of a SourceError by its kind. */
export function messagesOf(
  file: string,
  source: string,
  codeOfKind: (kind: string) => number,
): Message[] {
  const found: Message[] = [];
  const visit = (node: Node) => {
    if (isPart(node.parent)) return;
    const text = textOf(node, source);
    if (text === null || !isSentence(text)) return;
    const path = ancestors(node);
    if (path.some(isSilent) || path.some(isHelp)) return;
    found.push({ text, exitCode: codeOf(path, codeOfKind), when: purpose(path, source) });
  };
  const rule = {
    create: () => ({ Literal: visit, TemplateLiteral: visit, BinaryExpression: visit }),
  };
  // The parser's own types do not name the parent of a node.
  Deno.lint.runPlugin(
    { name: "seh", rules: { messages: rule as unknown as Deno.lint.Rule } },
    file,
    source,
  );
  return found;
}

/** Whether a node is told with the one above it. */
function isPart(parent: Node | undefined): boolean {
  return parent?.type === "BinaryExpression" && parent.operator === "+";
}

/** The text of literals and their sums; null for anything else. */
function textOf(node: Node, source: string): string | null {
  switch (node.type) {
    case "Literal":
      return typeof node.value === "string" ? node.value : null;
    case "TemplateLiteral":
      return node.quasis!.map(({ cooked }, i) => {
        const value = node.expressions?.[i];
        return value ? `${cooked}{${nameOf(value, source)}}` : cooked;
      }).join("");
    case "BinaryExpression": {
      if (node.operator !== "+") return null;
      const [left, right] = [textOf(node.left!, source), textOf(node.right!, source)];
      if (left === null && right === null) return null;
      return `${left ?? `{${nameOf(node.left!, source)}}`}${
        right ?? `{${nameOf(node.right!, source)}}`
      }`;
    }
    default:
      return null;
  }
}

/** A short name for a value that stands in a message. */
function nameOf(node: Node, source: string): string {
  if (node.type === "Identifier") return node.name!;
  if (node.type === "MemberExpression" && !node.computed) return node.property!.name ?? "…";
  if (node.type === "CallExpression" && node.callee!.type === "Identifier") {
    const argument = /\(\s*([\w.]+)/.exec(source.slice(...node.range))?.[1];
    return argument?.split(".").at(-1) ?? "…";
  }
  return "…";
}

/** Words in a row, not code, SQL or a path. */
function isSentence(text: string): boolean {
  const words = text.replaceAll(/\{[^}]*\}/g, "x").trim();
  if (
    /^(select|insert|create|update|delete|with|begin|commit|pragma|set|alter|drop|lock|show|from|on|and|where|copy|analyze|explain|order|union|values|unlock|start|start transaction|savepoint|release|rollback|listen) [a-z_(*"`]/i
      .test(words)
  ) return false;
  if (notSaid.test(words)) return false;
  return /[A-Za-z]{2,}[,;:.)]? +\(?[A-Za-z`]{2,}/.test(words) && words.split(/\s+/).length >= 3;
}

/** Pieces of SQL, files for other programs, and words of the inside. */
const notSaid =
  /<\?xml|^\[Unit\]|\nType=oneshot|\nUMask=|^# |ReadWritePaths|ExecCondition|^second with a |= \?|= \$1|^seh (quota|client|lock) |is not null|is distinct from|isolation level|current_schema|\b(greatest|max|coalesce|values|concat|hashtextextended|unnest|iif|varchar)\(|case when|excluded\.|given\.|as given|from pages|is not x\.x|^x is not x$|where case|add column if|is_complete = 0|^may be absent$|^must be there$|client error \($/;

function ancestors(node: Node): Node[] {
  const path = [node];
  for (let one = node.parent; one; one = one.parent) path.push(one);
  return path;
}

function calleeName(node: Node): string {
  const callee = node.callee ?? node.tag;
  return callee?.name ?? callee?.property?.name ?? "";
}

function isSilent(node: Node): boolean {
  if (/^(Import|ExportAll|TSLiteral|TSTemplate)/.test(node.type)) return true;
  return ["CallExpression", "NewExpression", "TaggedTemplateExpression"].includes(node.type) &&
    silent.test(calleeName(node));
}

/** The texts of help, which have snapshots of their own. */
function isHelp(node: Node): boolean {
  return node.type === "VariableDeclarator" && /help$/i.test(node.id?.name ?? "");
}

function codeOf(path: readonly Node[], codeOfKind: (kind: string) => number): number | null {
  for (const node of path) {
    if (/Function/.test(node.type)) return null;
    if (node.type !== "NewExpression") continue;
    const name = calleeName(node);
    if (name in codeOfError) return codeOfError[name];
    if (name === "Error") return 1;
    if (name !== "SourceError") continue;
    const object = path.findLast((one) =>
      one.type === "ObjectExpression" && one.range[0] > node.range[0]
    );
    const kind = object?.properties?.find((one) => one.key?.name === "kind")?.value as
      | Node
      | undefined;
    return typeof kind?.value === "string" ? codeOfKind(kind.value) : null;
  }
  return null;
}

/** The first sentence of the comment above the nearest function or constant that has one. */
function purpose(path: readonly Node[], source: string): string {
  for (const node of path) {
    if (!/Declaration$|^MethodDefinition$|^ExportNamed/.test(node.type)) continue;
    const before = source.slice(0, node.range[0]).trimEnd();
    if (!before.endsWith("*/")) continue;
    const comment = before.slice(before.lastIndexOf("/**") + 3, -2).replaceAll(/\n\s*\*/g, " ");
    return comment.replaceAll(/\s+/g, " ").trim().split(/(?<=[.!?;:])\s/)[0].replace(/[.;:]$/, "");
  }
  const named = path.find((one) => /FunctionDeclaration|VariableDeclarator/.test(one.type));
  return named?.id?.name ? `\`${named.id.name}\`` : "";
}

/** The rooms whose texts people read, with what they are about. */
const rooms: readonly (readonly [string, string])[] = [
  ["src/cli", "What the commands say"],
  ["src/settings", "Settings"],
  ["src/source/http", "Requests, quota and state files"],
  ["src/source/v1", "SolarEdge's old API"],
  ["src/source/v2", "SolarEdge's API and logins"],
  ["src/sync", "A sync"],
  ["src/database", "Databases"],
  ["src/export", "Exports"],
];

/** The document as the source is today. */
export function messagesDocument(root: URL, codeOfKind: (kind: string) => number): string {
  const parts = [
    "# What the program says",
    "Every sentence of the source that a person may read, made by `deno task messages`; a test keeps it\n" +
    "true. Values stand in braces. The number is the exit code of an error; a sentence without one is a\n" +
    "note, a report, or a part of another sentence. Help texts are in `tests/cli/__snapshots__`.",
  ];
  for (const [folder, title] of rooms) {
    parts.push(`## ${title}`);
    for (const path of filesIn(root, folder)) {
      const source = Deno.readTextFileSync(new URL(path, root));
      const messages = messagesOf(path, source, codeOfKind);
      if (messages.length === 0) continue;
      parts.push(`### ${path.replace("src/", "")}`);
      for (const [when, own] of Map.groupBy(messages, (one) => one.when)) {
        const lines = own.map(({ text, exitCode }) =>
          `- ${exitCode === null ? "" : `**${exitCode}** `}${quoted(text)}`
        );
        parts.push(`${when ? `${plain(when)}:\n\n` : ""}${[...new Set(lines)].join("\n")}`);
      }
    }
  }
  return `${parts.join("\n\n")}\n`;
}

function filesIn(root: URL, folder: string): string[] {
  return [...Deno.readDirSync(new URL(`${folder}/`, root))]
    .sort((a, b) => a.name.localeCompare(b.name, "en"))
    .flatMap(({ name, isDirectory }) =>
      isDirectory
        ? filesIn(root, `${folder}/${name}`)
        : name.endsWith(".ts")
        ? [`${folder}/${name}`]
        : []
    );
}

function plain(text: string): string {
  return text.replaceAll(/([*_<>])/g, "\\$1");
}

/** As code, whatever is in it. */
function quoted(text: string): string {
  const line = text.trim().replaceAll(/\s*\n\s*/g, " / ");
  return line.includes("`") ? `\`\` ${line} \`\`` : `\`${line}\``;
}
