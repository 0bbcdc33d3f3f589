import puppeteer from "puppeteer-core";

const names = ["chromium", "chromium-browser", "google-chrome"];

/** Where a Chromium is on this machine; null: nowhere. */
export function findChromium(): string | null {
  for (const folder of (Deno.env.get("PATH") ?? "").split(":")) {
    for (const name of names) {
      const path = `${folder}/${name}`;
      try {
        if (Deno.statSync(path).isFile) return path;
      } catch {
        // Not there.
      }
    }
  }
  return null;
}

/** How a page is looked at. */
export interface View {
  readonly width: number;
  readonly height?: number;
  readonly dark?: boolean;
}

/** What a browser saw of a page. */
export interface Seen {
  /** Errors and warnings of the console and of scripts. */
  readonly complaints: readonly string[];
  /** Addresses that were asked for, but the page itself. */
  readonly requests: readonly string[];
  /** Milliseconds until the page was loaded and its curves drawn. */
  readonly milliseconds: number;
  /** Pixels by which the content is wider than the window. */
  readonly overflow: number;
}

/** A page in a real Chromium. */
export interface OpenPage extends Seen {
  /** Runs in the page; gives what it returns. */
  evaluate<T>(script: string): Promise<T>;
  press(key: "Tab" | "Enter"): Promise<void>;
  screenshot(path: string, whole?: boolean): Promise<void>;
}

/** Opens a file in Chromium, waits until every curve is drawn and lets `look` at it. */
export async function withPage<T>(
  chromium: string,
  file: string,
  view: View,
  look: (page: OpenPage) => Promise<T>,
): Promise<T> {
  const browser = await puppeteer.launch({
    executablePath: chromium,
    // Tests run as root in containers, where Chromium has no sandbox.
    args: ["--no-sandbox", "--disable-gpu", "--hide-scrollbars"],
  });
  try {
    const page = await browser.newPage();
    await page.setViewport({ width: view.width, height: view.height ?? 900 });
    await page.emulateMediaFeatures([
      { name: "prefers-color-scheme", value: view.dark ? "dark" : "light" },
    ]);
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on("console", (one) => {
      if (["error", "warn"].includes(one.type())) complaints.push(one.text());
    });
    page.on("pageerror", (error) => void complaints.push(String(error)));
    const address = `file://${file}`;
    page.on("request", (one) => {
      if (one.url() !== address && !one.url().startsWith("data:")) requests.push(one.url());
    });
    const start = performance.now();
    await page.goto(address, { waitUntil: "load" });
    await page.waitForFunction(
      `[...document.querySelectorAll(".curves")].every((one) =>
        one.getBoundingClientRect().top > innerHeight + 500 || one.dataset.ready)`,
    );
    const milliseconds = performance.now() - start;
    const overflow = Number(
      await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth",
      ),
    );
    return await look({
      complaints,
      requests,
      milliseconds,
      overflow,
      evaluate: (script) => page.evaluate(script) as never,
      press: (key) => page.keyboard.press(key),
      screenshot: async (path, whole = true) => {
        if (whole) {
          // Scrolls once through the page, so that every curve is drawn.
          await page.evaluate(`(async () => {
            for (let y = 0; y < document.body.scrollHeight; y += 500) {
              scrollTo(0, y);
              await new Promise((resolve) => setTimeout(resolve, 30));
            }
            scrollTo(0, 0);
          })()`);
        }
        await page.screenshot({ path: path as `${string}.png`, fullPage: whole });
      },
    });
  } finally {
    await browser.close();
  }
}
