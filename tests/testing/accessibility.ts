// Checks a page in the browser against accessibility rules, with axe.
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import type { Page } from "playwright-core"

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")

/** Violations of accessibility rules in the current theme, found by axe. */
export function accessibilityProblems(page: Page): Promise<string[]> {
  return runAxe(page, {})
}

/**
 * Violations in both themes. Only contrasts depend on the theme, so the other rules are checked once. Transitions must be
 * off: during them a color is between those of two themes.
 */
export async function problemsInBothThemes(page: Page): Promise<string[]> {
  const problems = await runAxe(page, {})
  await page.emulateMedia({ colorScheme: "dark" })
  problems.push(...(await runAxe(page, { runOnly: ["color-contrast"] })))
  await page.emulateMedia({ colorScheme: "light" })
  return problems
}

async function runAxe(page: Page, options: { runOnly?: string[] }): Promise<string[]> {
  if (await page.evaluate("typeof axe === 'undefined'")) await page.evaluate(axeSource)
  return page.evaluate(async (given) => {
    const { axe } = globalThis as unknown as {
      axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
    }
    // Half of the time is spent on describing elements that break no rule.
    const { violations } = await axe.run({ ...given, resultTypes: ["violations"], selectors: false })
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)
  }, options)
}
