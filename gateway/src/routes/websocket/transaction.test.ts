import { expect, test } from "vitest"
import { createWorld } from "../testing/route-world.ts"
import { managementRecord } from "./transaction.ts"

test("a call to the management API is recorded with the connection, the caller's address and the stage's settings", () => {
  const { stage, clock } = createWorld({ stage: { defaultRouteSettings: { loggingLevel: "INFO" } } })
  const stamp = { requestId: "r=", requestTimeEpoch: clock.now() }
  const routeKey = "POST /@connections/{connectionId}"
  const call = { connectionId: "c=", sourceIp: "127.0.0.1", routeKey, status: 410 }
  expect(managementRecord(stage, stamp, call)).toEqual({
    apiId: "api",
    stage: stage.definition,
    eventType: "CONNECTION_API",
    routeKey,
    settings: { loggingLevel: "INFO" },
    context: {
      apiId: "api",
      connectionId: "c=",
      eventType: "CONNECTION_API",
      extendedRequestId: "r=",
      "identity.sourceIp": "127.0.0.1",
      requestId: "r=",
      requestTime: "14/Nov/2023:22:13:20 +0000",
      requestTimeEpoch: clock.now(),
      routeKey,
      stage: "dev",
      status: 410,
    },
  })
})
