// API keys: who may connect where the $connect route asks for one, and how often.
import { ManualClock } from "@document-insight/gateway"
import { describe, expect, test } from "vitest"
import { openSocket, rejectedHandshake } from "../testing/open-socket.ts"
import { startLocal } from "../testing/start-local.ts"
import { accept, type TestApi } from "../testing/template.ts"

const value = "0123456789abcdefghij"

type Plan = {
  /** Properties of the usage plan beside its stages. */
  plan?: Record<string, unknown>
  /** Properties of the key. */
  key?: Record<string, unknown>
  stageName?: string
  withoutMember?: boolean
} & Partial<TestApi>

/** `$connect` has no integration: every client with the key is connected. */
function keyed({ plan = {}, key = {}, stageName = "dev", withoutMember = false, ...more }: Plan = {}): TestApi {
  return {
    routes: { $connect: { apiKeyRequired: true } },
    ...more,
    resources: {
      Key: { Type: "AWS::ApiGateway::ApiKey", Properties: { Enabled: true, Value: value, ...key } },
      Plan: {
        Type: "AWS::ApiGateway::UsagePlan",
        Properties: { ApiStages: [{ ApiId: { Ref: "Api" }, Stage: stageName }], ...plan },
      },
      ...(!withoutMember && {
        Member: {
          Type: "AWS::ApiGateway::UsagePlanKey",
          Properties: { KeyId: { Ref: "Key" }, KeyType: "API_KEY", UsagePlanId: { Ref: "Plan" } },
        },
      }),
    },
  }
}

const holder = { headers: { "x-api-key": value } }

async function connects(url: string, options: Parameters<typeof openSocket>[1] = holder): Promise<boolean> {
  return openSocket(url, options).then(
    () => true,
    () => false,
  )
}

describe("a $connect route that requires an API key", () => {
  test("accepts a handshake with a key, in any case of the header name", async () => {
    const { url } = await startLocal(keyed())
    await openSocket(url, holder)
    await openSocket(url, { headers: { "X-API-Key": value } })
  })

  test.each([
    ["none", keyed(), {}],
    ["an empty one", keyed(), { "x-api-key": "" }],
    ["an unknown one", keyed(), { "x-api-key": "x".repeat(20) }],
    ["one in the query", keyed(), {}, `?x-api-key=${value}`],
    ["a disabled one", keyed({ key: { Enabled: false } }), holder.headers],
    ["one of no usage plan", keyed({ withoutMember: true }), holder.headers],
    ["one whose usage plan covers another stage", keyed({ stageName: "other" }), holder.headers],
  ])("rejects %s with 403", async (_what, api, headers, query = "") => {
    const log = { DefaultRouteSettings: { LoggingLevel: "ERROR" } }
    const { url, events, gateway } = await startLocal({ ...api, stage: log })
    const refused = await rejectedHandshake(`${url}${query}`, { headers })
    expect(refused.status).toBe(403)
    expect(refused.body).toMatch(/^\{"message": "Forbidden", "connectionId":"[^"]+", "requestId":"[^"]+"\}$/)
    const lines = events.flatMap((event) => (event.event === "log" ? event.message.replace(/^\(\S+\) /, "") : []))
    expect(lines).toEqual([
      `API Key ****** not authorized because route '$connect' requires API Key and API Key is not associated with a Usage Plan for API Stage ${gateway.outputs().ApiId}/dev: No Usage Plan found for key and API Stage`,
    ])
  })

  test("is reported at start when no client can know a key", async () => {
    const { events } = await startLocal(keyed({ withoutMember: true }))
    expect(events).toMatchObject([
      {
        event: "problem",
        message: expect.stringContaining("no usage plan with an enabled key covers the stage dev"),
      },
    ])
  })

  test("accepts the id of a key without a value, because an output can show the id", async () => {
    const api = keyed({ key: { Value: undefined } })
    const { url, gateway } = await startLocal({ ...api, outputs: { Key: { Value: { Ref: "Key" } } } })
    await openSocket(url, { headers: { "x-api-key": gateway.outputs().Key ?? "" } })
  })

  test("names the key in the access log by its id", async () => {
    const AccessLogSettings = {
      DestinationArn: "arn:aws:logs:us-east-1:000000000000:log-group:access",
      Format: "$context.requestId key=$context.identity.apiKeyId",
    }
    const api = keyed({ stage: { AccessLogSettings } })
    const { url, gateway, accessLines } = await startLocal({ ...api, outputs: { Key: { Value: { Ref: "Key" } } } })
    await openSocket(url, holder)
    await rejectedHandshake(url)
    expect(accessLines().map((line) => line.split(" ")[1])).toEqual([`key=${gateway.outputs().Key}`, "key=-"])
  })

  test("can take the key from the authorizer, because browsers cannot set headers", async () => {
    const api = (key: string) =>
      keyed({
        routes: { $connect: { code: accept, authorization: "CUSTOM", apiKeyRequired: true } },
        properties: { ApiKeySelectionExpression: "$context.authorizer.usageIdentifierKey" },
        authorizer: {
          code: `export const handler = async ({ methodArn }) => ({
            principalId: "ann",
            policyDocument: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "execute-api:Invoke", Resource: methodArn }] },
            usageIdentifierKey: ${JSON.stringify(key)},
          })`,
        },
      })
    await openSocket((await startLocal(api(value))).url)
    // The header counts for nothing then.
    expect(await rejectedHandshake((await startLocal(api("x"))).url, holder)).toMatchObject({ status: 403 })
  })

  test("ignores keys when ApiKeyRequired is not set", async () => {
    const { url } = await startLocal({ ...keyed(), routes: { $connect: {} } })
    await openSocket(url)
  })
})

describe("a usage plan", () => {
  test("throttles each of its keys with 429 until its bucket is refilled", async () => {
    const clock = new ManualClock()
    const { url } = await startLocal(keyed({ plan: { Throttle: { RateLimit: 1, BurstLimit: 2 } } }), { clock })
    expect([await connects(url), await connects(url)]).toEqual([true, true])
    const refused = await rejectedHandshake(url, holder)
    expect([refused.status, JSON.parse(refused.body).message]).toEqual([429, "Too Many Requests"])
    clock.advance(1000)
    expect([await connects(url), await connects(url)]).toEqual([true, false])
  })

  test("with throttles for single methods is reported, because those are not enforced", async () => {
    const ApiStages = [{ ApiId: { Ref: "Api" }, Stage: "dev", Throttle: { "/$connect/GET": { RateLimit: 1 } } }]
    const { events } = await startLocal(keyed({ plan: { ApiStages } }))
    expect(events).toMatchObject([
      {
        event: "problem",
        message: expect.stringContaining("Throttles of single methods in ApiStages are not enforced"),
      },
    ])
  })

  test.each([
    ["DAY", "2026-11-22T23:59:59.000Z"],
    ["WEEK", "2026-11-21T23:59:59.000Z"],
    ["MONTH", "2026-11-30T23:59:59.000Z"],
  ])("has a quota per %s: 429 until the next period begins", async (Period, start) => {
    const clock = new ManualClock(Date.parse(start))
    const { url } = await startLocal(keyed({ plan: { Quota: { Limit: 2, Period } } }), { clock })
    expect([await connects(url), await connects(url)]).toEqual([true, true])
    const refused = await rejectedHandshake(url, holder)
    expect([refused.status, JSON.parse(refused.body).message]).toEqual([429, "Limit Exceeded"])
    clock.advance(999)
    expect(await connects(url)).toBe(false)
    clock.advance(1)
    expect(await connects(url)).toBe(true)
  })

  test("counts its offset as used in the first period only", async () => {
    const clock = new ManualClock()
    const { url } = await startLocal(keyed({ plan: { Quota: { Limit: 2, Offset: 1, Period: "DAY" } } }), { clock })
    expect([await connects(url), await connects(url)]).toEqual([true, false])
    clock.advance(24 * 60 * 60_000)
    expect([await connects(url), await connects(url), await connects(url)]).toEqual([true, true, false])
  })

  test("does not count handshakes without one of its keys", async () => {
    const clock = new ManualClock()
    const { url } = await startLocal(keyed({ plan: { Quota: { Limit: 1, Period: "DAY" } } }), { clock })
    expect(await connects(url, {})).toBe(false)
    expect([await connects(url), await connects(url)]).toEqual([true, false])
  })
})

test.each([
  [{ key: { Value: "short" } }, "Key: Value must have 20 to 128 characters."],
  [{ plan: { Quota: { Limit: 1, Period: "YEAR" } } }, "Plan: Quota needs a Limit, and a Period of DAY, WEEK or MONTH."],
])("a template is refused for what AWS would refuse: %j", async (plan, problem) => {
  await expect(startLocal(keyed(plan))).rejects.toThrow(problem)
})
