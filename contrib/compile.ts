/**
 * `deno compile` with the given arguments, and a clear sentence where it cannot get its base binary:
 * the runtime that every executable begins with is a download of its own from Deno's release host.
 */
const { code, stderr } = await new Deno.Command(Deno.execPath(), {
  args: ["compile", ...Deno.args],
  stdin: "null",
  stdout: "inherit",
  stderr: "piped",
}).output();
await Deno.stderr.write(stderr);
if (code !== 0) {
  const said = new TextDecoder().decode(stderr);
  if (said.includes("Setting up base binary")) {
    console.error(
      "\ncompile: Deno's base binary (denort) is out of reach: it is downloaded from Deno's release " +
        "host, which does not answer from this machine. Compile where it can be reached, or set " +
        "DENORT_BIN to a copy of it. `deno task bundle` works without it and gives dist/seh.js, " +
        "which runs on any machine with Deno.",
    );
  }
  Deno.exit(1);
}
