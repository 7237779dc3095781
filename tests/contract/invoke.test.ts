// Handlers that invoke functions with Lambda's Invoke.
import { describe, expect, test } from "vitest"
import { allow, functionResource, lineWith, shareCalling, suggestedStatement } from "./testing/service-calls.ts"

const twice =
  "export const handler = async ({ n }) => { if (n < 0) throw new RangeError('negative'); return { n: 2 * n } }"

describe("Lambda: a handler", () => {
  const twiceArn = "arn:aws:lambda:us-east-1:000000000000:function:twice"
  const api = {
    resources: { Twice: functionResource("twice", twice) },
    statements: [allow("lambda:InvokeFunction", [twiceArn, `${twiceArn}:*`, `${twiceArn}-missing`])],
  }

  const startShared = shareCalling()

  test("invokes a function by name, ARN and partial ARN, and receives its result", async () => {
    const { send } = await startShared(api)
    for (const FunctionName of ["twice", "twice:live", twiceArn, `${twiceArn}:live`, "000000000000:function:twice"]) {
      expect(await send("lambda", "Invoke", { FunctionName, Payload: '{"n":21}' })).toEqual({
        status: 200,
        StatusCode: 200,
        ExecutedVersion: "$LATEST",
        payload: '{"n":42}',
      })
    }
  })

  test("receives the error of a function that fails as a payload with FunctionError", async () => {
    const { send } = await startShared(api)
    const { payload = "", ...result } = await send("lambda", "Invoke", { FunctionName: "twice", Payload: '{"n":-1}' })
    expect(result).toMatchObject({ status: 200, FunctionError: "Unhandled" })
    expect(JSON.parse(payload)).toMatchObject({ errorType: "RangeError", errorMessage: "negative" })
  })

  test("invokes asynchronously, and does not invoke with a dry run", async () => {
    const log = functionResource("twice", "export const handler = async (event) => console.log(JSON.stringify(event))")
    const { local, send } = await startShared({ ...api, resources: { Twice: log } })
    const dry = { FunctionName: "twice", InvocationType: "DryRun", Payload: '{"call":"dry"}' }
    expect(await send("lambda", "Invoke", dry)).toMatchObject({ StatusCode: 204 })
    const event = { FunctionName: "twice", InvocationType: "Event", Payload: '{"call":"event"}' }
    expect(await send("lambda", "Invoke", event)).toMatchObject({ StatusCode: 202 })
    expect(await lineWith(local, '"call"')).toContain("event")
  })

  test.each<[what: string, input: object, error: object]>([
    ["a missing function", { FunctionName: "twice-missing" }, { error: "ResourceNotFoundException", status: 404 }],
    [
      "a payload that is not JSON",
      { FunctionName: "twice", Payload: "{" },
      { error: "InvalidRequestContentException", status: 400 },
    ],
    [
      "another invocation type",
      { FunctionName: "twice", InvocationType: "Sometimes" },
      { error: "InvalidParameterValueException", status: 400 },
    ],
  ])("receives the error of Lambda for %s", async (_, input, error) => {
    const { send } = await startShared(api)
    expect(await send("lambda", "Invoke", input)).toMatchObject(error)
  })

  test.each([
    ["RequestResponse", 6 * 1024 ** 2],
    ["Event", 1024 ** 2],
  ])("receives an error for an event of %s over %i bytes", async (InvocationType, bytes) => {
    const { send } = await startShared(api)
    const result = await send("lambda", "Invoke", { FunctionName: "twice", InvocationType }, bytes)
    expect(result).toMatchObject({ error: "RequestTooLargeException", status: 413 })
  })

  test("invokes with an empty object when there is no payload", async () => {
    const echo = functionResource("twice", "export const handler = async (event) => event")
    const { send } = await startShared({ ...api, resources: { Twice: echo } })
    expect(await send("lambda", "Invoke", { FunctionName: "twice" })).toMatchObject({ payload: "{}" })
  })

  test("receives an error when the function has no capacity", async () => {
    const none = functionResource("twice", twice, { ReservedConcurrentExecutions: 0 })
    const { send } = await startShared({ ...api, resources: { Twice: none } })
    const result = await send("lambda", "Invoke", { FunctionName: "twice" })
    expect(result).toMatchObject({ error: "TooManyRequestsException", status: 429 })
  })

  test("without the permission is denied, and works with the suggested statement", async () => {
    const { local, send } = await startShared({ resources: api.resources })
    const input = { FunctionName: "twice", Payload: '{"n":1}' }
    expect(await send("lambda", "Invoke", input)).toEqual({
      error: "AccessDeniedException",
      status: 403,
      message: expect.stringContaining(
        `is not authorized to perform: lambda:InvokeFunction on resource: ${twiceArn} because no identity-based policy allows the lambda:InvokeFunction action`,
      ),
    })
    const fixed = await startShared({ resources: api.resources, statements: [suggestedStatement(local)] })
    expect(await fixed.send("lambda", "Invoke", input)).toMatchObject({ payload: '{"n":2}' })
  })

  test("is allowed by the policy of the function as well", async () => {
    const resources = {
      ...api.resources,
      Own: {
        Type: "AWS::Lambda::Permission",
        Properties: {
          Action: "lambda:InvokeFunction",
          FunctionName: { Ref: "Twice" },
          Principal: { "Fn::GetAtt": ["Role", "Arn"] },
        },
      },
    }
    const { send } = await startShared({ resources })
    const result = await send("lambda", "Invoke", { FunctionName: "twice", Payload: '{"n":1}' })
    expect(result).toMatchObject({ payload: '{"n":2}' })
  })
})
