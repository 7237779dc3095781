// Photographs every state of the page. `npm run gallery` takes the same pictures to look at.
import { statSync } from "node:fs"
import { expect, test } from "vitest"
import { photographGallery } from "../gallery/photograph-gallery.ts"

// Two browsers render some fifty states, each several times, which takes a busy machine longer than other tests.
const timeout = 240_000

test("every state of the page is accessible in both themes, fits phones and fingers, and is on the sheet", {
  timeout,
}, async () => {
  const { sheet, states, summaryFonts, problems } = await photographGallery()
  expect(problems).toEqual([])
  expect(states.length).toBeGreaterThan(20)
  expect(summaryFonts.get("japanese")).toContain("Hiragino Mincho ProN")
  expect(summaryFonts.get("arabic")).toContain("Noto Naskh Arabic")
  expect(summaryFonts.get("expanded")).not.toContain("Hiragino")
  expect(statSync(sheet).size).toBeGreaterThan(100_000)
})
