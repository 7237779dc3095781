// The API of Step Functions, as functions call it over HTTP.
import { expect, onTestFinished, test } from "vitest"
import type { OutgoingResult } from "../../definition/outgoing-request.ts"
import type { DataCaller } from "../../definition/permission.ts"
import { ManualClock } from "../../foundation/manual-clock.ts"
import { ServiceError } from "../local/local-service.ts"
import { createExecutions } from "./executions.ts"
import { createStepFunctionsService } from "./service.ts"
import { createTaskTokens } from "./task-tokens.ts"

const log = { info() {}, warn() {}, error() {} }
const arnOf = (name: string) => `arn:aws:states:us-east-1:000000000000:stateMachine:${name}`
const free: DataCaller = {
  isRestricted: false,
  may: () => ({ allowed: true }),
  hasPermission: () => ({ allowed: true }),
} as DataCaller

const machines = {
  Waits: { StartAt: "W", States: { W: { Type: "Wait", Seconds: 60, End: true } } },
  Express: { StartAt: "P", States: { P: { Type: "Pass", Result: { made: true }, End: true } } },
  Outer: {
    StartAt: "Run",
    States: {
      Run: {
        Type: "Task",
        Resource: "arn:aws:states:::states:startExecution.sync:2",
        Parameters: { StateMachineArn: arnOf("Inner"), Input: { "n.$": "$.n" } },
        OutputPath: "$.Output",
        End: true,
      },
    },
  },
  Inner: { StartAt: "P", States: { P: { Type: "Pass", End: true } } },
}

function createWorld() {
  const clock = new ManualClock()
  const tokens = createTaskTokens(clock)
  const executions = createExecutions({
    clock,
    tokens,
    log,
    jsonata: () => undefined,
    onEvent() {},
    async callService({ headers, body }): Promise<OutgoingResult> {
      const result = await call(String(headers["x-amz-target"]).replace("AWSStepFunctions.", ""), JSON.parse(body))
      return { outcome: "responded", status: 200, headers: {}, body: Buffer.from(JSON.stringify(result)) }
    },
  })
  onTestFinished(() => executions.close())
  const definitions = Object.entries(machines).map(([name, machine]) => ({
    logicalId: name,
    stackName: "test",
    name,
    arn: arnOf(name),
    roleArn: "role",
    type: name === "Express" ? ("EXPRESS" as const) : ("STANDARD" as const),
    machine,
  }))
  const service = createStepFunctionsService({ machines: () => definitions, executions, tokens })

  // biome-ignore lint/suspicious/noExplicitAny: the output of any operation.
  async function call(operation: string, input: object, caller = free): Promise<any> {
    const headers = { "x-amz-target": `AWSStepFunctions.${operation}` }
    const request = { method: "POST", path: "/", query: "", headers, body: Buffer.from(JSON.stringify(input)) }
    return JSON.parse((await service.serve(request, caller)).body)
  }
  const start = (name: string, more: object = {}) => call("StartExecution", { stateMachineArn: arnOf(name), ...more })
  return { clock, call, start, executions }
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "none",
    (error) => (error instanceof ServiceError ? error.code : String(error)),
  )
}

test("an execution is started, described, listed and stopped", async () => {
  const { call, start, executions } = createWorld()
  const { executionArn } = await start("Waits", { name: "one", input: '{"a":1}' })
  expect(executionArn).toBe("arn:aws:states:us-east-1:000000000000:execution:Waits:one")
  expect(await call("DescribeExecution", { executionArn })).toMatchObject({ status: "RUNNING", input: '{"a":1}' })
  await expect.poll(() => executions.find(executionArn)?.events.length).toBe(2)
  await call("StopExecution", { executionArn, error: "Mine", cause: "enough" })
  expect(await call("DescribeExecution", { executionArn })).toMatchObject({
    status: "ABORTED",
    error: "Mine",
    cause: "enough",
    stopDate: expect.any(Number),
  })
  const listed = await call("ListExecutions", { stateMachineArn: arnOf("Waits"), statusFilter: "ABORTED" })
  expect(listed.executions).toMatchObject([{ executionArn, status: "ABORTED" }])
  const { events } = await call("GetExecutionHistory", { executionArn })
  expect(events).toMatchObject([
    { id: 1, type: "ExecutionStarted" },
    { id: 2, type: "WaitStateEntered", stateEnteredEventDetails: { name: "W", input: '{"a":1}' } },
    { id: 3, type: "ExecutionAborted", executionAbortedEventDetails: { error: "Mine", cause: "enough" } },
  ])
})

test("a name is used once, and names the same execution while it runs", async () => {
  const { start } = createWorld()
  const first = await start("Waits", { name: "one" })
  expect(await start("Waits", { name: "one" })).toEqual(first)
  expect(await codeOf(start("Waits", { name: "one", input: "[1]" }))).toBe("ExecutionAlreadyExists")
  expect(await codeOf(start("Waits", { name: "two words" }))).toBe("InvalidName")
  expect(await codeOf(start("Waits", { input: "{" }))).toBe("InvalidExecutionInput")
  expect(await codeOf(start("Missing"))).toBe("StateMachineDoesNotExist")
})

test("an express execution is started and waited for, and cannot be described", async () => {
  const { call, start } = createWorld()
  const stateMachineArn = arnOf("Express")
  expect(await call("StartSyncExecution", { stateMachineArn })).toMatchObject({
    status: "SUCCEEDED",
    output: '{"made":true}',
  })
  const { executionArn } = await start("Express")
  expect(await codeOf(call("DescribeExecution", { executionArn }))).toBe("StateMachineTypeNotSupported")
  expect(await codeOf(call("ListExecutions", { stateMachineArn }))).toBe("StateMachineTypeNotSupported")
  expect(await codeOf(call("StartSyncExecution", { stateMachineArn: arnOf("Waits") }))).toBe(
    "StateMachineTypeNotSupported",
  )
})

test("a machine starts another one and waits for its output", async () => {
  const { start, executions } = createWorld()
  const { executionArn } = await start("Outer", { input: '{"n":7}' })
  const execution = executions.find(executionArn)
  await execution?.done
  expect(execution).toMatchObject({ status: "SUCCEEDED", output: '{"n":7}' })
})

test("a token that no task waits for is TaskTimedOut", async () => {
  const { call } = createWorld()
  expect(await codeOf(call("SendTaskSuccess", { taskToken: "t", output: "1" }))).toBe("TaskTimedOut")
  expect(await codeOf(call("SendTaskHeartbeat", { taskToken: "t" }))).toBe("TaskTimedOut")
})

test("a caller without the permission is denied, and an unknown operation is named", async () => {
  const { call } = createWorld()
  const denied = {
    ...free,
    isRestricted: true,
    may: () => ({ allowed: false, message: "no" }),
  } as unknown as DataCaller
  expect(await codeOf(call("StartExecution", { stateMachineArn: arnOf("Waits") }, denied))).toBe(
    "AccessDeniedException",
  )
  expect(await codeOf(call("CreateActivity", {}))).toBe("UnknownOperationException")
})
