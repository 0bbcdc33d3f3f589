import assert from "node:assert/strict";
import { runInWorld } from "../support/captured_world.ts";

Deno.test("when nobody answers, a sync ends with 75 and says so in one sentence", async () => {
  const cwd = await Deno.makeTempDir({ prefix: "seh-unreachable-" });
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  try {
    const { code, stdout, stderr } = await runInWorld(["sync"], {
      cwd,
      env: {
        SEH_API_KEY: "KEYKEYKEYKEY12345678901234567890",
        SEH_API_BASE_URL: `http://127.0.0.1:${port}`,
        SEH_API_VERSION: "1",
        SEH_DATABASE_URL: `sqlite:///${cwd}/seh.db`,
      },
    });
    assert.equal(code, 75, stderr);
    assert.equal(stderr.trim().split("\n\n").length, 1, stderr);
    assert.match(
      stderr,
      /Check the network and SEH_API_BASE_URL, then run again; nothing is lost\.$/m,
    );
    assert.doesNotMatch(stderr, /KEYKEY|os error|unexpected/);
    assert.doesNotMatch(stdout, /--max-requests/, "nobody has set it");
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
});
