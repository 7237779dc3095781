// Handlers that call the services which the gateway itself implements, through the AWS SDK.
import type { GatewayEvent, GatewayOptions } from "@document-insight/gateway"
import { describe, expect, test } from "vitest"
import { openSocket } from "../testing/open-socket.ts"
import { type LocalGateway, startLocal } from "../testing/start-local.ts"
import type { TestApi } from "../testing/template.ts"

/** Sends a command of an SDK client, and responds with its result or its error. */
const run = `
import * as events from "@aws-sdk/client-eventbridge"
import * as lambda from "@aws-sdk/client-lambda"
import * as secretsmanager from "@aws-sdk/client-secrets-manager"
import * as sns from "@aws-sdk/client-sns"
import * as ssm from "@aws-sdk/client-ssm"
const sdk = { events, lambda, secretsmanager, sns, ssm }
const clients = {
  events: new events.EventBridgeClient(),
  lambda: new lambda.LambdaClient({ maxAttempts: 1 }),
  secretsmanager: new secretsmanager.SecretsManagerClient(),
  sns: new sns.SNSClient(),
  ssm: new ssm.SSMClient(),
}
export const handler = async ({ body }) => {
  const { service, command, input, payloadBytes } = JSON.parse(body)
  if (payloadBytes) input.Payload = JSON.stringify("x".repeat(payloadBytes))
  try {
    const created = new sdk[service][command + "Command"](input)
    const { Payload, $metadata, ...result } = await clients[service].send(created)
    const payload = Payload?.transformToString()
    return { statusCode: 200, body: JSON.stringify({ ...result, status: $metadata.httpStatusCode, payload }) }
  } catch ({ name, message, $metadata }) {
    return { statusCode: 200, body: JSON.stringify({ error: name, message, status: $metadata?.httpStatusCode }) }
  }
}`

type Result = Record<string, unknown> & { error?: string; message?: string; status?: number; payload?: string }
type Denied = GatewayEvent & { event: "denied" }

async function start(api: Omit<TestApi, "routes">, options: Partial<GatewayOptions> = {}) {
  const local = await startLocal({ ...api, routes: { run: { code: run, twoWay: true } } }, options)
  const socket = await openSocket(local.url)
  const send = async (service: string, command: string, input: object, payloadBytes = 0): Promise<Result> => {
    socket.send({ action: "run", service, command, input, payloadBytes })
    return socket.nextJson()
  }
  return { local, send }
}

/** A function whose output is logged. */
const functionResource = (name: string, code: string, properties: Record<string, unknown> = {}) => ({
  Type: "AWS::Lambda::Function",
  Properties: {
    FunctionName: name,
    Runtime: "nodejs24.x",
    Handler: "index.handler",
    Role: { "Fn::GetAtt": ["Role", "Arn"] },
    Code: { ZipFile: code },
    ...properties,
  },
})

const allow = (Action: string, Resource: unknown = "*") => ({ Effect: "Allow", Action, Resource })

/** Resolves with the first line of the output of functions that contains the text. */
async function lineWith({ events, untilEvent }: LocalGateway, text: string): Promise<string> {
  const matches = (event: GatewayEvent) =>
    event.event === "log" && event.kind === "stdout" && event.message.includes(text)
  await untilEvent(matches)
  const found = events.find(matches)
  return found?.event === "log" ? found.message : ""
}

const twice =
  "export const handler = async ({ n }) => { if (n < 0) throw new RangeError('negative'); return { n: 2 * n } }"

describe("Lambda: a handler", () => {
  const twiceArn = "arn:aws:lambda:us-east-1:000000000000:function:twice"
  const api = {
    resources: { Twice: functionResource("twice", twice) },
    statements: [allow("lambda:InvokeFunction", [twiceArn, `${twiceArn}:*`, `${twiceArn}-missing`])],
  }

  test("invokes a function by name, ARN and partial ARN, and receives its result", async () => {
    const { send } = await start(api)
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
    const { send } = await start(api)
    const { payload = "", ...result } = await send("lambda", "Invoke", { FunctionName: "twice", Payload: '{"n":-1}' })
    expect(result).toMatchObject({ status: 200, FunctionError: "Unhandled" })
    expect(JSON.parse(payload)).toMatchObject({ errorType: "RangeError", errorMessage: "negative" })
  })

  test("invokes asynchronously, and does not invoke with a dry run", async () => {
    const log = functionResource("twice", "export const handler = async (event) => console.log(JSON.stringify(event))")
    const { local, send } = await start({ ...api, resources: { Twice: log } })
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
    const { send } = await start(api)
    expect(await send("lambda", "Invoke", input)).toMatchObject(error)
  })

  test.each([
    ["RequestResponse", 6 * 1024 ** 2],
    ["Event", 1024 ** 2],
  ])("receives an error for an event of %s over %i bytes", async (InvocationType, bytes) => {
    const { send } = await start(api)
    const result = await send("lambda", "Invoke", { FunctionName: "twice", InvocationType }, bytes)
    expect(result).toMatchObject({ error: "RequestTooLargeException", status: 413 })
  })

  test("invokes with an empty object when there is no payload", async () => {
    const echo = functionResource("twice", "export const handler = async (event) => event")
    const { send } = await start({ ...api, resources: { Twice: echo } })
    expect(await send("lambda", "Invoke", { FunctionName: "twice" })).toMatchObject({ payload: "{}" })
  })

  test("receives an error when the function has no capacity", async () => {
    const none = functionResource("twice", twice, { ReservedConcurrentExecutions: 0 })
    const { send } = await start({ ...api, resources: { Twice: none } })
    const result = await send("lambda", "Invoke", { FunctionName: "twice" })
    expect(result).toMatchObject({ error: "TooManyRequestsException", status: 429 })
  })

  test("without the permission is denied, and works with the suggested statement", async () => {
    const { local, send } = await start({ resources: api.resources })
    const input = { FunctionName: "twice", Payload: '{"n":1}' }
    expect(await send("lambda", "Invoke", input)).toEqual({
      error: "AccessDeniedException",
      status: 403,
      message: expect.stringContaining(
        `is not authorized to perform: lambda:InvokeFunction on resource: ${twiceArn} because no identity-based policy allows the lambda:InvokeFunction action`,
      ),
    })
    const denial = local.events.find((event): event is Denied => event.event === "denied")
    const statement = JSON.parse(denial?.cure.replace("Add to the policies of Role: ", "") ?? "")
    const fixed = await start({ resources: api.resources, statements: [statement] })
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
    const { send } = await start({ resources })
    const result = await send("lambda", "Invoke", { FunctionName: "twice", Payload: '{"n":1}' })
    expect(result).toMatchObject({ payload: '{"n":2}' })
  })
})
