// The names of stages, and which throttles are reported because they reject every request.
import { expect, test } from "vitest"
import { defineChat } from "../testing/chat-template.ts"

const reported = [
  {
    logicalId: "Stage",
    type: "AWS::ApiGatewayV2::Stage",
    message: "A throttle of 0 rejects every request.",
    kind: "advice",
  },
]

test.each([
  [{ ThrottlingRateLimit: 0 }, reported],
  [{ ThrottlingBurstLimit: 0 }, reported],
  [{ ThrottlingRateLimit: 0, ThrottlingBurstLimit: 1 }, reported],
  [{ ThrottlingRateLimit: 1, ThrottlingBurstLimit: 0 }, reported],
  [{ ThrottlingRateLimit: 1, ThrottlingBurstLimit: 1 }, []],
  [{}, []],
])("the throttle %j yields the notices %j", (settings, notices) => {
  expect(defineChat({ Stage: { DefaultRouteSettings: settings } }).notices).toEqual(notices)
  expect(defineChat({ Stage: { RouteSettings: { send: settings } } }).notices).toEqual(notices)
})

test("a stage of a WebSocket API can be named $default", () => {
  const { webSocketApis } = defineChat({ Stage: { StageName: "$default" } })
  expect(webSocketApis[0]!.stages).toMatchObject([{ stageName: "$default" }])
})
