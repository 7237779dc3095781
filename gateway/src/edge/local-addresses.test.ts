import { expect, test } from "vitest"
import { createLocalAddresses } from "./local-addresses.ts"

test("AWS addresses in a text are replaced by local ones, with the scheme that is served", () => {
  const addresses = createLocalAddresses()
  addresses.set("a.example", 4001)
  addresses.set("b.example", 4002)
  expect(
    addresses.localize("wss://a.example/dev https://a.example/x a.example wss://a.example https://b.example"),
  ).toBe("ws://localhost:4001/dev http://localhost:4001/x localhost:4001 ws://localhost:4001 http://localhost:4002")
  expect(addresses.localize("https://c.example")).toBe("https://c.example")
  expect(addresses.hosts()).toEqual({ "a.example": 4001, "b.example": 4002 })
})

test("a host that is a part of another one is not replaced there", () => {
  const addresses = createLocalAddresses()
  addresses.set("a.example", 4001)
  const others = "https://b.a.example b-a.example a.example.org a.example-b"
  expect(addresses.localize(others)).toBe(others)
  expect(addresses.localize("https://a.example. wss://a.example:443 (a.example)")).toBe(
    "http://localhost:4001. ws://localhost:4001:443 (localhost:4001)",
  )
})

test("a deleted address is no longer replaced", () => {
  const addresses = createLocalAddresses()
  addresses.set("a.example", 4001)
  expect(addresses.has("a.example")).toBe(true)
  addresses.delete("a.example")
  expect(addresses.has("a.example")).toBe(false)
  expect(addresses.localize("a.example")).toBe("a.example")
  expect(addresses.hosts()).toEqual({})
})
