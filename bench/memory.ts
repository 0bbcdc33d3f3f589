import manifest from "../deno.json" with { type: "json" };

/** The option that gives a process the memory that users run seh with. */
export const memoryOption = /--v8-flags=\S+/.exec(manifest.tasks.seh.command)![0];
