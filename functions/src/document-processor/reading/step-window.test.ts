// Tests of how far the reading thread reads ahead of its caller.
import { expect, test } from "vitest"
import { StepWindow } from "./step-window.ts"

const step = (text: string, isStopped = false) => ({ texts: [text], isStopped })

test("lets the thread read ahead until the steps that were not taken reach their number", () => {
  const window = new StepWindow({ steps: 2, characters: 100 })
  window.post(step("a"))
  expect(window.mustWait).toBe(false)
  window.post(step("b"))
  expect(window.mustWait).toBe(true)
  window.take()
  expect(window.mustWait).toBe(false)
})

test("lets the thread read ahead until the text that was not taken reaches its length", () => {
  const window = new StepWindow({ steps: 10, characters: 5 })
  window.post(step("abc"))
  window.post(step("de"))
  expect(window.mustWait).toBe(true)
  window.take()
  expect(window.mustWait).toBe(false)
})

test("stops the thread until every step is taken", () => {
  const window = new StepWindow({ steps: 10, characters: 100 })
  window.post(step("a"))
  window.post(step("b", true))
  window.take()
  expect(window.mustWait).toBe(true)
  window.take()
  expect(window.mustWait).toBe(false)
})
