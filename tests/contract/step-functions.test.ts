// State machines that handlers, rules and schedules start, whose tasks use the services of the gateway.
import { ManualClock } from "@document-insight/gateway"
import { beforeEach, describe, expect, test } from "vitest"
import { openSocket } from "../testing/open-socket.ts"
import type { LocalGateway } from "../testing/start-local.ts"
import {
  allow,
  deniedBy,
  eventWith,
  functionResource,
  lineWith,
  logging,
  nextMessage,
  type Result,
  shareCalling,
  startCalling,
  suggestedStatement,
} from "./testing/service-calls.ts"

type Send = (service: string, command: string, input: object) => Promise<Result>

/** The gateway of all tests that do not move the clock. */
const startShared = shareCalling()

/** Each test has a machine of its own, because the executions of the tests before it stay. */
let machineName = ""
let machineArn = ""
let machineCount = 0
beforeEach(() => {
  machineCount++
  machineName = `machine-${machineCount}`
  machineArn = `arn:aws:states:us-east-1:000000000000:stateMachine:${machineName}`
})

const trust = (service: string) => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
})

const role = (service: string, ...statements: object[]) => ({
  Type: "AWS::IAM::Role",
  Properties: {
    AssumeRolePolicyDocument: trust(service),
    Policies: [{ PolicyName: "policy", PolicyDocument: { Version: "2012-10-17", Statement: statements } }],
  },
})

const machine = (states: Record<string, object>, properties: Record<string, unknown> = {}) => ({
  Type: "AWS::StepFunctions::StateMachine",
  Properties: {
    StateMachineName: machineName,
    RoleArn: { "Fn::GetAtt": ["MachineRole", "Arn"] },
    Definition: { StartAt: Object.keys(states)[0], States: states },
    ...properties,
  },
})

const machineRole = (...actions: string[]) => role("states.amazonaws.com", ...actions.map((action) => allow(action)))

const statements = [allow("states:*")]

/** Resolves with the event of the gateway when an execution has ended. */
async function ended({ events, untilEvent }: LocalGateway): Promise<Record<string, unknown>> {
  const ends = (event: LocalGateway["events"][number]) =>
    event.event === "log" &&
    event.source === "states" &&
    /Execution(Succeeded|Failed|TimedOut|Aborted)/.test(event.message)
  await untilEvent(ends)
  const found = events.find(ends)
  return JSON.parse(found?.event === "log" ? found.message : "{}")
}

async function outputOf(send: Send, local: LocalGateway, input: object = {}): Promise<unknown> {
  const { executionArn } = await send("sfn", "StartExecution", {
    stateMachineArn: machineArn,
    input: JSON.stringify(input),
  })
  await ended(local)
  const { output, error, cause } = await send("sfn", "DescribeExecution", { executionArn })
  return output === undefined ? { error, cause } : JSON.parse(String(output))
}

const greet = { Greet: { Type: "Pass", Result: { text: "hello" }, ResultPath: "$.greeting", End: true } }

describe("a handler with the SDK of Step Functions", () => {
  test("starts an execution, and reads it, its history and the machine", async () => {
    const resources = { Machine: machine(greet), MachineRole: machineRole() }
    const { local, send } = await startShared({ resources, statements })
    const started = await send("sfn", "StartExecution", {
      stateMachineArn: machineArn,
      name: "first",
      input: '{"name":"Ann"}',
    })
    const executionArn = `arn:aws:states:us-east-1:000000000000:execution:${machineName}:first`
    expect(started).toMatchObject({ status: 200, executionArn, startDate: expect.any(String) })
    await ended(local)
    const described = await send("sfn", "DescribeExecution", { executionArn })
    expect(described).toMatchObject({
      executionArn,
      stateMachineArn: machineArn,
      name: "first",
      input: '{"name":"Ann"}',
      output: '{"name":"Ann","greeting":{"text":"hello"}}',
      stopDate: expect.any(String),
    })
    const { executions } = await send("sfn", "ListExecutions", { stateMachineArn: machineArn })
    expect(executions).toEqual([expect.objectContaining({ executionArn, name: "first", status: "SUCCEEDED" })])
    const failed = await send("sfn", "ListExecutions", { stateMachineArn: machineArn, statusFilter: "FAILED" })
    expect(failed.executions).toEqual([])
    const { events } = await send("sfn", "GetExecutionHistory", { executionArn })
    expect((events as { type: string }[]).map(({ type }) => type)).toEqual([
      "ExecutionStarted",
      "PassStateEntered",
      "PassStateExited",
      "ExecutionSucceeded",
    ])
    expect(await send("sfn", "DescribeStateMachine", { stateMachineArn: machineArn })).toMatchObject({
      name: machineName,
      type: "STANDARD",
    })
    const again = { stateMachineArn: machineArn, name: "first", input: "{}" }
    expect(await send("sfn", "StartExecution", again)).toMatchObject({ error: "ExecutionAlreadyExists", status: 400 })
    const missing = { stateMachineArn: `${machineArn}2` }
    expect(await send("sfn", "StartExecution", missing)).toMatchObject({ error: "StateMachineDoesNotExist" })
  })

  test("waits for an express execution, whose output or error is in the response", async () => {
    const states = {
      Check: {
        Type: "Choice",
        Choices: [{ Variable: "$.fail", BooleanEquals: true, Next: "Fail" }],
        Default: "Greet",
      },
      ...greet,
      Fail: { Type: "Fail", Error: "Wrong", Cause: "it was asked to" },
    }
    const resources = { Machine: machine(states, { StateMachineType: "EXPRESS" }), MachineRole: machineRole() }
    const { send } = await startShared({ resources, statements })
    const run = (input: object) =>
      send("sfn", "StartSyncExecution", { stateMachineArn: machineArn, input: JSON.stringify(input) })
    expect(await run({ fail: false })).toMatchObject({ output: '{"fail":false,"greeting":{"text":"hello"}}' })
    expect(await run({ fail: true })).toMatchObject({ error: "Wrong", cause: "it was asked to" })
  })

  test("completes a task by its token, fails it, keeps it alive, and stops an execution", async () => {
    const clock = new ManualClock(Date.now())
    const states = {
      Ask: {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
        Parameters: { FunctionName: "asker", Payload: { "token.$": "$$.Task.Token" } },
        HeartbeatSeconds: 60,
        End: true,
      },
    }
    const code = "export const handler = async ({ token }) => console.log(JSON.stringify({ token, asked: 1 }))"
    const resources = {
      Machine: machine(states),
      MachineRole: machineRole("lambda:InvokeFunction"),
      // The clock moves while it responds.
      Asker: functionResource("asker", code, { Timeout: 900 }),
    }
    const { local, send } = await startCalling({ resources, statements }, { clock })
    const start = async () => {
      local.events.splice(0)
      const { executionArn } = await send("sfn", "StartExecution", { stateMachineArn: machineArn })
      const { token: taskToken } = await eventWith(local, "asked")
      return { executionArn, taskToken }
    }
    const first = await start()
    for (let minute = 0; minute < 3; minute++) {
      clock.advance(50_000)
      expect(await send("sfn", "SendTaskHeartbeat", { taskToken: first.taskToken })).toEqual({ status: 200 })
    }
    await send("sfn", "SendTaskSuccess", { taskToken: first.taskToken, output: '{"answer":42}' })
    expect(await ended(local)).toMatchObject({ type: "ExecutionSucceeded" })
    expect(await send("sfn", "DescribeExecution", { executionArn: first.executionArn })).toMatchObject({
      output: '{"answer":42}',
    })
    const late = await send("sfn", "SendTaskSuccess", { taskToken: first.taskToken, output: "{}" })
    expect(late).toMatchObject({ error: "TaskTimedOut", status: 400 })

    const second = await start()
    await send("sfn", "SendTaskFailure", { taskToken: second.taskToken, error: "Refused", cause: "no time" })
    await ended(local)
    expect(await send("sfn", "DescribeExecution", { executionArn: second.executionArn })).toMatchObject({
      error: "Refused",
      cause: "no time",
    })

    await start()
    clock.advance(61_000)
    expect(await ended(local)).toMatchObject({ error: "States.HeartbeatTimeout" })

    const last = await start()
    const stopped = await send("sfn", "StopExecution", { executionArn: last.executionArn, error: "Stopped" })
    expect(stopped).toEqual({ status: 200, stopDate: expect.any(String) })
    expect(await ended(local)).toMatchObject({ type: "ExecutionAborted", error: "Stopped" })
  })

  test("needs the permission of each operation on the machine, the execution or the token's machine", async () => {
    const resources = { Machine: machine(greet), MachineRole: machineRole() }
    const { local, send } = await startShared({
      resources,
      statements: [allow("states:StartExecution", { Ref: "Machine" })],
    })
    const { executionArn } = await send("sfn", "StartExecution", { stateMachineArn: machineArn })
    expect(await send("sfn", "DescribeExecution", { executionArn })).toMatchObject({
      error: "AccessDeniedException",
      status: 400,
    })
    expect(suggestedStatement(local)).toMatchObject({ Action: "states:DescribeExecution" })
    expect(await send("sfn", "ListExecutions", { stateMachineArn: machineArn })).toMatchObject({
      error: "AccessDeniedException",
    })
    expect(deniedBy(local).map(({ action }) => action)).toEqual(["states:DescribeExecution", "states:ListExecutions"])
  })
})

describe("a task", () => {
  const task = (resource: string, Parameters: object, more: object = {}) => ({
    Type: "Task",
    Resource: `arn:aws:states:::${resource}`,
    Parameters,
    ...more,
  })
  const table = {
    Type: "AWS::DynamoDB::Table",
    Properties: {
      TableName: "orders",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    },
  }
  const Key = { id: { "S.$": "$.id" } }

  test("writes, changes and reads an item, and an item that is missing or a condition that fails is an outcome", async () => {
    const keep = { ResultPath: null }
    const states = {
      Put: task(
        "dynamodb:putItem",
        { TableName: "orders", Item: { ...Key, count: { N: "1" } } },
        { ...keep, Next: "Add" },
      ),
      Add: task(
        "dynamodb:updateItem",
        {
          TableName: "orders",
          Key,
          UpdateExpression: "ADD #count :one",
          ExpressionAttributeNames: { "#count": "count" },
          ExpressionAttributeValues: { ":one": { N: "4" } },
        },
        { ...keep, Next: "Get" },
      ),
      Get: task("dynamodb:getItem", { TableName: "orders", Key }, { ResultPath: "$.read", Next: "Again" }),
      Again: task(
        "aws-sdk:dynamodb:putItem",
        { TableName: "orders", Item: Key, ConditionExpression: "attribute_not_exists(id)" },
        {
          ResultPath: "$.again",
          End: true,
          Catch: [{ ErrorEquals: ["DynamoDb.ConditionalCheckFailedException"], ResultPath: "$.failure", Next: "Done" }],
        },
      ),
      Done: { Type: "Pass", Parameters: { "item.$": "$.read.Item", "error.$": "$.failure.Error" }, End: true },
    }
    const resources = { Machine: machine(states), MachineRole: machineRole("dynamodb:*"), Table: table }
    const { local, send } = await startShared({ resources, statements })
    expect(await outputOf(send, local, { id: "7" })).toEqual({
      item: { id: { S: "7" }, count: { N: "5" } },
      error: "DynamoDb.ConditionalCheckFailedException",
    })
  })

  test("sends to a queue, publishes to a topic and puts an event", async () => {
    const states = {
      Send: task(
        "sqs:sendMessage",
        { QueueUrl: { Ref: "Queue" }, MessageBody: { "order.$": "$.id" } },
        { ResultPath: "$.sent", Next: "Publish" },
      ),
      Publish: task(
        "sns:publish",
        { TopicArn: { Ref: "Topic" }, "Message.$": "$.id" },
        { ResultPath: "$.published", Next: "Put" },
      ),
      Put: task(
        "events:putEvents",
        { Entries: [{ Source: "orders", DetailType: "paid", Detail: { "id.$": "$.id" }, EventBusName: "default" }] },
        { ResultPath: "$.put", End: true },
      ),
    }
    const queue = (QueueName: string) => ({ Type: "AWS::SQS::Queue", Properties: { QueueName } })
    const resources = {
      Machine: machine(states),
      MachineRole: machineRole("sqs:SendMessage", "sns:Publish", "events:PutEvents"),
      Queue: queue("queue"),
      Topic: { Type: "AWS::SNS::Topic", Properties: { TopicName: "news" } },
      Subscription: {
        Type: "AWS::SNS::Subscription",
        Properties: { TopicArn: { Ref: "Topic" }, Protocol: "lambda", Endpoint: { "Fn::GetAtt": ["Reader", "Arn"] } },
      },
      Reader: functionResource("reader", logging),
      FromTopic: {
        Type: "AWS::Lambda::Permission",
        Properties: {
          Action: "lambda:InvokeFunction",
          FunctionName: { Ref: "Reader" },
          Principal: "sns.amazonaws.com",
        },
      },
      Rule: {
        Type: "AWS::Events::Rule",
        Properties: {
          EventPattern: { source: ["orders"] },
          Targets: [{ Id: "1", Arn: { "Fn::GetAtt": ["Reader", "Arn"] } }],
        },
      },
      FromRule: {
        Type: "AWS::Lambda::Permission",
        Properties: {
          Action: "lambda:InvokeFunction",
          FunctionName: { Ref: "Reader" },
          Principal: "events.amazonaws.com",
        },
      },
    }
    const { local, send } = await startShared({ resources, statements })
    expect(await outputOf(send, local, { id: "7" })).toMatchObject({
      sent: { MessageId: expect.any(String) },
      published: { MessageId: expect.any(String) },
      put: { FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }] },
    })
    expect((await nextMessage(local, "queue")).body).toBe('{"order":"7"}')
    expect(await eventWith(local, '"Sns"')).toMatchObject({ Records: [{ Sns: { Message: "7" } }] })
    expect(await eventWith(local, '"detail-type":"paid"')).toMatchObject({
      detail: { id: "7" },
      resources: [expect.stringContaining(`:execution:${machineName}:`), machineArn],
    })
  })

  test("that puts an event which is not valid fails, also when others are put", async () => {
    const entry = { Source: "orders", DetailType: "paid", Detail: {} }
    const states = {
      Put: task("events:putEvents", { Entries: [entry, { ...entry, Source: "aws.orders" }] }, { End: true }),
    }
    const resources = { Machine: machine(states), MachineRole: machineRole("events:PutEvents") }
    const { local, send } = await startShared({ resources, statements })
    expect(await outputOf(send, local)).toMatchObject({ error: "EventBridge.FailedEntry" })
  })

  test("pushes to the connection of a client, and one that is gone is an error that is caught", async () => {
    const push = (id: string, more: object) =>
      task(
        "aws-sdk:apigatewaymanagementapi:postToConnection",
        {
          ApiEndpoint: { "Fn::Sub": "${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/dev" },
          "ConnectionId.$": id,
          Data: { "text.$": "$.text" },
        },
        { ResultPath: null, ...more },
      )
    const states = {
      Push: push("$.connection", { Next: "Gone" }),
      Gone: push("$.gone", {
        End: true,
        Catch: [{ ErrorEquals: ["ApiGatewayManagementApi.GoneException"], ResultPath: "$.failure", Next: "Done" }],
      }),
      Done: { Type: "Pass", OutputPath: "$.failure.Error", End: true },
    }
    const whoAmI =
      "export const handler = async ({ requestContext }) => ({ statusCode: 200, body: requestContext.connectionId })"
    const resources = {
      Machine: machine(states),
      MachineRole: machineRole("execute-api:ManageConnections"),
    }
    const { local, send } = await startShared({ resources, statements }, { who: { code: whoAmI, twoWay: true } })
    const socket = await openSocket(local.url)
    socket.send({ action: "who" })
    const connection = await socket.next()
    const output = outputOf(send, local, { connection, gone: "L0SM9cOFvHcCIhw=", text: "hi" })
    expect(JSON.parse(await socket.next())).toEqual({ text: "hi" })
    expect(await output).toBe("ApiGatewayManagementApi.GoneException")
  })

  test("without the permission of the machine's role fails, which is reported with a fix", async () => {
    const states = { Get: task("dynamodb:getItem", { TableName: "orders", Key }, { End: true }) }
    const resources = { Machine: machine(states), MachineRole: machineRole("sqs:SendMessage"), Table: table }
    const { local, send } = await startShared({ resources, statements })
    expect(await outputOf(send, local, { id: "7" })).toMatchObject({ error: "DynamoDB.AccessDeniedException" })
    expect(deniedBy(local)).toEqual([expect.objectContaining({ action: "dynamodb:GetItem", role: "MachineRole" })])
  })
})

describe("the clock", () => {
  test("passes waits and retries of parallel branches and of a Map, whose errors are caught", async () => {
    const clock = new ManualClock(Date.now())
    const call = (payload: object, more: object) => ({
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke",
      Parameters: { FunctionName: "worker", Payload: payload },
      ...more,
    })
    const states = {
      Both: {
        Type: "Parallel",
        Branches: [
          {
            StartAt: "Wait",
            States: {
              Wait: { Type: "Wait", Seconds: 240, Next: "Late" },
              Late: { Type: "Pass", Result: "later", End: true },
            },
          },
          {
            StartAt: "Each",
            States: {
              Each: {
                Type: "Map",
                ItemsPath: "$.items",
                ItemProcessor: {
                  StartAt: "Work",
                  States: {
                    Work: call(
                      { "item.$": "$" },
                      {
                        ResultSelector: { "done.$": "$.Payload" },
                        Retry: [{ ErrorEquals: ["Busy"], IntervalSeconds: 60, BackoffRate: 2, MaxAttempts: 2 }],
                        Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$", Next: "Given" }],
                        End: true,
                      },
                    ),
                    Given: { Type: "Pass", Parameters: { "failed.$": "$.Error" }, End: true },
                  },
                },
                End: true,
              },
            },
          },
        ],
        End: true,
      },
    }
    // Fails as often as the item says.
    const code = `const attempts = new Map()
      export const handler = async ({ item }) => {
        const attempt = (attempts.get(item) ?? 0) + 1
        attempts.set(item, attempt)
        console.log("attempt", item, attempt)
        if (attempt <= item) throw Object.assign(new Error("busy"), { name: "Busy" })
        return item * 10
      }`
    const resources = {
      Machine: machine(states),
      MachineRole: machineRole("lambda:InvokeFunction"),
      // The clock moves while it responds.
      Worker: functionResource("worker", code, { Timeout: 900 }),
    }
    const { local, send } = await startCalling({ resources, statements }, { clock })
    const { executionArn } = await send("sfn", "StartExecution", {
      stateMachineArn: machineArn,
      input: '{"items":[2]}',
    })
    await lineWith(local, "attempt 2 1")
    await retryAt(local, clock, 60_000, "attempt 2 2")
    await retryAt(local, clock, 120_000, "attempt 2 3")
    clock.advance(60_000)
    expect(await ended(local)).toMatchObject({ type: "ExecutionSucceeded" })
    const { output } = await send("sfn", "DescribeExecution", { executionArn })
    expect(JSON.parse(String(output))).toEqual(["later", [{ done: 20 }]])
  })
})

/** Moves the clock to the retry of an attempt that failed. */
async function retryAt(local: LocalGateway, clock: ManualClock, delayMs: number, text: string): Promise<void> {
  const isFailure = (event: LocalGateway["events"][number]) =>
    event.event === "log" && event.source === "states" && event.message.includes('"Busy"')
  const failures = Number(text.at(-1)) - 1
  await local.untilEvent(() => local.events.filter(isFailure).length >= failures)
  // The machine waits for the retry in the same turn as it reports the failure.
  await new Promise(setImmediate)
  clock.advance(delayMs)
  await lineWith(local, text)
}

describe("EventBridge starts a state machine", () => {
  const starts = { ...allow("states:StartExecution"), Resource: { Ref: "Machine" } }
  const base = () => ({ Machine: machine(greet), MachineRole: machineRole() })
  const target = { Id: "1", Arn: { Ref: "Machine" }, RoleArn: { "Fn::GetAtt": ["StarterRole", "Arn"] } }
  const rule = (properties: object, more: object = {}) => ({
    Type: "AWS::Events::Rule",
    Properties: { ...properties, Targets: [{ ...target, ...more }] },
  })
  const mayPut = [...statements, allow("events:PutEvents")]

  async function inputs(send: Send): Promise<unknown[]> {
    const { executions, error } = await send("sfn", "ListExecutions", { stateMachineArn: machineArn })
    expect(error).toBeUndefined()
    const found = (executions as { executionArn: string }[]).map(({ executionArn }) =>
      send("sfn", "DescribeExecution", { executionArn }),
    )
    return (await Promise.all(found)).map(({ input }) => JSON.parse(String(input)))
  }

  test("by a rule, with the event as its input", async () => {
    const resources = {
      ...base(),
      StarterRole: role("events.amazonaws.com", starts),
      Rule: rule({ EventPattern: { source: ["shop"] } }),
    }
    const { local, send } = await startShared({ resources, statements: mayPut })
    const entry = { Source: "shop", DetailType: "placed", Detail: '{"id":7}' }
    await send("events", "PutEvents", { Entries: [entry] })
    await ended(local)
    expect(await inputs(send)).toEqual([expect.objectContaining({ "detail-type": "placed", detail: { id: 7 } })])
  })

  test("by the schedule of a rule and of EventBridge Scheduler, when the clock reaches it", async () => {
    const clock = new ManualClock(Date.now())
    const at = new Date(Math.ceil(clock.now() / 1000) * 1000 + 60_000).toISOString().slice(0, 19)
    const resources = {
      ...base(),
      StarterRole: role("events.amazonaws.com", starts),
      SchedulerRole: role("scheduler.amazonaws.com", starts),
      Rule: rule({ ScheduleExpression: "rate(3 minutes)" }, { Input: '{"by":"rule"}' }),
      Schedule: {
        Type: "AWS::Scheduler::Schedule",
        Properties: {
          ScheduleExpression: `at(${at})`,
          FlexibleTimeWindow: { Mode: "OFF" },
          Target: {
            Arn: { Ref: "Machine" },
            RoleArn: { "Fn::GetAtt": ["SchedulerRole", "Arn"] },
            Input: '{"by":"schedule","at":"<aws.scheduler.scheduled-time>"}',
          },
        },
      },
    }
    const { local, send } = await startCalling({ resources, statements }, { clock })
    clock.advance(2 * 60_000)
    await ended(local)
    expect(await inputs(send)).toEqual([{ by: "schedule", at: `${at}Z` }])
    local.events.splice(0)
    // Signatures of functions, which have the time of the machine, expire after five minutes.
    clock.advance(60_000)
    await ended(local)
    expect((await inputs(send))[0]).toEqual({ by: "rule" })
  })

  test("with a role that may start it: otherwise nothing starts, which is reported with a fix", async () => {
    const resources = {
      ...base(),
      StarterRole: role("events.amazonaws.com", allow("sqs:SendMessage")),
      Rule: rule({ EventPattern: { source: ["shop"] } }),
    }
    const { local, send } = await startShared({ resources, statements: mayPut })
    await send("events", "PutEvents", { Entries: [{ Source: "shop", DetailType: "placed", Detail: "{}" }] })
    expect(await inputs(send)).toEqual([])
    expect(deniedBy(local)).toEqual([
      expect.objectContaining({
        action: "states:StartExecution",
        resource: machineArn,
        role: "StarterRole",
        cure: expect.stringContaining('"Action":"states:StartExecution","Resource":{"Ref":"Machine"}'),
      }),
    ])
  })

  test("an input that is not JSON is sent to the dead-letter queue", async () => {
    const resources = {
      ...base(),
      StarterRole: role("events.amazonaws.com", starts),
      Dead: { Type: "AWS::SQS::Queue", Properties: { QueueName: "dead" } },
      DeadPolicy: {
        Type: "AWS::SQS::QueuePolicy",
        Properties: {
          Queues: [{ Ref: "Dead" }],
          PolicyDocument: {
            Statement: [
              {
                Effect: "Allow",
                Principal: { Service: "events.amazonaws.com" },
                Action: "sqs:SendMessage",
                Resource: "*",
              },
            ],
          },
        },
      },
      Rule: rule(
        { EventPattern: { source: ["shop"] } },
        {
          InputTransformer: { InputPathsMap: { id: "$.detail.id" }, InputTemplate: "order <id>" },
          DeadLetterConfig: { Arn: { "Fn::GetAtt": ["Dead", "Arn"] } },
        },
      ),
    }
    const { local, send } = await startShared({ resources, statements: mayPut })
    await send("events", "PutEvents", { Entries: [{ Source: "shop", DetailType: "placed", Detail: '{"id":7}' }] })
    expect(await nextMessage(local, "dead")).toMatchObject({
      body: "order 7",
      attributes: { TARGET_ARN: { StringValue: machineArn } },
    })
  })
})
