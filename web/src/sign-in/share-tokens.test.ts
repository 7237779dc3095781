// The secret of a shared link: from the address to the requests for its document.
import { afterEach, expect, test, vi } from "vitest"
import { documentIdOf } from "../browser/document-route.ts"
import { createShareTokens, sharedAddress } from "./share-tokens.ts"

afterEach(() => void vi.unstubAllGlobals())

/** A tab with this address. */
function openTab(address: string) {
  const { pathname, search, hash } = new URL(address)
  const addresses: string[] = []
  const history = { replaceState: (_state: unknown, _title: string, shown: string) => addresses.push(shown) }
  vi.stubGlobal("window", { location: { pathname, search, hash }, history })
  const entries = new Map<string, string>()
  const storage = {
    getItem: (name: string) => entries.get(name) ?? null,
    setItem: (name: string, value: string) => void entries.set(name, value),
  } as Storage
  const tokens = createShareTokens(storage, documentIdOf)
  tokens.takeFromAddress()
  return { tokens, addresses, entries }
}

test("the secret of a shared address is kept for its document, and taken out of the address", () => {
  const { tokens, addresses } = openTab(sharedAddress("a/b", "s&c=+", "https://page.example"))
  expect(tokens.tokenOf("a/b")).toBe("s&c=+")
  expect(tokens.tokenOf("other")).toBeUndefined()
  expect(addresses).toEqual(["/d/a%2Fb"])
})

test("what the address shows of the document stays in it", () => {
  const { addresses } = openTab("https://page.example/d/a?page=3#share=x")
  expect(addresses).toEqual(["/d/a?page=3"])
})

test.each(["/d/a", "/d/a#other=x", "/#share=x"])("the address %s has no secret and is left as it is", (path) => {
  const { addresses, entries } = openTab(`https://page.example${path}`)
  expect([addresses, entries.size]).toEqual([[], 0])
})
