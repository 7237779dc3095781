// What usage plans and API keys yield.
import { describe, expect, test } from "vitest"
import { type Changes, defineChat, noValue } from "../testing/chat-template.ts"

const value = "a".repeat(20)

function plan(plan: Record<string, unknown> = {}, key: Record<string, unknown> = {}): Changes {
  return {
    Connect: { ApiKeyRequired: true },
    Key: { Type: "AWS::ApiGateway::ApiKey", Properties: { Enabled: true, Value: value, ...key } },
    Plan: {
      Type: "AWS::ApiGateway::UsagePlan",
      Properties: { ApiStages: [{ ApiId: { Ref: "Api" }, Stage: "dev" }], ...plan },
    },
    Member: {
      Type: "AWS::ApiGateway::UsagePlanKey",
      Properties: { KeyId: { Ref: "Key" }, KeyType: "API_KEY", UsagePlanId: { Ref: "Plan" } },
    },
  }
}

const noKeyNotice = {
  logicalId: "Connect",
  type: "AWS::ApiGatewayV2::Route",
  message:
    "It requires an API key, but no usage plan with an enabled key covers the stage dev. Every handshake is rejected.",
}

describe("a usage plan", () => {
  test("has its keys, stages, throttle and quota", () => {
    const { usagePlans, webSocketApis, notices } = defineChat(
      plan({ Throttle: { RateLimit: 2.5, BurstLimit: 3 }, Quota: { Limit: 100, Period: "WEEK", Offset: 2 } }),
    )
    expect(usagePlans).toEqual([
      {
        logicalId: "Plan",
        stackName: "stack",
        stages: [{ apiId: webSocketApis[0]!.apiId, stageName: "dev" }],
        keys: [
          {
            logicalId: "Key",
            stackName: "stack",
            keyId: expect.stringMatching(/^[a-z0-9]{10}$/),
            value,
            enabled: true,
          },
        ],
        throttle: { rateLimit: 2.5, burstLimit: 3 },
        quota: { limit: 100, period: "WEEK", offset: 2 },
      },
    ])
    expect(notices).toEqual([])
  })

  test("has no throttle and no quota when the template sets none", () => {
    const [bare] = defineChat(plan()).usagePlans
    expect(bare).not.toHaveProperty("throttle")
    expect(bare).not.toHaveProperty("quota")
    expect(defineChat(plan({ Throttle: { RateLimit: 1 } })).usagePlans[0]!.throttle).toEqual({ rateLimit: 1 })
    expect(defineChat(plan({ Throttle: { BurstLimit: 1 } })).usagePlans[0]!.throttle).toEqual({ burstLimit: 1 })
    expect(defineChat(plan({ Quota: { Limit: 1, Period: "DAY" } })).usagePlans[0]!.quota).toMatchObject({ offset: 0 })
  })

  test("covers no stage with an entry that lacks the API or the stage", () => {
    const { usagePlans } = defineChat(plan({ ApiStages: [{ Stage: "dev" }, { ApiId: { Ref: "Api" } }] }))
    expect(usagePlans[0]!.stages).toEqual([])
  })

  test("has only the keys that are its members", () => {
    const other = { Type: "AWS::ApiGateway::UsagePlan", Properties: {} }
    const { usagePlans } = defineChat({ ...plan(), Other: other })
    expect(usagePlans.map(({ logicalId, keys }) => [logicalId, keys.length])).toEqual([
      ["Plan", 1],
      ["Other", 0],
    ])
  })

  test.each([
    ["a quota without a limit", { Quota: { Period: "DAY" } }, "Plan: Quota needs a Limit"],
    ["a quota without a period", { Quota: { Limit: 1 } }, "Plan: Quota needs a Limit"],
    [
      "a quota with another period",
      { Quota: { Limit: 1, Period: "YEAR" } },
      "must be one of DAY, WEEK, MONTH, not YEAR",
    ],
  ])("is rejected for %s", (_, properties, problem) => {
    expect(() => defineChat(plan(properties))).toThrowError(problem)
  })

  test("with throttles of single methods is reported", () => {
    const stage = { ApiId: { Ref: "Api" }, Stage: "dev", Throttle: { "/x/GET": { RateLimit: 1 } } }
    expect(defineChat(plan({ ApiStages: [stage] })).notices).toMatchObject([
      {
        logicalId: "Plan",
        message: "Throttles of single methods in ApiStages are not enforced. The throttle of the plan is.",
      },
    ])
  })
})

describe("an API key", () => {
  test("is disabled by default, and its id is its value when the template gives none", () => {
    const { usagePlans } = defineChat(plan({}, { Enabled: noValue, Value: noValue }))
    const [key] = usagePlans[0]!.keys
    expect(key).toMatchObject({ enabled: false, value: key!.keyId })
  })

  test.each([19, 129])("with a value of %i characters is rejected", (length) => {
    expect(() => defineChat(plan({}, { Value: "a".repeat(length) }))).toThrowError(
      "Key: Value must have 20 to 128 characters.",
    )
  })

  test("may have a value of 128 characters", () => {
    expect(defineChat(plan({}, { Value: "a".repeat(128) })).notices).toEqual([])
  })

  test("that is not in the template is reported", () => {
    const changes = plan()
    const { usagePlans, notices } = defineChat({
      ...changes,
      Key: undefined,
      Member: {
        Type: "AWS::ApiGateway::UsagePlanKey",
        Properties: { KeyId: "abc", KeyType: "API_KEY", UsagePlanId: { Ref: "Plan" } },
      },
    })
    expect(usagePlans[0]!.keys).toEqual([])
    expect(notices).toMatchObject([
      { logicalId: "Member", message: expect.stringMatching(/^The API key abc is not in the template/) },
      noKeyNotice,
    ])
  })
})

describe("a $connect route that requires an API key is reported", () => {
  test.each<[string, Changes]>([
    ["without a usage plan", { Connect: { ApiKeyRequired: true } }],
    ["when the plan covers another stage", plan({ ApiStages: [{ ApiId: { Ref: "Api" }, Stage: "prod" }] })],
    ["when the plan covers another API", plan({ ApiStages: [{ ApiId: "abcdefghij", Stage: "dev" }] })],
    ["when the key is disabled", plan({}, { Enabled: false })],
  ])("%s", (_, changes) => {
    expect(defineChat(changes).notices).toEqual([noKeyNotice])
  })
})

test("a usage plan without keys is no problem when no route requires one", () => {
  expect(defineChat({ ...plan(), Connect: {}, Member: undefined }).notices).toEqual([])
})
