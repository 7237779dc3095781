// Which images count as blank: how dark ink is, and how much of it a page has.
import { expect, test } from "vitest"
import { isBlank } from "./is-blank.ts"

/** A page of 10,000 pixels of paper, some of which have another level. */
function pageWith(count: number, level: number, paper = 250): Uint8Array {
  return new Uint8Array(10_000).fill(paper).fill(level, 0, count)
}

test("a page with fewer pixels of ink than the smallest character has is blank", () => {
  expect(isBlank(pageWith(0, 0))).toBe(true)
  expect(isBlank(pageWith(59, 0))).toBe(true)
  expect(isBlank(pageWith(60, 0))).toBe(false)
})

test("noise and shadows are not ink, and light ink on dark paper is", () => {
  expect(isBlank(pageWith(4_000, 190))).toBe(true)
  expect(isBlank(pageWith(4_000, 189))).toBe(false)
  expect(isBlank(pageWith(4_000, 80, 20))).toBe(true)
  expect(isBlank(pageWith(4_000, 81, 20))).toBe(false)
})

test("paper of any shade is paper", () => {
  for (const paper of [0, 128, 255]) expect(isBlank(pageWith(0, 0, paper))).toBe(true)
})
