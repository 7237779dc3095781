// Opens pages in one Chromium for all test files of a worker, and collects errors and warnings.
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core"
import { afterAll, onTestFailed, onTestFinished } from "vitest"
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
async function openContext(options: BrowserContextOptions): Promise<BrowserContext> {
  const browser = await sharedBrowser()
  const context = await browser.newContext(options)
  onTestFinished(() => context.close())
  return context
}

export type SharedPage = {
  /** Undefined until a test has asked for it. */
  readonly opened: OpenPage | undefined
  /** The page as the test before has left it, a new one at first. Complaints are counted anew. */
  get(): Promise<OpenPage>
  /** At the end of the file at the latest. */
  close(): Promise<void>
}

/**
 * Call it at the top of a test file: a page that its tests use in turn, because opening one takes more of Chromium's time
 * than most tests. After a test that failed, the next one has a new page.
 */
export function useSharedPage(options: BrowserContextOptions = {}): SharedPage {
  let opened: OpenPage | undefined
  async function close(): Promise<void> {
    const closing = opened
    opened = undefined
    await closing?.page.context().close()
  }
  afterAll(close)
  return {
    get opened() {
      return opened
    },
    async get() {
      if (!opened) {
        const context = await (await sharedBrowser()).newContext(options)
        const page = await context.newPage()
        opened = { page, complaints: collectComplaints(page) }
      }
      onTestFailed(close)
      opened.complaints.length = 0
      return opened
    },
    close,
  }
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
