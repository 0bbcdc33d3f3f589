/**
 * A name for a schema, a database or a role that no other test uses: files of one run share its servers and its
 * process, so neither the process nor a counter of a module distinguishes them.
 */
export function newName(kind = "test"): string {
  return `${kind}_${crypto.randomUUID().replaceAll("-", "").slice(0, 12)}`;
}
