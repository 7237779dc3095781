// Lambda authorizers and IAM authorization of $connect: what rejects a handshake, and what later events receive.
import { describe, expect, test } from "vitest"
import { openSocket, rejectedHandshake } from "../testing/open-socket.ts"
import { presignedUrl, signedHeaders } from "../testing/sign-handshake.ts"
import { type LocalGateway, shareLocal, startLocal } from "../testing/start-local.ts"
import { accept, echoEvent, type TestApi } from "../testing/template.ts"

const accessLog = {
  AccessLogSettings: {
    DestinationArn: "arn:aws:logs:us-east-1:000000000000:log-group:access",
    Format:
      "$context.requestId $context.eventType $context.status user=$context.authorizer.principalId plan=$context.authorizer.plan error=$context.error.message",
  },
  DefaultRouteSettings: { LoggingLevel: "ERROR" },
}

type More = Omit<Partial<TestApi>, "authorizer"> & { authorizer?: Partial<TestApi["authorizer"]> }

/** An API whose authorizer logs a line and runs `body`. */
function guarded(body: string, more: More = {}): TestApi {
  const code = `
    const policy = (Effect, Resource) => ({ Version: "2012-10-17", Statement: [{ Effect, Action: "execute-api:Invoke", Resource }] })
    export const handler = async (event) => {
      console.log("the authorizer runs")
      ${body}
    }`
  return {
    routes: { $connect: { code: echoEvent, authorization: "CUSTOM" }, event: { code: echoEvent, twoWay: true } },
    stage: accessLog,
    ...more,
    authorizer: { code, ...more.authorizer },
  }
}

const serve = shareLocal()

/** The body of an authorizer that runs what a handshake sends: one process for all cases of a response. */
const runSent = `
  const AsyncFunction = (async () => {}).constructor
  return new AsyncFunction("event", "policy", Buffer.from(event.headers["x-run"], "base64").toString())(event, policy)`

const running = (body: string) => ({ headers: { "x-run": Buffer.from(body).toString("base64") } })

const allow = `return { principalId: "ann", policyDocument: policy("Allow", event.methodArn) }`

const runsOf = ({ events }: LocalGateway) =>
  events.filter((event) => event.event === "log" && event.message.includes("the authorizer runs")).length

const executionLog = ({ events }: LocalGateway) =>
  events.flatMap((event) =>
    event.event === "log" && event.source === "api-gateway" ? event.message.replace(/^\(\S+\) /, "") : [],
  )

/** The lines of handshakes and messages. Those of connections that end may be of the test before. */
const accessLines = (local: LocalGateway) => local.accessLines().filter((line) => !line.includes(" DISCONNECT "))

const message = ({ body }: { body: string }) => JSON.parse(body).message

type Event = { requestContext: { authorizer?: Record<string, unknown> } }

describe("identity sources", () => {
  const identitySource = ["route.request.header.Authorization", "route.request.querystring.room"]

  test("reject a handshake with 401 when one is missing or empty, and the authorizer does not run", async () => {
    const local = await serve(guarded(allow, { authorizer: { identitySource } }))
    const headers = { authorization: "x" }
    for (const [url, sent] of [
      [local.url, {}],
      [local.url, headers],
      [`${local.url}?room=1`, {}],
      [`${local.url}?room=`, headers],
      [`${local.url}?room=1`, { authorization: "" }],
    ] as const) {
      const refused = await rejectedHandshake(url, { headers: sent })
      expect([refused.status, message(refused)]).toEqual([401, "Unauthorized"])
    }
    expect(runsOf(local)).toBe(0)
    await openSocket(`${local.url}?room=1`, { headers })
    expect(runsOf(local)).toBe(1)
  })

  test("can be stage variables and context values", async () => {
    const sources = ["stageVariables.tenant", "context.identity.sourceIp", "context.stage"]
    const withVariable = { stage: { ...accessLog, StageVariables: { tenant: "t1" } } }
    const there = await serve(guarded(allow, { authorizer: { identitySource: sources }, ...withVariable }))
    await openSocket(there.url)
    const absent = await serve(guarded(allow, { authorizer: { identitySource: sources } }))
    expect(await rejectedHandshake(absent.url)).toMatchObject({ status: 401 })
  })
})

describe("an authorizer's response", () => {
  test("that allows accepts the client, and is not cached for the next handshake", async () => {
    const local = await serve(guarded(allow))
    await openSocket(local.url)
    await openSocket(local.url)
    expect(runsOf(local)).toBe(2)
  })

  test.each([
    [
      "denies",
      `return { principalId: "ann", policyDocument: policy("Deny", "*") }`,
      "User is not authorized to access this resource with an explicit deny in an identity-based policy",
    ],
    [
      "allows another route",
      `return { principalId: "ann", policyDocument: policy("Allow", event.methodArn.replace("$connect", "other")) }`,
      "User is not authorized to access this resource because no identity-based policy allows the execute-api:Invoke action",
    ],
    [
      "has no statement",
      `return { principalId: "ann", policyDocument: { Version: "2012-10-17", Statement: [] } }`,
      "User is not authorized to access this resource because no identity-based policy allows the execute-api:Invoke action",
    ],
  ])("that %s rejects the handshake with 403", async (_what, body, words) => {
    const local = await serve(guarded(runSent))
    const refused = await rejectedHandshake(local.url, running(body))
    expect([refused.status, message(refused)]).toEqual([403, words])
    expect(accessLines(local)).toEqual([expect.stringContaining(`CONNECT 403 user=- plan=- error=${words}`)])
  })

  test("that is the error Unauthorized rejects the handshake with 401", async () => {
    const local = await serve(guarded(runSent))
    const refused = await rejectedHandshake(local.url, running(`throw new Error("Unauthorized")`))
    expect([refused.status, message(refused)]).toEqual([401, "Unauthorized"])
  })

  const authorizerError = [
    "Execution failed due to configuration error: Authorizer error",
    "Gateway response type: AUTHORIZER_CONFIGURATION_ERROR with status code: 500",
  ]

  test.each([
    ["another error", `throw new Error("Unauthorized: token expired")`],
    ["undefined", "return undefined"],
    ["a string", `return "allow"`],
    ["an array", "return [policy('Allow', '*')]"],
    ["an object without a policy", `return { principalId: "ann" }`],
    ["an object without a principalId", `return { policyDocument: policy("Allow", "*") }`],
    ["a policy without statements", `return { principalId: "ann", policyDocument: { Version: "2012-10-17" } }`],
    ["a statement that is a string", `return { principalId: "ann", policyDocument: { Statement: "Allow" } }`],
    ["an unknown effect", `return { principalId: "ann", policyDocument: policy("allow", "*") }`],
    ["a resource that is a number", `return { principalId: "ann", policyDocument: policy("Allow", 7) }`],
    [
      "a context with an object",
      `return { principalId: "ann", policyDocument: policy("Allow", "*"), context: { a: {} } }`,
    ],
    ["a context that is a string", `return { principalId: "ann", policyDocument: policy("Allow", "*"), context: "a" }`],
    ["more than 8 KB", `return { principalId: "x".repeat(8192), policyDocument: policy("Allow", "*") }`],
  ])("that is %s rejects the handshake with 500", async (_what, body) => {
    const local = await serve(guarded(runSent))
    const refused = await rejectedHandshake(local.url, running(body))
    expect([refused.status, message(refused)]).toEqual([500, "Internal server error"])
    expect(executionLog(local).slice(-2)).toEqual(authorizerError)
  })

  test("can have up to 8 KB", async () => {
    const body = `
      const answer = { principalId: "ann", policyDocument: policy("Allow", "*"), context: { pad: "" } }
      answer.context.pad = "x".repeat(8192 - JSON.stringify(answer).length)
      return answer`
    await openSocket((await serve(guarded(runSent))).url, running(body))
  })

  test("is in later events and in the access log, each value as a string", async () => {
    const body = `return {
      principalId: "ann",
      policyDocument: policy("Allow", "arn:aws:execute-api:*:*:*/dev/$connect"),
      context: { plan: "gold", seats: 3, trial: false, nothing: null },
    }`
    const local = await serve(guarded(runSent))
    const socket = await openSocket(local.url, running(body))
    socket.send({ action: "event" })
    const { requestContext } = await socket.nextJson<Event>()
    expect(requestContext.authorizer).toEqual({ principalId: "ann", plan: "gold", seats: "3", trial: "false" })
    const [connectLine, messageLine] = accessLines(local)
    expect(connectLine).toContain("CONNECT 200 user=ann plan=gold error=-")
    expect(messageLine).toContain("MESSAGE 200 user=ann plan=gold error=-")
  })
})

describe("an authorizer that API Gateway may not invoke", () => {
  test("rejects handshakes with 500, and reports the lines of the execution log and the fix", async () => {
    const api = guarded(allow, { authorizer: { withoutPermission: true } })
    const local = await serve(api)
    expect(await rejectedHandshake(local.url)).toMatchObject({ status: 500 })
    expect(executionLog(local)).toEqual([
      "Execution failed due to configuration error: Invalid permissions on Lambda function",
      "Execution failed due to configuration error: Authorizer error",
      "Gateway response type: AUTHORIZER_CONFIGURATION_ERROR with status code: 500",
    ])
    expect(runsOf(local)).toBe(0)
    const [denial] = local.events.filter((event) => event.event === "denied")
    expect(denial).toMatchObject({
      action: "lambda:InvokeFunction",
      explanation: expect.stringContaining("AuthorizerFunction"),
    })

    const Cure = JSON.parse(denial?.cure.replace("Add to the Resources: ", "") ?? "")
    local.rewrite({ ...api, resources: { Cure } })
    await local.gateway.reload()
    await openSocket(local.url)
  })

  test("by its own role is a 500 as well", async () => {
    const Caller = {
      Type: "AWS::IAM::Role",
      Properties: {
        AssumeRolePolicyDocument: {
          Statement: [
            { Effect: "Allow", Principal: { Service: "apigateway.amazonaws.com" }, Action: "sts:AssumeRole" },
          ],
        },
      },
    }
    const local = await serve(
      guarded(allow, { authorizer: { withoutPermission: true, credentials: "Caller" }, resources: { Caller } }),
    )
    expect(await rejectedHandshake(local.url)).toMatchObject({ status: 500 })
    expect(local.events.filter((event) => event.event === "denied")).toMatchObject([
      { action: "lambda:InvokeFunction", role: "Caller" },
    ])
  })
})

describe("a route with AWS_IAM", () => {
  const keysOfFunction = `
    const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = process.env
    export const handler = async () => ({ statusCode: 200, body: JSON.stringify({ accessKeyId, secretAccessKey, sessionToken }) })`
  const api: TestApi = {
    routes: { $connect: { code: accept, authorization: "AWS_IAM" }, keys: { code: keysOfFunction, twoWay: true } },
  }
  const invoke = {
    Effect: "Allow",
    Action: "execute-api:Invoke",
    Resource: { "Fn::Sub": "arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/dev/$connect" },
  }

  test("accepts a signature in the headers, and a presigned URL as browsers need it", async () => {
    const { url, gateway } = await serve(api)
    await openSocket(url, { headers: await signedHeaders(url, gateway.credentials) })
    await openSocket(await presignedUrl(url, gateway.credentials))
  })

  test("rejects everything else with 403", async () => {
    const { url, gateway } = await serve(api)
    const { credentials } = gateway
    const forged = { ...credentials, secretAccessKey: "x".repeat(40) }
    const old = new Date(Date.now() - 6 * 60_000)
    const signed = await signedHeaders(url, credentials)
    const attempts: [string, Record<string, string>][] = [
      [url, {}],
      [url, await signedHeaders(url, forged)],
      [url, await signedHeaders(url, { ...credentials, accessKeyId: "AKIAAAAAAAAAAAAAAAAA" })],
      [url, await signedHeaders(url, credentials, { service: "s3" })],
      [url, await signedHeaders(url, credentials, { region: "eu-west-1" })],
      [url, await signedHeaders(url, credentials, { signedAt: old })],
      [`${url}?admin=true`, signed],
      [await presignedUrl(url, forged), {}],
      [await presignedUrl(url, credentials, { signedAt: old }), {}],
      [`${await presignedUrl(url, credentials)}&admin=true`, {}],
    ]
    for (const [at, headers] of attempts)
      expect(await rejectedHandshake(at, { headers })).toMatchObject({ status: 403 })
    expect(message(await rejectedHandshake(url))).toBe("Missing Authentication Token")
  })

  test("checks whether the signer's role may invoke it, and reports the fix", async () => {
    const local = await serve(api)
    const { url, gateway } = local
    const administrator = await openSocket(url, { headers: await signedHeaders(url, gateway.credentials) })
    administrator.send({ action: "keys" })
    const keys = await administrator.nextJson<Parameters<typeof presignedUrl>[1]>()

    const refused = await rejectedHandshake(await presignedUrl(url, keys))
    expect(refused.status).toBe(403)
    expect(message(refused)).toMatch(
      /^User: arn:aws:sts::\d{12}:assumed-role\/.+ is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:us-east-1:\*{8}0000:\w+\/dev\/\$connect$/,
    )
    const [denial] = local.events.filter((event) => event.event === "denied")
    expect(JSON.parse(denial?.cure.replace("Add to the policies of Role: ", "") ?? "")).toMatchObject({
      Action: "execute-api:Invoke",
    })

    local.rewrite({ ...api, statements: [invoke] })
    await gateway.reload()
    await openSocket(await presignedUrl(url, keys))
  })

  test("names the signer in the access log", async () => {
    const AccessLogSettings = {
      ...accessLog.AccessLogSettings,
      Format: "$context.requestId $context.identity.userArn $context.identity.accountId",
    }
    const { url, gateway, accessLines } = await startLocal({ ...api, stage: { AccessLogSettings } })
    await openSocket(url, { headers: await signedHeaders(url, gateway.credentials) })
    await rejectedHandshake(url)
    expect(accessLines().map((line) => line.replace(/^\S+ /, ""))).toEqual([
      "arn:aws:iam::000000000000:user/administrator 000000000000",
      "- -",
    ])
  })

  test("accepts every client with --iam off", async () => {
    await openSocket((await startLocal(api, { iam: "off" })).url)
  })
})
