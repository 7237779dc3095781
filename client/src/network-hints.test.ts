// The events of a page that are hints about the network, on real event targets.
import { afterEach, expect, test, vi } from "vitest"
import { type NetworkHint, pageHints } from "./network-hints.ts"

afterEach(() => {
  vi.unstubAllGlobals()
})

function page() {
  const window = new EventTarget()
  const document = Object.assign(new EventTarget(), { visibilityState: "visible" })
  vi.stubGlobal("window", window)
  vi.stubGlobal("document", document)
  const hints: NetworkHint[] = []
  const stop = pageHints((hint) => hints.push(hint))
  return { window, document, hints, stop }
}

test("tries now when the page is online or visible again, and checks the link when it is offline", () => {
  const { window, document, hints } = page()
  window.dispatchEvent(new Event("online"))
  expect(hints.splice(0)).toEqual(["try-now"])
  window.dispatchEvent(new Event("offline"))
  expect(hints.splice(0)).toEqual(["check"])
  document.dispatchEvent(new Event("visibilitychange"))
  expect(hints.splice(0)).toEqual(["try-now"])
})

test("gives no hint when the page is hidden, and none after it was stopped", () => {
  const { window, document, hints, stop } = page()
  document.visibilityState = "hidden"
  document.dispatchEvent(new Event("visibilitychange"))
  expect(hints).toEqual([])
  document.visibilityState = "visible"
  stop()
  for (const name of ["online", "offline"]) window.dispatchEvent(new Event(name))
  document.dispatchEvent(new Event("visibilitychange"))
  expect(hints).toEqual([])
})

test.each(["window", "document"] as const)("gives no hints without a %s", (name) => {
  page()
  vi.stubGlobal(name, undefined)
  const hints: NetworkHint[] = []
  const stop = pageHints((hint) => hints.push(hint))
  expect(hints).toEqual([])
  stop()
})
