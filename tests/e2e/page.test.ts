// The page in Chromium on the whole system: upload, progress, insights, exports, addresses, reload and reconnect.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { ApiGatewayManagementApiClient, DeleteConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi"
import type { Page } from "playwright-core"
import { expect, test } from "vitest"
import { makePdf } from "../../functions/test/make-documents.ts"
import { accessibilityProblems, problemsInBothThemes } from "../testing/accessibility.ts"
import { openPage, useSharedPage } from "../testing/browser.ts"
import { type JsonLine, useCommand } from "../testing/command.ts"
import { layoutProblems } from "../testing/layout.ts"

const root = join(import.meta.dirname, "..", "..")
const sample = (name: string) => join(root, "samples", name)

const system = useCommand("scripts/start.ts", ["--json", "--port", "0"])

// Without transitions, in which a color is between those of two themes.
const shared = useSharedPage({ viewport: { width: 1200, height: 1000 }, reducedMotion: "reduce" })
// The access log has the name, so that its lines about this page are found.
const userAgent = "A page that reconnects"
const reconnecting = useSharedPage({ userAgent, reducedMotion: "reduce" })

// Runs in the page: records every value of any progress bar from now on.
const recordBars = `
  globalThis.barValues = []
  const note = () => {
    for (const bar of document.querySelectorAll("[role=progressbar]")) {
      const value = Number(bar.getAttribute("aria-valuenow"))
      if (barValues.at(-1) !== value) barValues.push(value)
    }
  }
  new MutationObserver(note).observe(document.body, { subtree: true, childList: true, attributes: true })
`

// Runs in the page: what the browser measured since the page was loaded.
const measurePerformance = `(async () => {
  const entriesOf = (type) => new Promise((resolve) => {
    new PerformanceObserver((list) => resolve(list.getEntries())).observe({ type, buffered: true })
    // Nothing is reported when there is no entry.
    requestAnimationFrame(() => requestAnimationFrame(() => resolve([])))
  })
  const shifts = await entriesOf("layout-shift")
  const tasks = await entriesOf("longtask")
  return {
    layoutShift: shifts.reduce((sum, { value, hadRecentInput }) => sum + (hadRecentInput ? 0 : value), 0),
    longestTaskMs: Math.max(0, ...tasks.map(({ duration }) => duration)),
  }
})()`

// Runs in the page: pastes a file.
const pasteFile = `
  const clipboardData = new DataTransfer()
  clipboardData.items.add(new File(["A pasted text about seven lighthouses on the coast."], "pasted.txt"))
  document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }))
`

/** Presses Tab until the focus is on an element with this accessible name. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press("Tab")
    const focused = await page.evaluate<string>(
      "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent",
    )
    if (focused === name) return
  }
  throw new Error(`Tab does not reach "${name}".`)
}

const documents = (page: Page, status = "processing_complete") =>
  page.locator(`[data-testid="document"][data-status="${status}"]`)

test("leads from choosing a file to its download by keyboard only, fast and accessible in both themes", async () => {
  const { outputs } = system.ready
  const url = outputs.WebUrl ?? ""
  const { page, complaints } = await shared.get()
  await page.goto(url)
  await page.locator('[data-testid="connection-state"][data-state="live"]').waitFor()
  expect(await problemsInBothThemes(page)).toEqual([])
  const loaded = await page.evaluate<string[]>(
    "[location.href, ...performance.getEntriesByType('resource').map(({ name }) => name)]",
  )
  const files = await Promise.all(loaded.map((name) => fetch(name).then((response) => response.arrayBuffer())))
  expect(files.length).toBeGreaterThanOrEqual(4)
  expect(files.reduce((sum, file) => sum + gzipSync(file).length, 0)).toBeLessThan(200_000)

  await page.evaluate(recordBars)
  // Before the key, because the browser needs a moment to intercept its dialog.
  const chooser = page.waitForEvent("filechooser")
  await tabTo(page, "Choose documents to upload")
  await page.keyboard.press("Enter")
  await (await chooser).setFiles(sample("websocket-handbook.pdf"))
  // The only file is expanded when it is complete.
  await page.getByTestId("insights").getByText("WebSocket APIs on API Gateway").first().waitFor()
  expect(new URL(page.url()).pathname).toMatch(/^\/d\/.+/)
  const between = new Set((await page.evaluate<number[]>("barValues")).filter((value) => value > 0 && value < 100))
  expect(between.size).toBeGreaterThanOrEqual(3)
  expect(await accessibilityProblems(page)).toEqual([])
  if (process.env.PICTURES) {
    await page.evaluate("document.activeElement?.blur()")
    await page.screenshot({ path: join(root, "docs", "images", "page.png") })
  }

  const insights = page.getByTestId("insights")
  await insights.getByRole("heading", { name: "Outline" }).waitFor()
  await tabTo(page, "Download Markdown")
  const download = page.waitForEvent("download")
  await page.keyboard.press("Enter")
  expect((await download).suggestedFilename()).toBe("websocket-handbook.md")
  expect(readFileSync(await (await download).path(), "utf8")).toMatch(/^# WebSocket APIs on API Gateway.*\n\n/)
  await tabTo(page, "Download JSON")
  const json = page.waitForEvent("download")
  await page.keyboard.press("Enter")
  expect(JSON.parse(readFileSync(await (await json).path(), "utf8"))).toMatchObject({ language: "en" })

  expect(await sizeOfImage(page, ".document-type img")).toEqual([338, 480])
  const { layoutShift, longestTaskMs } = await page.evaluate<{ layoutShift: number; longestTaskMs: number }>(
    measurePerformance,
  )
  expect(layoutShift).toBeLessThan(0.1)
  // A busy machine makes every task longer; a defect makes one ten times as long.
  expect(longestTaskMs).toBeLessThan(500)

  await readPages(page)
  await lookOnPhoneAndPaper(page)
  expect(complaints).toEqual([])
})

/** In pixels, when the image has arrived. */
async function sizeOfImage(page: Page, selector: string): Promise<unknown> {
  await page.locator(selector).waitFor()
  return page.evaluate(
    `(async (image) => { await image.decode(); return [image.naturalWidth, image.naturalHeight] })(document.querySelector(${JSON.stringify(selector)}))`,
  )
}

/** From a phrase to the page it is on, to the next page, to a search and one of its results, and back. */
async function readPages(page: Page): Promise<void> {
  const view = () => Object.fromEntries(new URL(page.url()).searchParams)
  const phrase = page.locator(".keyphrases .term").first()
  const text = (await phrase.locator("span").first().textContent()) ?? ""
  await phrase.click()
  const sheet = page.locator(".reader-sheet")
  const mark = sheet.locator("mark").first()
  await mark.waitFor()
  expect((await mark.textContent())?.toLowerCase().replaceAll(/\s+/g, " ")).toBe(text.toLowerCase())
  expect(await page.locator(".reader-text").getAttribute("lang")).toBe("en")
  const opened = Number(view().page)
  // The link that was followed is gone: the focus is on what it led to.
  expect(await page.evaluate("document.activeElement.textContent")).toMatch(`Page ${opened} of `)
  expect(await accessibilityProblems(page)).toEqual([])
  expect(await sizeOfImage(page, `.reader-image img[alt="Page ${opened} as it looks"]`)).toEqual([338, 480])
  await page.getByRole("button", { name: "Next page" }).click()
  await page.locator(`.reader-sheet[data-page="${opened + 1}"]`).waitFor()
  await page.getByLabel("Go to page").fill("9999")
  await page.keyboard.press("Enter")
  await page.getByRole("button", { name: "Next page", disabled: true }).waitFor()

  await page.getByRole("searchbox", { name: /^Search in websocket-handbook/ }).fill("ten minutes")
  await page.keyboard.press("Enter")
  await page
    .getByTestId("results")
    .getByText(/pages with “ten minutes”/)
    .first()
    .waitFor()
  expect(await accessibilityProblems(page)).toEqual([])
  const result = page.getByTestId("results").getByRole("link").first()
  const found = (await result.textContent())?.replace("Page ", "")
  await result.click()
  await mark.waitFor()
  expect(view()).toEqual({ page: found, find: "ten minutes" })
  await page.reload()
  await mark.waitFor()
  await page.goBack()
  await page.getByTestId("results").waitFor()
  await page.getByRole("link", { name: "Insights" }).click()
  const sentence = page.locator(".summary li").first()
  const firstWords = (await sentence.textContent())?.split(" ").slice(0, 3).join(" ") ?? ""
  await sentence.getByRole("link").click()
  await mark.waitFor()
  expect((await mark.textContent())?.replaceAll(/\s+/g, " ")).toContain(firstWords)
}

/** A page of a document and its insights on the smallest windows that are supported, and printed in a dark theme. */
async function lookOnPhoneAndPaper(page: Page): Promise<void> {
  await page.setViewportSize({ width: 360, height: 740 })
  expect(await layoutProblems(page)).toEqual([])
  await page.getByRole("link", { name: "Insights" }).click()
  const insights = page.getByTestId("insights")
  await insights.waitFor()
  expect(await layoutProblems(page)).toEqual([])
  expect(await accessibilityProblems(page)).toEqual([])
  await page.setViewportSize({ width: 320, height: 740 })
  expect(await layoutProblems(page)).toEqual([])

  await page.emulateMedia({ media: "print", colorScheme: "dark" })
  await page.getByTestId("upload-area").waitFor({ state: "hidden" })
  expect(await insights.isVisible()).toBe(true)
  expect(await page.getByRole("button").count()).toBe(0)
  expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(255, 255, 255)")
  expect(await page.evaluate("getComputedStyle(document.body).color")).toBe("rgb(31, 36, 33)")
}

async function enterPassword(page: Page, password: string): Promise<void> {
  await page.getByLabel("Password of protected.pdf").fill(password)
  await page.keyboard.press("Enter")
}

test("works with several documents: addresses, search, undo, paste and reload", async () => {
  const { outputs } = system.ready
  const url = outputs.WebUrl ?? ""
  const { page, complaints } = await openPage(url)
  const chooser = page.waitForEvent("filechooser")
  // A notice that appears between press and release would move the element.
  await page.locator('[data-testid="connection-state"][data-state="live"]').waitFor()
  await page.getByText("Drop documents or folders here").click()
  await (await chooser).setFiles(
    ["meeting-notes.docx", "protected.pdf", "release-letter.txt", "progress-in-three-pages.pdf"].map(sample),
  )
  await documents(page, "error").waitFor()
  await documents(page).nth(2).waitFor()
  await enterPassword(page, "open barley")
  await page.locator(".error-message", { hasText: "This is not the password of the PDF." }).waitFor()
  await expect.poll(() => page.evaluate("document.activeElement.ariaLabel")).toBe("Password of protected.pdf")
  expect(await accessibilityProblems(page)).toEqual([])
  await enterPassword(page, "open sesame")
  await page.locator('[aria-label="protected.pdf"][data-status="processing_complete"]').waitFor()
  expect(new URL(page.url()).pathname).toBe("/")

  await page.evaluate(pasteFile)
  await page.getByTestId("insights").waitFor()
  expect(await page.getByTestId("document").first().getByRole("link").first().textContent()).toBe("pasted.txt")

  await page.getByRole("link", { name: "release-letter.txt" }).click()
  const address = page.url()
  await page.getByRole("article", { name: "release-letter.txt" }).getByTestId("insights").waitFor()
  expect(await page.getByTestId("insights").count()).toBe(1)
  expect(await page.title()).toBe("release-letter.txt · Document Insight")
  await page.getByRole("searchbox", { name: "Search documents" }).fill("release letter")
  await expect.poll(() => page.getByTestId("document").count()).toBe(1)
  await page.getByRole("searchbox", { name: "Search documents" }).fill("")
  await page.getByRole("combobox").selectOption("name")
  const names = () =>
    page.getByTestId("document").evaluateAll((all) => all.map((one) => one.getAttribute("aria-label")))
  await expect
    .poll(names)
    .toEqual(["meeting-notes.docx", "pasted.txt", "progress-in-three-pages.pdf", "protected.pdf", "release-letter.txt"])

  await page.getByRole("button", { name: "Clear finished" }).click()
  await expect.poll(names).toEqual([])
  await page.getByTestId("removal-notice").getByRole("button", { name: "Undo" }).click()
  await documents(page).nth(4).waitFor()

  expect((await page.goto(address))?.status()).toBe(200)
  await page.getByRole("article", { name: "release-letter.txt" }).getByTestId("insights").waitFor()
  expect(await page.getByTestId("document").count()).toBe(5)
  await page.getByRole("link", { name: "release-letter.txt" }).click()
  await expect.poll(() => new URL(page.url()).pathname).toBe("/")
  expect(complaints).toEqual([])
})

/** A document of many pages, with little to read. At most a hundred of them are pushed. */
async function documentOf(pages: number) {
  const pdf = await makePdf(Array.from({ length: pages }, (_, index) => `This is page ${index + 1}.`))
  return { name: `${pages}-pages.pdf`, mimeType: "application/pdf", buffer: Buffer.from(pdf) }
}

test("reconnects when the connection is lost during processing, and reaches the final progress", async () => {
  const { command } = system
  const { outputs, credentials } = system.ready
  const isConnect = (line: JsonLine) => isAccess("CONNECT")(line) && line.message.includes(userAgent)
  const { page, complaints } = await reconnecting.get()
  await page.goto(outputs.WebUrl ?? "")
  const { connectionId } = await command.jsonLine(isConnect).then(accessEntry)
  const isOfPage = (line: JsonLine) => line.message.includes(connectionId)
  await page.locator('[data-testid="connection-state"][data-state="live"]').waitFor()

  await page.locator("input[type=file]").setInputFiles(await documentOf(80))
  await command.jsonLine((line) => isAccess("CONNECTION_API")(line) && isOfPage(line))
  const management = new ApiGatewayManagementApiClient({
    endpoint: outputs.WebSocketApiUrl.replace("ws:", "http:"),
    region: "us-east-1",
    credentials,
  })
  await management.send(new DeleteConnectionCommand({ ConnectionId: connectionId }))
  await command.jsonLine((line) => isAccess("DISCONNECT")(line) && isOfPage(line))
  const again = await command.jsonLine(isConnect).then(accessEntry)
  expect(again.connectionId).not.toBe(connectionId)
  await documents(page).waitFor()
  await page.getByTestId("insights").waitFor()
  expect(complaints).toEqual([])
})

// Last, because it ends the system.
test("says at once that the server or the network is away, and tries again on request", async () => {
  const { command } = system
  const { outputs } = system.ready
  const { page } = await reconnecting.get()
  await page.goto(outputs.WebUrl ?? "")
  await page.locator('[data-testid="connection-state"][data-state="live"]').waitFor()
  await page.locator("input[type=file]").setInputFiles(await documentOf(400))
  await documents(page, "progress").waitFor()
  command.kill("SIGTERM")
  const notice = page.getByTestId("connection-notice")
  await notice.getByText("The server cannot be reached").waitFor()
  await page.getByTestId("document").getByText("Server not reachable.").waitFor()
  await command.exitCode
  await notice.getByText(/Next attempt in \d+ s/).waitFor()
  const attempt = page.waitForEvent("websocket")
  await notice.getByRole("button", { name: "Try now" }).click()
  await attempt

  await page.context().setOffline(true)
  await notice.getByText("You are offline").waitFor()
  await page.locator('[data-testid="connection-state"][data-state="offline"]').waitFor()
})

const isAccess = (eventType: string) => (line: JsonLine) =>
  line.event === "access" && String(line.message).includes(`"${eventType}"`)

const accessEntry = (line: JsonLine): { connectionId: string } => JSON.parse(line.message)
