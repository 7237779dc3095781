// What the form for faults sends to the gateway.
import { expect, test } from "vitest"
import { readFault } from "../../faults/read-fault.ts"
import { effects, emptyFault, faultOf } from "./fault-fields.ts"

const names = { routeKeys: () => ["ping"], functionNames: () => ["F"], isOpen: () => true }

test.each(effects.map(({ effect }) => effect))("%s is accepted with every field that the form offers", (effect) => {
  const filled = {
    ...emptyFault,
    effect,
    errorMessage: "no",
    connectionId: "A=",
    routeKey: "ping",
    functionName: "F",
    percent: "50",
    count: "2",
    minutes: "1.5",
  }
  const fault = faultOf(filled)
  expect(readFault(fault, names)).toEqual(fault)
  expect(fault).toMatchObject({ effect, probability: 0.5, count: 2, expiresAfterMs: 90_000 })
})

test("every effect has a label and is in one of three groups", () => {
  expect(new Set(effects.map(({ group }) => group))).toEqual(new Set(["Connection", "@connections", "Function"]))
  expect(new Set(effects.map(({ label }) => label)).size).toBe(effects.length)
})

test("fields that are empty are absent, and now has no route, count or expiry", () => {
  expect(faultOf(emptyFault)).toEqual({ effect: "drop", on: "message" })
  const now = { ...emptyFault, on: "now", routeKey: "ping", count: "2", minutes: "1", connectionId: "A=" }
  expect(faultOf(now)).toEqual({ effect: "drop", on: "now", connectionId: "A=" })
})
