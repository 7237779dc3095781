// The console in a narrow window.
import { expect, test } from "vitest"
import { useConsoleWorld } from "../testing/console-world.ts"

const world = useConsoleWorld()

test("every view takes the whole width and height of a narrow window", async () => {
  const { page } = await world.openConsole("", { viewport: { width: 390, height: 820 } })
  const names = await page.getByRole("navigation", { name: "Views" }).getByRole("link").allInnerTexts()
  expect(names.length).toBeGreaterThan(0)
  for (const name of names) {
    await page.getByRole("link", { name, exact: true }).click()
    await page.getByRole("link", { name, exact: true }).and(page.locator("[aria-current=page]")).waitFor()
    const measure = async () => {
      const boxes = await page
        .locator("main > *")
        .evaluateAll((parts) => parts.map((part) => ({ ...part.getBoundingClientRect().toJSON() })))
      return {
        sides: boxes.map(({ left, right }) => [left, right]),
        bottom: Math.max(...boxes.map((box) => box.bottom)),
      }
    }
    // Some views are loaded first.
    const sides = () =>
      measure().then((measured) => measured.sides.every(([left, right]) => left === 0 && right === 390))
    await expect.poll(() => measure().then(({ bottom }) => bottom), { message: name, timeout: 20_000 }).toBe(820)
    await expect.poll(sides, { message: name, timeout: 20_000 }).toBe(true)
  }
})
