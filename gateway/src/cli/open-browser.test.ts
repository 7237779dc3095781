// The program that opens an address, per operating system.
import { expect, test } from "vitest"
import { browserCommand, openBrowser } from "./open-browser.ts"

test("uses the program of BROWSER, or the one of the operating system", () => {
  const url = "http://localhost:4000"
  expect(browserCommand(url, "firefox", "linux")).toEqual(["firefox", url])
  expect(browserCommand(url, undefined, "linux")).toEqual(["xdg-open", url])
  expect(browserCommand(url, "", "darwin")).toEqual(["open", url])
  expect(browserCommand(url, undefined, "win32")).toEqual(["cmd", "/c", "start", "", url])
})

test("reports a program that does not exist", async () => {
  await new Promise<void>((failed) => openBrowser("http://localhost:4000", "/no/such/browser", failed))
})
