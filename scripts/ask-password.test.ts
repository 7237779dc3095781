// Tests of where the password of a document comes from.
import { PassThrough } from "node:stream"
import { expect, test } from "vitest"
import { passwordSource } from "./ask-password.ts"

function terminal({ isTTY = true } = {}) {
  const input = Object.assign(new PassThrough(), { isTTY })
  const output = Object.assign(new PassThrough(), { isTTY })
  return { input, output, shown: () => String(output.read() ?? "") }
}

const { signal } = new AbortController()

test("the variable is tried once, without a prompt", async () => {
  const { input, output, shown } = terminal()
  const ask = passwordSource("open sesame", { input, output }, signal)
  expect([await ask("a.pdf", 0), await ask("a.pdf", 1)]).toEqual(["open sesame", undefined])
  expect(shown()).toBe("")
})

test("a terminal is asked up to three times, and does not show what is typed", async () => {
  const { input, output, shown } = terminal()
  const ask = passwordSource(undefined, { input, output }, signal)
  for (const attempt of [0, 1, 2]) {
    const answer = ask("a.pdf", attempt)
    input.write("open sesame\r")
    expect(await answer).toBe("open sesame")
  }
  expect(await ask("a.pdf", 3)).toBeUndefined()
  const text = shown()
  expect(text).toContain("Password of a.pdf (Enter to skip): ")
  expect(text).not.toContain("sesame")
})

test("an empty line and the end of the command skip the document", async () => {
  const { input, output } = terminal()
  const stopping = new AbortController()
  const ask = passwordSource(undefined, { input, output }, stopping.signal)
  const answer = ask("a.pdf", 0)
  input.write("\r")
  expect(await answer).toBeUndefined()
  const pending = ask("a.pdf", 0)
  stopping.abort()
  expect(await pending).toBeUndefined()
})

test("no one is asked where there is no terminal", async () => {
  const { input, output, shown } = terminal({ isTTY: false })
  expect(await passwordSource(undefined, { input, output }, signal)("a.pdf", 0)).toBeUndefined()
  expect(await passwordSource("", undefined, signal)("a.pdf", 0)).toBeUndefined()
  expect(shown()).toBe("")
})
