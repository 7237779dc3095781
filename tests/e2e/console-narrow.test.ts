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
    const boxes = await page
      .locator("main > *")
      .evaluateAll((parts) => parts.map((part) => ({ ...part.getBoundingClientRect().toJSON() })))
    expect(
      boxes.map(({ left, right }) => [left, right]),
      name,
    ).toEqual(boxes.map(() => [0, 390]))
    expect(Math.max(...boxes.map(({ bottom }) => bottom)), name).toBe(820)
  }
})
