// Which failing requests become an event.
import { expect, test } from "vitest"
import type { TransactionRecord } from "../definition/record.ts"
import { createFailureReporter } from "./failure-reporter.ts"
import type { GatewayEvent } from "./gateway-event.ts"
import { testStage } from "./testing/test-stage.ts"

const record = {
  apiId: "api",
  stage: testStage,
  routeKey: "order",
  eventType: "MESSAGE",
  settings: {},
  context: {},
} satisfies TransactionRecord

function report(...records: Partial<TransactionRecord>[]) {
  const events: GatewayEvent[] = []
  const reportFailure = createFailureReporter((event) => events.push(event))
  for (const changes of records) reportFailure({ ...record, ...changes })
  return events
}

const configuration = "Execution failed due to configuration error: sns is not served locally"

test("a failure of the configuration is reported once, with its route", () => {
  const failed = { blame: "execution", failure: configuration } as const
  expect(report(failed, failed)).toEqual([
    {
      event: "problem",
      code: "REQUEST_FAILED",
      message: `order: ${configuration}`,
      hint: "The console shows the request. On AWS the execution log has the cause.",
    },
  ])
  expect(report({ ...failed, failure: [configuration, "The request template failed: line 2"] })).toMatchObject([
    { message: `order: ${configuration} The request template failed: line 2` },
  ])
})

test("a service that responds with an error is reported with its response", () => {
  const uri = "arn:aws:apigateway:us-east-1:sqs:path/000000000000/jobs"
  const context = { "integration.integrationStatus": 400 }
  const failed = { blame: "integration", integrationUri: uri, context, responseBody: "MissingParameter" } as const
  expect(report(failed)).toMatchObject([{ message: `order: ${uri} responded with 400: MissingParameter` }])
  expect(report({ ...failed, integrationUri: "https://example.com" })).toEqual([])
})

test("a message without a route is reported with the value and the routes", () => {
  const unmatched = { key: "hello", routes: ["$connect", "order"] }
  expect(report({ routeKey: undefined, blame: "client", unmatched })).toMatchObject([
    {
      code: "NO_ROUTE",
      message: 'A message matches no route: the route selection expression of the API returns "hello".',
      hint: expect.stringContaining("Routes: $connect, order."),
    },
  ])
  expect(report({ unmatched: { ...unmatched, key: undefined } })).toMatchObject([
    { message: expect.stringContaining("returns no value.") },
  ])
})

test.each<[string, Partial<TransactionRecord>]>([
  ["a request that succeeds", {}],
  ["a request that the client caused to fail", { blame: "client", failure: "Unauthorized" }],
  [
    "an error of the function",
    { blame: "integration", failure: "Lambda execution failed due to customer function error: x" },
  ],
  ["a denial", { blame: "execution", failure: "Invalid permissions on Lambda function" }],
  ["a stage that logs it", { blame: "execution", failure: configuration, settings: { loggingLevel: "ERROR" } }],
  ["an HTTP API", { blame: "execution", failure: configuration, eventType: "HTTP" }],
])("%s is not reported", (_, changes) => {
  expect(report(changes)).toEqual([])
})

test("a REST API is reported", () => {
  const failed = { blame: "execution", failure: configuration, eventType: "HTTP", isRest: true } as const
  expect(report(failed)).toHaveLength(1)
})

test("no more than 100 failures are reported", () => {
  const values = Array.from({ length: 150 }, (_, n) => ({ unmatched: { key: String(n), routes: [] } }))
  expect(report(...values)).toHaveLength(100)
})
