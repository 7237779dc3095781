// Opens a page in Chromium for one test, and collects its errors and warnings.
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core"
import { onTestFinished } from "vitest"
import { findChromium } from "../../scripts/chromium.ts"

export type OpenPage = { page: Page; browser: Browser; complaints: string[] }

// Disables Chromium's background requests (updates, sync, experiments).
export const chromiumArguments = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
]

export async function openPage(url: string, options: BrowserContextOptions = {}): Promise<OpenPage> {
  const executablePath = findChromium()
  if (executablePath === undefined)
    throw new Error("No Chromium was found. Run `npm test`, which installs one, or set CHROMIUM_PATH.")
  const browser = await chromium.launch({ executablePath, args: chromiumArguments })
  onTestFinished(() => browser.close())
  const page = await browser.newPage(options)
  const complaints: string[] = []
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text())
  })
  page.on("pageerror", (error) => complaints.push(error.message))
  await page.goto(url)
  return { page, browser, complaints }
}
