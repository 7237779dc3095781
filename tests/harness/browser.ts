// A real browser for one test, with everything that it complained about.
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core"
import { onTestFinished } from "vitest"
import { findChromium } from "../../scripts/chromium.ts"

export type OpenPage = { page: Page; browser: Browser; complaints: string[] }

// Chromium's own errands (updates, sync, experiments) would go to the network.
const quiet = [
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
  if (executablePath === undefined) throw new Error("No Chromium: `npm test` installs one, or set CHROMIUM_PATH.")
  const browser = await chromium.launch({ executablePath, args: quiet })
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
