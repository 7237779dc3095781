// Photographs every state of the page. `npm run gallery` takes the same pictures to look at.
import { statSync } from "node:fs"
import { expect, test } from "vitest"
import { photographGallery } from "../gallery/photograph-gallery.ts"

test("every state of the page is accessible in both themes, reports nothing in the console, and is on the sheet", async () => {
  const { sheet, states, summaryFonts, problems } = await photographGallery()
  expect(problems).toEqual([])
  expect(states.length).toBeGreaterThan(20)
  expect(summaryFonts.get("japanese")).toContain("Hiragino Mincho ProN")
  expect(summaryFonts.get("arabic")).toContain("Noto Naskh Arabic")
  expect(summaryFonts.get("expanded")).not.toContain("Hiragino")
  expect(statSync(sheet).size).toBeGreaterThan(100_000)
})
