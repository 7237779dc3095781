// The end of a connection: the event that `$disconnect` receives, and the record of it.
import { expect, test } from "vitest"
import { answered, arnOf, createWorld, routeOf, type WorldOptions } from "../testing/route-world.ts"
import { disconnect } from "./disconnect.ts"

async function end(options: WorldOptions = {}) {
  const world = createWorld({ routes: [routeOf("$disconnect")], ...options })
  const { stage, connection, ports } = world
  await disconnect(stage, { connection, ending: { code: 1001, reason: "Going away" } }, ports)
  return { ...world, record: world.records[0] }
}

test("the function receives the code and the reason, and they are recorded with status 200", async () => {
  const { invocations, records } = await end({ invoke: async () => answered({ statusCode: 500 }) })
  expect(invocations).toMatchObject([
    {
      functionArn: arnOf("$disconnect"),
      event: {
        requestContext: { disconnectStatusCode: 1001, disconnectReason: "Going away", routeKey: "$disconnect" },
      },
    },
  ])
  expect(records).toMatchObject([
    {
      eventType: "DISCONNECT",
      routeKey: "$disconnect",
      responseBody: '{"statusCode":500}',
      context: {
        disconnectStatusCode: 1001,
        disconnectReason: "Going away",
        routeKey: "$disconnect",
        eventType: "DISCONNECT",
        status: 200,
      },
    },
  ])
  expect(records[0]).not.toHaveProperty("blame")
})

test.each([
  ["no $disconnect route", []],
  ["a $disconnect route without integration", [{ ...routeOf("$disconnect"), integration: undefined as never }]],
])("a stage with %s invokes nothing, and the end is recorded with status 200", async (_name, routes) => {
  const { invocations, records } = await end({ routes })
  expect(invocations).toEqual([])
  expect(records).toMatchObject([{ eventType: "DISCONNECT", context: { status: 200, disconnectStatusCode: 1001 } }])
  expect(records[0]).not.toHaveProperty("failure")
})

const failed = { requestId: "run", payload: "{}", errorType: "Error", errorMessage: "it broke" }
const failures: [name: string, options: WorldOptions, blame: string, log: string][] = [
  [
    "fails",
    { invoke: async () => ({ outcome: "function-error", ...failed }) },
    "integration",
    "Lambda execution failed due to customer function error: it broke",
  ],
  [
    "is throttled",
    { invoke: async () => ({ outcome: "throttled", requestId: "run" }) },
    "execution",
    "Execution failed due to configuration error: Rate Exceeded.",
  ],
]

test.each(failures)("a function that %s is recorded as a 500", async (_name, options, blame, log) => {
  const { record } = await end(options)
  expect(record).toMatchObject({
    blame,
    failure: log,
    context: { status: 500, "error.message": "Internal server error" },
  })
})

test("a function that takes longer than its timeout is recorded as a 500 of the integration", async () => {
  const invoked = Promise.withResolvers<void>()
  const world = createWorld({
    routes: [routeOf("$disconnect")],
    invoke: () => {
      invoked.resolve()
      return new Promise(() => {})
    },
  })
  const { stage, connection, ports, clock, records } = world
  const ended = disconnect(stage, { connection, ending: { code: 1005, reason: "" } }, ports)
  await invoked.promise
  clock.advance(29_000)
  await ended
  expect(records).toMatchObject([
    { blame: "integration", failure: "Execution failed due to a timeout error", context: { status: 500 } },
  ])
})

test("the settings of the route are recorded, and those of the stage without a route", async () => {
  const stage = {
    defaultRouteSettings: { loggingLevel: "INFO" as const },
    routeSettings: { $disconnect: { loggingLevel: "ERROR" as const } },
  }
  expect((await end({ stage })).record?.settings).toEqual({ loggingLevel: "ERROR" })
  expect((await end({ stage, routes: [] })).record?.settings).toEqual({ loggingLevel: "INFO" })
})
