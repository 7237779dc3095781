// The results of a document in Chromium, in states of the gallery: the lists that show their first entries, and the link.
import { afterAll, beforeAll, expect, test } from "vitest"
import { serveBuiltGallery } from "../gallery/photograph-gallery.ts"
import { useSharedPage } from "../testing/browser.ts"

const shared = useSharedPage({ reducedMotion: "reduce", permissions: ["clipboard-read", "clipboard-write"] })
let gallery: Awaited<ReturnType<typeof serveBuiltGallery>>

beforeAll(async () => {
  gallery = await serveBuiltGallery()
})

afterAll(() => gallery?.close())

async function open(state: string) {
  const { page, complaints } = await shared.get()
  await page.goto(`${gallery.url}gallery.html?state=${state}`)
  await page.locator(`html[data-state="${state}"]`).waitFor()
  return { page, complaints }
}

test("a long list shows its first entries, then all of them on request, and fewer again", async () => {
  const { page, complaints } = await open("expanded")
  const entriesOf = (title: string) =>
    page
      .getByTestId("insights")
      .locator("div", { has: page.locator(`> h4:text-is("${title}")`) })
      .last()
      .locator("li")
  const dates = entriesOf("Dates")
  const outline = entriesOf("Outline")
  expect([await dates.count(), await outline.count()]).toEqual([5, 8])

  const showAll = page.getByRole("button", { name: /^Show all 7 ?: Dates$/ })
  expect(await showAll.getAttribute("aria-expanded")).toBe("false")
  await showAll.focus()
  await page.keyboard.press("Enter")
  const showFewer = page.getByRole("button", { name: /^Show fewer ?: Dates$/ })
  await showFewer.waitFor()
  expect([await dates.count(), await outline.count()]).toEqual([7, 8])
  expect(await dates.last().textContent()).toBe("March 18, 2026")
  // The focus stays on the button, so that the next key undoes the last one.
  expect(await showFewer.getAttribute("aria-expanded")).toBe("true")
  expect(await page.evaluate("document.activeElement.textContent")).toBe("Show fewer: Dates")
  await page.keyboard.press("Enter")
  await showAll.waitFor()
  expect(await dates.count()).toBe(5)

  await page.getByRole("button", { name: /^Show all 10 ?: Outline$/ }).click()
  await page.getByRole("button", { name: /^Show fewer ?: Outline$/ }).waitFor()
  expect(await outline.count()).toBe(10)
  // Short lists have no button.
  expect(await page.getByRole("button", { name: /^Show/ }).count()).toBe(2)
  expect(await entriesOf("Amounts").count()).toBe(3)
  expect(complaints).toEqual([])
})

test("without sign-in, the link of a document is copied while it is processed and from its results", async () => {
  for (const [state, id, name] of [
    ["expanded", "d-1", "Copy link to annual-report-2026.pdf"],
    ["processing", "d-2", "Copy link to annual-report-2026.pdf"],
  ] as const) {
    const { page } = await open(state)
    await page.getByRole("button", { name, exact: true }).click()
    await page.getByText("Copy link: copied").waitFor({ state: "attached" })
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(`${new URL(gallery.url).origin}/d/${id}`)
  }
})

test("a browser without a clipboard says what to do instead of copying the link", async () => {
  const { page } = await open("expanded")
  await page.evaluate("Object.defineProperty(navigator, 'clipboard', { get: () => undefined })")
  await page.getByRole("button", { name: "Copy link to annual-report-2026.pdf", exact: true }).click()
  await page.getByText("The browser does not allow copying. Open the document and copy its address").waitFor({
    state: "attached",
  })
})

test("with sign-in, a link is created that can be replaced and revoked", async () => {
  const { page } = await open("shared")
  const address = page.getByLabel("Link to annual-report-2026.pdf")
  expect(await address.inputValue()).toMatch(/\/d\/d-1#share=.+/)
  expect(await page.getByRole("button", { name: /^Copy link/ }).count()).toBe(0)
  await page.getByRole("button", { name: "Revoke link to annual-report-2026.pdf" }).click()
  await page.getByText("Link revoked").waitFor()
  expect(await address.count()).toBe(0)
})
