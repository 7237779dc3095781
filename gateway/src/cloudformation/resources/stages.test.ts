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

test("an API without a stage is reported, of each protocol", () => {
  const message = "It has no stage, so it has no address and no client can reach it."
  const { notices } = defineChat({
    Stage: undefined,
    Http: { Type: "AWS::ApiGatewayV2::Api", Properties: { Name: "http", ProtocolType: "HTTP" } },
    Rest: { Type: "AWS::ApiGateway::RestApi", Properties: { Name: "rest" } },
  })
  expect(notices).toEqual([
    { logicalId: "Api, Http", type: "AWS::ApiGatewayV2::Api", message, kind: "advice" },
    { logicalId: "Rest", type: "AWS::ApiGateway::RestApi", message, kind: "advice" },
  ])
})
