/** Copies from one database into another and stops for ever after some batches: `copy_child.ts FROM TO N`. */
import { copyHarvest } from "../../src/database/copy.ts";
import { openDatabase } from "../../src/database/open.ts";

const [from, to, batches] = Deno.args;
const [source, target] = [await openDatabase(from), await openDatabase(to)];
let left = Number(batches);
await copyHarvest(source, {
  ...target,
  async write(rows) {
    const written = await target.write(rows);
    if (--left === 0) {
      Deno.stdout.writeSync(new TextEncoder().encode("half way\n"));
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    }
    return written;
  },
}, { signal: new AbortController().signal, rowsPerWrite: 50 });
