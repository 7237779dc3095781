// Compares the names of months with those of Intl.
import { expect, test } from "vitest"
import { languagesWithMonths, monthNumbers } from "./month-names.ts"

test("the names of months are those that Intl has for dates with a day, in each language", () => {
  const expected = new Map<string, string>()
  for (const language of languagesWithMonths) {
    for (const month of ["long", "short"] as const) {
      const format = new Intl.DateTimeFormat(language, { day: "numeric", month, timeZone: "UTC" })
      for (let at = 0; at < 12; at += 1) {
        const name = format.formatToParts(Date.UTC(2026, at, 1)).find(({ type }) => type === "month")?.value ?? ""
        expected.set(name.toLowerCase().replace(/\.$/, ""), String(at + 1))
      }
    }
  }
  expect(new Map([...monthNumbers].sort())).toEqual(new Map([...expected].sort()))
})
