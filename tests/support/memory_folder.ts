import { statfsSync } from "node:fs";

/** Where Linux has files in memory. Deno lets no program read there that may not do all. */
const inMemory = "/dev/shm";

/** A MariaDB that runs all tests holds a quarter of a gigabyte, and others run beside it. */
const enoughBytes = 3e9;

/**
 * A new folder for what nobody needs tomorrow. It is in memory where there is room: a MariaDB that makes our tables
 * waits for the disk 250 times, which takes some times as long as the work.
 */
export async function memoryFolder(prefix: string): Promise<string> {
  return await Deno.makeTempDir({ prefix, ...hasRoom() && { dir: inMemory } });
}

function hasRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(inMemory);
    const [, kilobytes] = /^MemAvailable:\s+(\d+)/m.exec(Deno.readTextFileSync("/proc/meminfo"))!;
    return Math.min(bavail * bsize, Number(kilobytes) * 1024) > enoughBytes;
  } catch {
    return false;
  }
}
