// What the resources of Task states become, and what their responses mean.
import { expect, test } from "vitest"
import { readResource, requestOf, resultOf, type TaskResource } from "./task-resources.ts"

function service(resource: string): Extract<TaskResource, { kind: "service" }> {
  const read = readResource(resource)
  if (read?.kind !== "service") throw new Error(`${resource} is not a service`)
  return read
}

const request = (resource: string, parameters: unknown) =>
  requestOf(service(`arn:aws:states:::${resource}`), parameters)

test("a resource names a function, or a service with a pattern", () => {
  expect(readResource("arn:aws:lambda:us-east-1:0:function:f")).toMatchObject({ kind: "function" })
  expect(service("arn:aws:states:::sqs:sendMessage.waitForTaskToken")).toMatchObject({ pattern: "token" })
  expect(service("arn:aws:states:::states:startExecution.sync:2")).toMatchObject({ pattern: "sync", isParsed: true })
  expect(service("arn:aws:states:::aws-sdk:dynamodb:query")).toMatchObject({ action: "query", isSdk: true })
  expect(readResource("arn:aws:states:us-east-1:0:activity:a")).toBe(undefined)
  expect(readResource("arn:aws:s3:::bucket")).toBe(undefined)
})

test("a call of an API has its path, query, headers and body, and fails by its status", () => {
  const parameters = {
    ApiEndpoint: "api.execute-api.us-east-1.amazonaws.com",
    Method: "POST",
    Stage: "dev",
    Path: "/items/",
    QueryParameters: { a: ["1", "2"] },
    Headers: { "X-A": ["b"] },
    RequestBody: { n: 1 },
  }
  expect(request("apigateway:invoke", parameters)).toEqual({
    service: "execute-api",
    host: "api.execute-api.us-east-1.amazonaws.com",
    method: "POST",
    path: "/dev/items?a=1&a=2",
    headers: { "content-type": "application/json", "x-a": "b" },
    body: '{"n":1}',
  })
  const api = service("arn:aws:states:::apigateway:invoke")
  expect(resultOf(api, { status: 200, headers: {}, body: '{"a":1}' })).toMatchObject({
    StatusCode: 200,
    ResponseBody: { a: 1 },
  })
  expect(() => resultOf(api, { status: 404, headers: {}, body: "no" })).toThrow("ApiGateway.404: no")
})

test("a call of the management API has the host, the stage and the connection", () => {
  const parameters = { ApiEndpoint: "https://api.example/dev", ConnectionId: "a=", Data: { n: 1 } }
  expect(request("aws-sdk:apigatewaymanagementapi:postToConnection", parameters)).toMatchObject({
    host: "api.example",
    method: "POST",
    path: "/dev/@connections/a%3D",
    body: '{"n":1}',
  })
  expect(() => request("aws-sdk:apigatewaymanagementapi:postToConnection", {})).toThrow(/ApiEndpoint is missing/)
  const gone = { status: 410, headers: { "x-amzn-errortype": "GoneException:http://x" }, body: "" }
  const sdk = service("arn:aws:states:::aws-sdk:apigatewaymanagementapi:postToConnection")
  expect(() => resultOf(sdk, gone)).toThrow(/^ApiGatewayManagementApi.GoneException/)
})

test("names of Step Functions are in lower case in requests, and in upper case in results", () => {
  const started = request("states:startExecution", { StateMachineArn: "arn", Input: { a: 1 } })
  expect(JSON.parse(started.body)).toEqual({ stateMachineArn: "arn", input: '{"a":1}' })
  const states = service("arn:aws:states:::states:startExecution")
  expect(resultOf(states, { status: 200, headers: {}, body: '{"executionArn":"x"}' })).toEqual({ ExecutionArn: "x" })
})

test("a message to a topic is a form, with its attributes", () => {
  const MessageAttributes = { kind: { DataType: "String", StringValue: "a" } }
  const { body } = request("sns:publish", { TopicArn: "t", Message: { a: 1 }, MessageAttributes })
  expect(Object.fromEntries(new URLSearchParams(body))).toMatchObject({
    Action: "Publish",
    Message: '{"a":1}',
    "MessageAttributes.entry.1.Name": "kind",
    "MessageAttributes.entry.1.Value.StringValue": "a",
  })
})

test("a service that is not served is an error of the state", () => {
  expect(() => request("glue:startJobRun", {})).toThrow(/glue:startJobRun is not served locally/)
})
