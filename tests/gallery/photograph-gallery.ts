// Photographs every state of the page in Chromium, light on a wide screen and dark on a phone, on one sheet.
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { type Browser, chromium } from "playwright-core"
import { build, preview } from "vite"
import { isUpToDate } from "../../scripts/build-page.ts"
import { findChromium } from "../../scripts/chromium.ts"
import { accessibilityProblems } from "../testing/accessibility.ts"
import { chromiumArguments } from "../testing/browser.ts"
import { layoutProblems, smallTargets } from "../testing/layout.ts"

const root = join(import.meta.dirname, "..", "..")

export const galleryFolder = join(root, "web", "dist-gallery")

const height = 720
/** A window of 1280 px that is zoomed to 400 %, at which WCAG (1.4.10) asks for the same content without scrolling sideways. */
const narrowest = 320

export type GalleryResult = {
  /** The picture with all states. */
  sheet: string
  states: string[]
  /** The fonts of the summary, by state. */
  summaryFonts: Map<string, string>
  /** Violations of accessibility rules, defects of the layout and complaints of the console, each with its state and theme. */
  problems: string[]
}

/**
 * Serves a build of the gallery: it loads faster than in development, where every module is a request. It is built when it
 * is missing or older than its sources.
 */
export async function serveBuiltGallery(): Promise<{ url: string; close(): Promise<void> }> {
  const folder = join(root, "web")
  const outDir = join(galleryFolder, "site")
  if (!isUpToDate(join(outDir, "gallery.html"))) {
    const input = join(folder, "gallery.html")
    await build({ root: folder, logLevel: "silent", build: { outDir, emptyOutDir: true, rolldownOptions: { input } } })
  }
  const server = await preview({ root: folder, build: { outDir }, preview: { host: "localhost", port: 0 } })
  return { url: server.resolvedUrls?.local[0] ?? "", close: () => server.close() }
}

export async function photographGallery(): Promise<GalleryResult> {
  const executablePath = findChromium()
  if (executablePath === undefined) throw new Error("No Chromium was found. Run `npm test`, which installs one.")
  const server = await serveBuiltGallery()
  const launch = () => chromium.launch({ executablePath, args: chromiumArguments })
  // A phone in the same browser would make a mouse a finger on the other page.
  const browsers = await Promise.all([launch(), launch()])
  try {
    return await photograph(browsers, server.url)
  } finally {
    await Promise.all(browsers.map((browser) => browser.close()))
    await server.close()
  }
}

type Picture = { name: string; title: string; theme: string; width: number; base64: string }

async function photograph([desktop, phone]: [Browser, Browser], url: string): Promise<GalleryResult> {
  const problems: string[] = []
  const summaryFonts = new Map<string, string>()
  const states = await statesOf(desktop, url)
  // Both at once: a page that waits for the browser leaves its core to the other.
  const views = [
    photographView(desktop, { theme: "light", width: 960 }),
    photographView(phone, { theme: "dark", width: 360 }),
  ]
  const pictures = (await Promise.all(views)).flat()
  const sheet = await printSheet(desktop, pictures)
  return { sheet, states: states.map(({ name }) => name), summaryFonts, problems }

  async function photographView(
    browser: Browser,
    { theme, width }: { theme: "light" | "dark"; width: number },
  ): Promise<Picture[]> {
    const isPhone = width < 600
    const page = await browser.newPage({
      viewport: { width, height },
      colorScheme: theme,
      reducedMotion: "reduce",
      hasTouch: isPhone,
      isMobile: isPhone,
    })
    let current = ""
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) problems.push(`${current}: ${message.text()}`)
    })
    page.on("pageerror", ({ message }) => problems.push(`${current}: ${message}`))
    const taken: Picture[] = []
    for (const { name, title } of states) {
      current = `${name}, ${theme}`
      await page.goto(`${url}gallery.html?state=${name}`)
      await page.locator(`html[data-state="${name}"]`).waitFor()
      for (const problem of await accessibilityProblems(page)) problems.push(`${current}: ${problem}`)
      for (const problem of await layoutProblems(page)) problems.push(`${current}: ${problem}`)
      if ((await page.evaluate<number>("document.getAnimations().length")) > 0)
        problems.push(`${current}: something moves although the user wants reduced motion`)
      const summary = page.locator(".summary")
      if (await summary.count())
        summaryFonts.set(
          name,
          await page.evaluate<string>("getComputedStyle(document.querySelector('.summary')).fontFamily"),
        )
      const image = await page.screenshot({ type: "jpeg", quality: 88, fullPage: true })
      taken.push({ name, title, theme, width, base64: image.toString("base64") })
      if (!isPhone) continue
      for (const problem of await smallTargets(page)) problems.push(`${current}: ${problem}`)
      await page.setViewportSize({ width: narrowest, height })
      for (const problem of await layoutProblems(page)) problems.push(`${current}, ${narrowest} px: ${problem}`)
      await page.setViewportSize({ width, height })
    }
    await page.close()
    return taken
  }
}

async function statesOf(browser: Browser, url: string): Promise<{ name: string; title: string }[]> {
  const page = await browser.newPage()
  await page.goto(`${url}gallery.html`)
  await page.locator("li a").first().waitFor()
  const links = await page
    .locator("li a")
    .evaluateAll((found) => found.map((link) => [link.getAttribute("href"), link.textContent]))
  await page.close()
  return links.map(([href, title]) => ({ name: href?.replace("?state=", "") ?? "", title: title ?? "" }))
}

async function printSheet(browser: Browser, pictures: readonly Picture[]): Promise<string> {
  const images = (state: string) =>
    pictures
      .filter(({ name }) => name === state)
      .map(({ width, base64 }) => `<img style="width:${width / 2}px" src="data:image/jpeg;base64,${base64}">`)
  const titles = new Map(pictures.map(({ name, title }) => [name, title]))
  const figures = [...titles].map(
    ([name, title]) => `<figure><figcaption>${title}</figcaption>${images(name).join("")}</figure>`,
  )
  const style = `body { margin: 24px; background: #777; font: 15px sans-serif; columns: 3; column-gap: 24px }
    figure { display: flex; flex-wrap: wrap; align-items: start; gap: 8px; margin: 0 0 24px; break-inside: avoid }
    figcaption { flex: 1 0 100%; color: #fff }`
  const page = await browser.newPage({ viewport: { width: 2160, height: 1000 } })
  await page.setContent(`<!doctype html><style>${style}</style>${figures.join("")}`)
  mkdirSync(galleryFolder, { recursive: true })
  const sheet = join(galleryFolder, "sheet.png")
  writeFileSync(sheet, await page.screenshot({ fullPage: true }))
  for (const { name, theme, base64 } of pictures) {
    writeFileSync(join(galleryFolder, `${name}-${theme}.jpg`), Buffer.from(base64, "base64"))
  }
  return sheet
}
