// The names that a fault can be limited to are those of all kinds of APIs, and of functions.
import { expect, test } from "vitest"
import type { Definition } from "../definition/definition.ts"
import { readFault } from "../faults/read-fault.ts"
import { createFaultNames } from "./fault-names.ts"

const definition = {
  webSocketApis: [{ deployments: { D1: { routes: { ping: {} } }, D2: { routes: { ping: {}, $default: {} } } } }],
  httpApis: [{ routes: [{ routeKey: "POST /orders" }] }],
  restApis: [{ methods: [{ routeKey: "GET /orders/{id}" }, { routeKey: "POST /orders" }] }],
  functions: [
    { functionName: "stack-F", logicalId: "F" },
    { functionName: "G", logicalId: "G" },
  ],
} as unknown as Definition

const names = { ...createFaultNames(() => definition), isOpen: () => true }

test("routes of WebSocket, HTTP and REST APIs have each name once", () => {
  expect(names.routeKeys()).toEqual(["ping", "$default", "POST /orders", "GET /orders/{id}"])
  expect(names.functionNames()).toEqual(["F", "stack-F", "G"])
})

test("a fault of a function can name a method of a REST API", () => {
  const fault = { effect: "function-error", routeKey: "GET /orders/{id}" }
  expect(readFault(fault, names)).toEqual(fault)
  expect(() => readFault({ ...fault, routeKey: "GET /other" }, names)).toThrow('"GET /other" is not a route')
})
