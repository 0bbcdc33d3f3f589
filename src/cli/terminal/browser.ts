import type { World } from "../world.ts";

/**
 * Opens a page for the person, where somebody sits at a terminal with a desktop and the program may start
 * others. True where one was started; whether it shows the page is not known, so that the address must be
 * printed all the same. Never throws.
 */
export async function openInBrowser(
  address: URL,
  world: Pick<World, "environment" | "stderr">,
): Promise<boolean> {
  const { environment, stderr } = world;
  const hasDesktop = Deno.build.os !== "linux" ||
    Boolean(environment.DISPLAY || environment.WAYLAND_DISPLAY);
  if (!stderr.isTerminal || !hasDesktop) return false;
  const [command, ...args] = opener();
  try {
    // Asking for the permission would interrupt the person.
    const { state } = await Deno.permissions.query({ name: "run", command });
    if (state !== "granted") return false;
    new Deno.Command(command, {
      args: [...args, address.href],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn().unref();
    return true;
  } catch {
    return false;
  }
}

function opener(): readonly [string, ...string[]] {
  switch (Deno.build.os) {
    case "darwin":
      return ["open"];
    case "windows":
      return ["rundll32", "url.dll,FileProtocolHandler"];
    default:
      return ["xdg-open"];
  }
}
