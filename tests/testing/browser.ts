// Opens pages in one Chromium for all test files of a worker, each test in contexts of its own, and collects errors and warnings.
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core"
import { onTestFinished } from "vitest"
import { findChromium } from "../../scripts/chromium.ts"

export type OpenPage = { page: Page; complaints: string[] }

export const chromiumArguments = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  // Chromium's background requests: updates, sync, experiments.
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
]

let launched: Promise<Browser> | undefined

/** The Chromium of this worker. It ends with the process of the worker. */
export function sharedBrowser(): Promise<Browser> {
  launched ??= launchBrowser()
  return launched
}

async function launchBrowser(): Promise<Browser> {
  const executablePath = findChromium()
  if (executablePath === undefined)
    throw new Error("No Chromium was found. Run `npm test`, which installs one, or set CHROMIUM_PATH.")
  const browser = await chromium.launch({ executablePath, args: chromiumArguments })
  browser.once("disconnected", () => {
    launched = undefined
  })
  return browser
}

/** Opens the page in a new context, which is closed after the test. */
export async function openPage(url: string, options: BrowserContextOptions = {}): Promise<OpenPage> {
  const context = await openContext(options)
  const page = await context.newPage()
  const complaints = collectComplaints(page)
  await page.goto(url)
  return { page, complaints }
}

/** A context that is closed after the test. */
export async function openContext(options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const browser = await sharedBrowser()
  const context = await browser.newContext(options)
  onTestFinished(() => context.close())
  return context
}

/** The errors and warnings of a page from now on. */
export function collectComplaints(page: Page): string[] {
  const complaints: string[] = []
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text())
  })
  page.on("pageerror", (error) => complaints.push(error.message))
  return complaints
}
