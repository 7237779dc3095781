// Which throttles of a stage are reported because they reject every request.
import { expect, test } from "vitest"
import { defineChat } from "../testing/chat-template.ts"

const reported = [
  {
    logicalId: "Stage",
    type: "AWS::ApiGatewayV2::Stage",
    message: "A throttle of 0 rejects every request, as on AWS.",
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
