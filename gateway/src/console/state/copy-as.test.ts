// Events and requests to services as commands and tests. End-to-end tests run the copied tests.
import { describe, expect, test } from "vitest"
import { copyForms } from "./copy-as.ts"
import { copyServiceCall } from "./copy-service-call.ts"
import type { EventEntry, Served, ServiceEntry, Stage } from "./entry.ts"
import { sampleEvent } from "./testing/sample-event.ts"

const event: EventEntry = {
  ...sampleEvent,
  frame: '{"action":"chat","text":"it\'s"}',
  responseFrame: '{"status":"ok","requestId":"x"}',
}
const region = "eu-west-1"
const stage: Stage = {
  protocol: "WEBSOCKET",
  apiId: "api",
  logicalId: "Api",
  stageName: "dev",
  url: "ws://localhost:4001/dev",
  region,
}
const call: EventEntry = { ...event, eventType: "CONNECTION_API", routeKey: "POST /@connections/{connectionId}" }

const namesOf = (one: EventEntry) => copyForms(one, [stage]).map(({ name }) => name)

describe("an event", () => {
  test("that is a message is copied as a wscat command and a test without ids", () => {
    const [wscat, vitest] = copyForms(event, [stage])
    expect(wscat?.text).toBe(
      `npx wscat --connect 'ws://localhost:4001/dev' --wait 5 --execute '{"action":"chat","text":"it'\\''s"}'`,
    )
    expect(vitest?.text).toContain('toMatchObject({"status":"ok"})')
    expect(vitest?.text).toContain('gateway.webSocketUrl("Api/dev")')
  })

  test("that is an HTTP request is copied as a curl command with its body", () => {
    const request: EventEntry = {
      ...event,
      eventType: "HTTP",
      method: "POST",
      path: "/a",
      event: '{"body":"aGk=","isBase64Encoded":true}',
    }
    const [curl] = copyForms(request, [{ ...stage, url: "http://localhost:4002" }])
    expect(curl?.text).toBe("curl -i -X POST 'http://localhost:4002/a' --data-raw 'hi'")
  })

  test("is not copied when its stage is no longer deployed", () => {
    expect(copyForms(event, [])).toEqual([])
  })

  test("is not copied when its frame was cut", () => {
    expect(namesOf({ ...event, frame: "long… (9000 characters)" })).toEqual([])
    expect(namesOf({ ...call, frame: "long… (9000 characters)" })).toEqual([])
  })
})

describe("a call to @connections", () => {
  test("is copied as an AWS CLI command", () => {
    const [awsCli] = copyForms({ ...call, routeKey: "DELETE /@connections/{connectionId}" }, [stage])
    expect(awsCli?.text).toBe(
      "aws apigatewaymanagementapi delete-connection --endpoint-url 'http://localhost:4001/dev' --connection-id 'c1'",
    )
  })

  test.each([
    ["POST", 'Data: Buffer.from("{\\"action\\"', "sends the message to the client"],
    ["GET", "ConnectedAt: expect.any(Date)", "describes the connection"],
    ["DELETE", "await socket.closed", "closes the connection"],
  ])("%s is copied as a test that opens a connection", (method, effect, title) => {
    const [, vitest] = copyForms({ ...call, routeKey: `${method} /@connections/{connectionId}` }, [stage])
    expect(vitest?.text).toContain(effect)
    expect(vitest?.text).toContain(`${method} @connections ${title}`)
    expect(vitest?.text).toContain('region: "eu-west-1"')
    expect(vitest?.text).toContain("gateway.connections.all()")
  })

  test("that found no connection is copied as a test with its connection id", () => {
    const [, vitest] = copyForms({ ...call, status: 410 }, [stage])
    expect(vitest?.text).toContain('const ConnectionId = "c1"')
    expect(vitest?.text).not.toContain("openSocket")
  })

  test.each<[reason: string, change: Partial<EventEntry>]>([
    ["its signer was denied", { status: 403 }],
    ["it was throttled", { status: 429 }],
    ["its payload is empty", { frame: "" }],
  ])("is not copied as a test when %s", (_reason, change) => {
    expect(namesOf({ ...call, ...change })).toEqual(["AWS CLI"])
  })
})

describe("a request to a service", () => {
  const served: Served = {
    outputs: {},
    endpoints: { dynamodb: "http://127.0.0.1:1", s3: "http://127.0.0.1:2", sqs: "http://127.0.0.1:1" },
    region,
    stages: [],
    functions: [],
  }
  const put: ServiceEntry = {
    id: 2,
    time: 10_005,
    kind: "service",
    service: "dynamodb",
    operation: "PutItem",
    resource: "documents",
    durationMs: 3,
    status: 200,
    decisions: [],
    input: '{"TableName":"documents"}',
  }
  const textOf = (one: ServiceEntry, name = "Vitest test") =>
    copyServiceCall(one, {
      ...served,
      endpoints: { ...served.endpoints, [endpointOf(one)]: "http://127.0.0.1:3" },
    }).find((form) => form.name === name)?.text
  const endpointOf = ({ service }: ServiceEntry) =>
    ({ events: "eventbridge", states: "sfn", secretsmanager: "secrets-manager" })[service] ?? service

  test("is copied as an AWS CLI command", () => {
    expect(copyServiceCall(put, served)[0]?.text).toBe(
      `aws dynamodb put-item --cli-input-json '{"TableName":"documents"}' --endpoint-url 'http://127.0.0.1:1'`,
    )
    const get = { ...put, service: "s3", operation: "GetObject", resource: "files/a b.txt" }
    expect(copyServiceCall(get, served)).toEqual([
      { name: "AWS CLI", text: "aws s3 cp 's3://files/a b.txt' - --endpoint-url 'http://127.0.0.1:2'" },
    ])
    expect(textOf({ ...put, service: "states", operation: "StartExecution", input: "{}" }, "AWS CLI")).toBe(
      "aws stepfunctions start-execution --cli-input-json '{}' --endpoint-url 'http://127.0.0.1:3'",
    )
  })

  test.each<[service: string, operation: string, input: string, expected: string]>([
    ["dynamodb", "PutItem", '{"Item":{"a":{"B":"aGk="}}}', 'Item: { a: { B: Buffer.from("aGk=", "base64") } }'],
    ["kinesis", "PutRecord", '{"Data":"aGk="}', '{ Data: Buffer.from("aGk=", "base64") }'],
    ["events", "PutEvents", '{"Entries":[{"Time":12}]}', "{ Entries: [{ Time: new Date(12000) }] }"],
    ["secretsmanager", "GetSecretValue", '{"SecretId":"a"}', 'endpoint: gateway.endpoints["secrets-manager"]'],
    ["states", "StartExecution", '{"input":"{}"}', "disableHostPrefix: true"],
    [
      "sqs",
      "SendMessage",
      '{"QueueUrl":"http://127.0.0.1:1/0/jobs","MessageBody":"a"}',
      '{ QueueUrl: gateway.endpoints.sqs + "/0/jobs", MessageBody: "a" }',
    ],
    [
      "sns",
      "Publish",
      "Action=Publish&Version=2010-03-31&Message=a%26b&MessageAttributes.entry.1.Name=kind&MessageAttributes.entry.1.Value.DataType=String&MessageAttributes.entry.1.Value.StringValue=sport",
      '{ Message: "a&b", MessageAttributes: { kind: { DataType: "String", StringValue: "sport" } } }',
    ],
    [
      "sns",
      "Publish",
      "TopicArn=t&TargetArn=a&Subject=s&MessageStructure=json&MessageGroupId=g&MessageDeduplicationId=d&Message=m",
      '{ TopicArn: "t", TargetArn: "a", Message: "m", Subject: "s", MessageStructure: "json", MessageGroupId: "g", MessageDeduplicationId: "d" }',
    ],
    [
      "dynamodb",
      "GetItem",
      '{"Keys":["a","b",[]],"Limit":1,"Empty":{}}',
      '{ Keys: ["a", "b", []], Limit: 1, Empty: {} }',
    ],
    ["dynamodb", "PutItem", '{"Item":{"__proto__":{"S":"a-b"},"a-b":{}}}', '["__proto__"]: { S: "a-b" }, "a-b": {}'],
  ])("of %s is copied as a test of %s with the input %s", (service, operation, input, expected) => {
    expect(textOf({ ...put, service, operation, input })).toContain(expected)
  })

  test("that failed is copied as a test that expects the same status", () => {
    expect(textOf({ ...put, status: 400 })).toContain("rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } })")
  })

  test.each<[reason: string, change: Partial<ServiceEntry>]>([
    ["its input was cut", { input: '{"TableName":"docu… (9000 characters)' }],
    ["its input is not an object", { input: "[]" }],
    ["the service failed", { status: 500 }],
    ["it was denied", { status: 400, decisions: [{ action: "a", resource: "r", allowed: false }] }],
    [
      "its receipt handle is of this run",
      { service: "sqs", operation: "DeleteMessage", input: '{"ReceiptHandle":"a"}' },
    ],
    ["it reads a stream of a table", { operation: "ListStreams" }],
    [
      "it is a batch of messages in the query protocol",
      { service: "sns", operation: "PublishBatch", input: "Action=a" },
    ],
    ["its service has no test", { service: "lambda" }],
  ])("is not copied as a test when %s", (_reason, change) => {
    expect(textOf({ ...put, ...change })).toBeUndefined()
  })

  test("is not copied when its input was not kept", () => {
    const { input: _input, ...without } = put
    expect(copyServiceCall(without, served)).toEqual([])
  })
})
