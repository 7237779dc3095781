// Checks the layout of a page in the browser: what is cut off or sticks out, and what is too small for a finger.
import type { Page } from "playwright-core"

/** The width and height in CSS pixels that the guidelines of iOS and WCAG (2.5.5) ask for. */
const leastTarget = 44

// Runs in the page.
const helpers = `
  const nameOf = (element) =>
    element.tagName.toLowerCase() + "." + element.className + " " + (element.ariaLabel ?? element.textContent).trim().slice(0, 40)
  const isVisible = (element) => element.checkVisibility() && !element.closest(".visually-hidden, [aria-hidden=true]")
`

const findLayoutProblems = `(() => {
  ${helpers}
  const problems = []
  const { scrollWidth, clientWidth } = document.documentElement
  if (scrollWidth > clientWidth) problems.push("the page is " + (scrollWidth - clientWidth) + " px wider than the window")
  const cut = new Set()
  for (const element of document.querySelectorAll("body *:not(svg *)")) {
    if (!isVisible(element)) continue
    const parent = element.parentElement
    if (cut.has(parent)) {
      cut.add(element)
      continue
    }
    const { overflowX, textOverflow, display } = getComputedStyle(element)
    const isCut = overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1
    // With three dots. In a box with a limited number of lines, these are at the end of the last one.
    const hasDots = textOverflow === "ellipsis" || display === "-webkit-box" || display === "flow-root"
    if (isCut) cut.add(element)
    if (isCut && !hasDots && element.tagName !== "INPUT") problems.push("is cut off: " + nameOf(element))
    const card = parent.closest(".rows, .upload-area, .error-box, .notice, .toast")
    if (!card) continue
    const { left, right } = element.getBoundingClientRect()
    const edges = card.getBoundingClientRect()
    if (right > edges.right + 1 || left < edges.left - 1) problems.push("sticks out of its card: " + nameOf(element))
  }
  const toast = document.querySelector(".toast")
  if (toast) {
    const { left, top, width, height } = toast.getBoundingClientRect()
    const above = new Set()
    // Without its corners, which are round.
    for (let x = 0.05; x < 0.96; x += 0.02)
      for (const y of [0.15, 0.5, 0.85]) above.add(document.elementFromPoint(left + x * width, top + y * height))
    for (const element of above) if (!toast.contains(element)) problems.push("is above the notice: " + nameOf(element))
  }
  return problems
})()`

const findSmallTargets = `(() => {
  ${helpers}
  const problems = []
  const reach = ${leastTarget / 2 - 1}
  for (const control of document.querySelectorAll("a, button, select, input:not([type=file])")) {
    if (!isVisible(control)) continue
    control.scrollIntoView({ block: "center", behavior: "instant" })
    const { left, top, width, height } = control.getBoundingClientRect()
    // Of a link that is broken across lines, the start of the first one.
    const [x, y] = [left + Math.min(width / 2, reach), top + Math.min(height / 2, reach)]
    const isHit = (dx, dy) => control.contains(document.elementFromPoint(x + dx, y + dy))
    const isLarge = isHit(0, -reach) && isHit(0, reach) && isHit(-reach, 0) && isHit(reach, 0)
    if (!isLarge) problems.push("is too small: " + nameOf(control) + " " + Math.round(width) + "x" + Math.round(height))
  }
  scrollTo(0, 0)
  return problems
})()`

/** What is cut off without a sign of it, sticks out of its card, or makes the page scroll sideways. */
export function layoutProblems(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(findLayoutProblems)
}

/** What a finger does not hit. The page decides by the pointer how large its controls are. */
export function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(findSmallTargets)
}
