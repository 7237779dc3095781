// Runs state machines with a manual clock and tasks that the tests answer.
import { expect, test } from "vitest"
import type { OutgoingResult } from "../../definition/outgoing-request.ts"
import { ManualClock } from "../../foundation/manual-clock.ts"
import { createExecutions, type Execution, type ExecutionsOptions } from "./executions.ts"
import { evaluateJsonata } from "./jsonata.ts"
import type { Machine } from "./states-language.ts"
import { createTaskTokens } from "./task-tokens.ts"

const lambda = "arn:aws:lambda:us-east-1:000000000000:function:f"

type Answer = { status?: number; body?: unknown; error?: string; cause?: string }

function createWorld(
  answer: (parameters: unknown, count: number) => Answer | Promise<Answer> = () => ({}),
  limits: Pick<ExecutionsOptions, "maxHistoryCharacters"> = {},
) {
  const clock = new ManualClock()
  const tokens = createTaskTokens(clock)
  const requests: { path: string; target: string | undefined; body: unknown }[] = []
  const callService: ExecutionsOptions["callService"] = async ({ path, headers, body }): Promise<OutgoingResult> => {
    const parameters: unknown = body === "" ? undefined : JSON.parse(body)
    requests.push({ path, target: headers["x-amz-target"], body: parameters })
    const { status = 200, body: result = {}, error, cause } = await answer(parameters, requests.length)
    const failed = error === undefined ? {} : { "x-amz-function-error": "Unhandled" }
    const payload = error === undefined ? result : { errorType: error, errorMessage: cause }
    return { outcome: "responded", status, headers: failed, body: Buffer.from(JSON.stringify(payload)) }
  }
  const log = {
    info() {},
    warn() {},
    error: (event: string, fields: unknown) => expect([event, fields]).toBe(undefined),
  }
  const executions = createExecutions({
    clock,
    tokens,
    log,
    callService,
    jsonata: () => evaluateJsonata,
    onEvent() {},
    ...limits,
  })
  const start = (machine: object, input: unknown = {}, type: "STANDARD" | "EXPRESS" = "STANDARD") =>
    executions.start(
      {
        logicalId: "Machine",
        stackName: "test",
        name: "machine",
        arn: "arn:aws:states:us-east-1:000000000000:stateMachine:machine",
        roleArn: "arn:aws:iam::000000000000:role/role",
        type,
        machine,
      },
      "one",
      JSON.stringify(input),
    )
  return { clock, tokens, requests, executions, start }
}

/** Lets the execution go on until it waits for time or for a request. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve))
}

async function outcomeOf(execution: Execution) {
  await execution.done
  const { status, output, error, cause } = execution
  return { status, ...(output !== undefined && { output: JSON.parse(output) }), ...(error && { error, cause }) }
}

async function run(machine: object, input?: unknown, answer?: Parameters<typeof createWorld>[0]) {
  return outcomeOf(createWorld(answer).start(machine, input))
}

const machineOf = (...states: [name: string, state: object][]) => ({
  StartAt: states[0]?.[0],
  States: Object.fromEntries(
    states.map(([name, state], index) => [
      name,
      { ...(states[index + 1] ? { Next: states[index + 1]?.[0] } : { End: true }), ...state },
    ]),
  ),
})

test.each<[what: string, state: object, output: unknown]>([
  ["a Pass state passes its input on", { Type: "Pass" }, { a: { b: [1, 2] }, n: 3 }],
  ["Result replaces the input", { Type: "Pass", Result: 1 }, 1],
  ["ResultPath adds the result", { Type: "Pass", Result: 1, ResultPath: "$.a.c" }, { a: { b: [1, 2], c: 1 }, n: 3 }],
  ["ResultPath null keeps the input", { Type: "Pass", Result: 1, ResultPath: null }, { a: { b: [1, 2] }, n: 3 }],
  ["InputPath and OutputPath select", { Type: "Pass", InputPath: "$.a", OutputPath: "$.b[1]" }, 2],
  ["a path with several values is a list", { Type: "Pass", Parameters: { "x.$": "$.a.b[*]" } }, { x: [1, 2] }],
  ["the last index counts from the end", { Type: "Pass", Parameters: { "x.$": "$.a.b[-1]" } }, { x: 2 }],
  ["a filter selects", { Type: "Pass", Parameters: { "x.$": "$.a.b[?(@ > 1)]" } }, { x: [2] }],
  ["Succeed ends", { Type: "Succeed", OutputPath: "$.n" }, 3],
])("%s", async (_, state, output) => {
  const result = await run(machineOf(["Only", state]), { a: { b: [1, 2] }, n: 3 })
  expect(result).toEqual({ status: "SUCCEEDED", output })
})

test.each<[expression: string, value: unknown]>([
  ["States.Format('a {} {}', $.name, $.n)", "a it's 3"],
  ["States.Array(1, 'x', $.n, true)", [1, "x", 3, true]],
  ["States.ArrayPartition($.list, 2)", [[1, 2], [2]]],
  ["States.ArrayContains($.list, 2)", true],
  ["States.ArrayRange(1, 9, 4)", [1, 5, 9]],
  ["States.ArrayGetItem($.list, 1)", 2],
  ["States.ArrayGetItem(States.Array(null), 0)", null],
  ["States.ArrayLength($.list)", 3],
  ["States.ArrayUnique($.list)", [1, 2]],
  ["States.Base64Encode('é')", "w6k="],
  ["States.Base64Decode('w6k=')", "é"],
  ["States.Hash('a', 'SHA-256')", "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"],
  ["States.JsonMerge($.left, $.right, false)", { a: 2, b: 1 }],
  ["States.JsonToString($.list)", "[1,2,2]"],
  ["States.StringToJson('{\"a\":1}')", { a: 1 }],
  ["States.MathAdd($.n, -1)", 2],
  ["States.StringSplit('a,b c', ', ')", ["a", "b", "c"]],
  ["States.Format('{}', States.ArrayLength(States.Array(1, 2)))", "2"],
])("%s", async (expression, value) => {
  const input = { name: "it's", n: 3, list: [1, 2, 2], left: { a: 1, b: 1 }, right: { a: 2 } }
  const result = await run(machineOf(["Only", { Type: "Pass", Parameters: { "x.$": expression } }]), input)
  expect(result).toEqual({ status: "SUCCEEDED", output: { x: value } })
})

test("an intrinsic function that fails, and a path that finds nothing, have their errors", async () => {
  const pass = (x: string) => machineOf(["Only", { Type: "Pass", Parameters: { "x.$": x } }])
  expect(await run(pass("States.ArrayLength('x')"))).toMatchObject({ error: "States.IntrinsicFailure" })
  expect(await run(pass("$.missing"))).toMatchObject({ error: "States.ParameterPathFailure" })
})

test.each<[rule: object, input: unknown]>([
  [{ Variable: "$.x", StringEquals: "a" }, { x: "a" }],
  [{ Variable: "$.x", StringMatches: "a*\\*" }, { x: "abc*" }],
  [{ Variable: "$.x", NumericGreaterThanEquals: 2 }, { x: 2 }],
  [
    { Variable: "$.x", NumericLessThanPath: "$.y" },
    { x: 1, y: 2 },
  ],
  [{ Variable: "$.x", BooleanEquals: false }, { x: false }],
  [{ Variable: "$.x", TimestampLessThan: "2026-01-01T00:00:00Z" }, { x: "2025-12-31T23:59:59.9Z" }],
  [{ Variable: "$.x", IsPresent: false }, {}],
  [{ Variable: "$.x", IsNull: true }, { x: null }],
  [{ Variable: "$.x", IsTimestamp: true }, { x: "2026-02-28T00:00:00+01:00" }],
  [{ And: [{ Variable: "$.x", IsNumeric: true }, { Not: { Variable: "$.x", NumericEquals: 2 } }] }, { x: 1 }],
  [
    {
      Or: [
        { Variable: "$.x", IsNull: true },
        { Variable: "$.x", IsBoolean: true },
      ],
    },
    { x: true },
  ],
])("the rule %j matches %j, and not another value", async (rule, input) => {
  const machine = {
    StartAt: "Choose",
    States: {
      Choose: { Type: "Choice", Choices: [{ ...rule, Next: "Yes" }], Default: "No" },
      Yes: { Type: "Pass", Result: "yes", End: true },
      No: { Type: "Pass", Result: "no", End: true },
    },
  }
  expect(await run(machine, input)).toMatchObject({ output: "yes" })
  expect(await run(machine, { x: "2000-13", y: 0 })).not.toMatchObject({ output: "yes" })
})

test("a pattern with several stars is matched in time that the text of an input cannot raise steeply", async () => {
  const machine = {
    StartAt: "Choose",
    States: {
      Choose: { Type: "Choice", Choices: [{ Variable: "$.x", StringMatches: "*a*a*b", Next: "Yes" }], Default: "No" },
      Yes: { Type: "Pass", Result: "yes", End: true },
      No: { Type: "Pass", Result: "no", End: true },
    },
  }
  const startedAt = performance.now()
  expect(await run(machine, { x: "a".repeat(2000) })).toMatchObject({ output: "no" })
  expect(performance.now() - startedAt).toBeLessThan(1000)
})

test("a Choice without a match and a default is an error", async () => {
  const Choices = [{ Variable: "$.x", IsPresent: true, Next: "Choose" }]
  const result = await run({ StartAt: "Choose", States: { Choose: { Type: "Choice", Choices } } })
  expect(result).toMatchObject({ status: "FAILED", error: "States.NoChoiceMatched" })
})

test("a task is called with its parameters, and its result is selected and put at a path", async () => {
  const world = createWorld(() => ({ body: { value: 7, other: 1 } }))
  const task = {
    Type: "Task",
    Resource: lambda,
    Parameters: { "given.$": "$.n", "by.$": "$$.State.Name" },
    ResultSelector: { "picked.$": "$.value" },
    ResultPath: "$.result",
  }
  const result = await outcomeOf(world.start(machineOf(["Call", task]), { n: 3 }))
  expect(result).toEqual({ status: "SUCCEEDED", output: { n: 3, result: { picked: 7 } } })
  expect(world.requests).toEqual([
    {
      path: `/2015-03-31/functions/${encodeURIComponent(lambda)}/invocations`,
      target: undefined,
      body: { given: 3, by: "Call" },
    },
  ])
})

test("Wait passes by the clock, until a time as well", async () => {
  const { clock, start } = createWorld()
  const until = new Date(clock.now() + 90_000).toISOString()
  const execution = start(
    machineOf(["A", { Type: "Wait", Seconds: 60 }], ["B", { Type: "Wait", TimestampPath: "$.until" }]),
    {
      until,
    },
  )
  await settle()
  clock.advance(59_999)
  await settle()
  expect(execution.events.map(({ type }) => type)).toEqual(["ExecutionStarted", "WaitStateEntered"])
  clock.advance(1)
  await settle()
  clock.advance(29_999)
  await settle()
  expect(execution.status).toBe("RUNNING")
  clock.advance(1)
  expect(await outcomeOf(execution)).toMatchObject({ status: "SUCCEEDED" })
})

test("a retrier waits longer each time, and a catcher receives the error when it gives up", async () => {
  const { clock, requests, start } = createWorld(() => ({ error: "Busy", cause: "later" }))
  const machine = {
    StartAt: "Call",
    States: {
      Call: {
        Type: "Task",
        Resource: lambda,
        Retry: [{ ErrorEquals: ["Busy"], IntervalSeconds: 2, BackoffRate: 3, MaxAttempts: 2 }],
        Catch: [{ ErrorEquals: ["States.TaskFailed"], Next: "Caught", ResultPath: "$.failure" }],
        End: true,
      },
      Caught: { Type: "Pass", End: true },
    },
  }
  const execution = start(machine, { kept: true })
  await settle()
  for (const [ms, count] of [
    [1_999, 1],
    [1, 2],
    [5_999, 2],
    [1, 3],
  ] as const) {
    clock.advance(ms)
    await settle()
    expect(requests).toHaveLength(count)
  }
  expect(await outcomeOf(execution)).toEqual({
    status: "SUCCEEDED",
    output: {
      kept: true,
      failure: { Error: "Busy", Cause: JSON.stringify({ errorType: "Busy", errorMessage: "later" }) },
    },
  })
})

test("an error of the definition is not caught by States.ALL, and Fail names its own", async () => {
  const Catch = [{ ErrorEquals: ["States.ALL"], Next: "End" }]
  const states = { End: { Type: "Succeed" } }
  const wrong = { StartAt: "A", States: { A: { Type: "Task", Resource: "arn:aws:x", Catch, End: true }, ...states } }
  expect(await run(wrong)).toMatchObject({ status: "FAILED", error: "States.Runtime" })
  const fail = { StartAt: "A", States: { A: { Type: "Fail", Error: "Mine", CausePath: "$.why" } } }
  expect(await run(fail, { why: "because" })).toEqual({ status: "FAILED", error: "Mine", cause: "because" })
})

test("a task that takes too long is States.Timeout", async () => {
  const { clock, start } = createWorld(() => new Promise<Answer>(() => {}))
  const execution = start(machineOf(["Call", { Type: "Task", Resource: lambda, TimeoutSeconds: 5 }]))
  await settle()
  clock.advance(5_000)
  expect(await outcomeOf(execution)).toMatchObject({ status: "FAILED", error: "States.Timeout" })
  const ended = execution.events.find(({ type }) => type === "TaskTimedOut")
  expect(ended).toMatchObject({ error: "States.Timeout" })
})

test("a task that succeeds or fails is in the history, with its resource, its output or its error", async () => {
  const task = machineOf(["Call", { Type: "Task", Resource: lambda }])
  const taskEvents = async (answer: Answer) => {
    const execution = createWorld(() => answer).start(task, { a: 1 })
    await outcomeOf(execution)
    return execution.events.filter(({ type }) => /^Task(?!State)/.test(type))
  }
  const scheduled = { type: "TaskScheduled", input: { resource: lambda, parameters: { a: 1 } } }
  expect(await taskEvents({ body: { b: 2 } })).toMatchObject([scheduled, { type: "TaskSucceeded", output: { b: 2 } }])
  expect(await taskEvents({ error: "Busy", cause: "later" })).toMatchObject([
    scheduled,
    { type: "TaskFailed", error: "Busy" },
  ])
})

const waiting = (fields: object = {}) =>
  machineOf([
    "Ask",
    {
      Type: "Task",
      Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
      Parameters: { QueueUrl: "https://queue", MessageBody: { "token.$": "$$.Task.Token" } },
      ...fields,
    },
  ])

/** Of the message that was sent first. */
function tokenIn({ requests }: { requests: readonly { body: unknown }[] }): string {
  const [first] = requests
  const { MessageBody } = (first?.body ?? { MessageBody: "{}" }) as { MessageBody: string }
  return JSON.parse(MessageBody).token
}

test("a task with a token waits for the callback, whose output is its result", async () => {
  const { tokens, requests, start } = createWorld()
  const execution = start(waiting())
  await settle()
  const token = tokenIn({ requests })
  expect(execution.status).toBe("RUNNING")
  tokens.succeed(token, { answer: 42 })
  expect(await outcomeOf(execution)).toEqual({ status: "SUCCEEDED", output: { answer: 42 } })
  expect(tokens.machineOf(token)).toBe(undefined)
})

test("a callback can fail the task, and a missing heartbeat does", async () => {
  const failed = createWorld()
  const execution = failed.start(waiting())
  await settle()
  const token = tokenIn(failed)
  failed.tokens.fail(token, "No", "not today")
  expect(await outcomeOf(execution)).toEqual({ status: "FAILED", error: "No", cause: "not today" })

  const silent = createWorld()
  const quiet = silent.start(waiting({ HeartbeatSeconds: 10 }))
  await settle()
  silent.clock.advance(9_000)
  silent.tokens.heartbeat(tokenIn(silent))
  silent.clock.advance(9_000)
  await settle()
  expect(quiet.status).toBe("RUNNING")
  silent.clock.advance(1_000)
  expect(await outcomeOf(quiet)).toMatchObject({ status: "FAILED", error: "States.HeartbeatTimeout" })
})

test("the branches of a Parallel state run at the same time, and one that fails ends the others", async () => {
  const branch = (Seconds: number) =>
    machineOf(["Wait", { Type: "Wait", Seconds }], ["Done", { Type: "Pass", Result: Seconds }])
  const { clock, start } = createWorld()
  const execution = start(machineOf(["Both", { Type: "Parallel", Branches: [branch(2), branch(1)] }]))
  await settle()
  clock.advance(2_000)
  expect(await outcomeOf(execution)).toEqual({ status: "SUCCEEDED", output: [2, 1] })

  const failing = { StartAt: "F", States: { F: { Type: "Fail", Error: "Bad" } } }
  const other = createWorld()
  const failed = other.start(machineOf(["Both", { Type: "Parallel", Branches: [branch(9), failing] }]))
  expect(await outcomeOf(failed)).toMatchObject({ status: "FAILED", error: "Bad" })
})

test.each<[what: string, state: (failing: object, waiting: object) => object, input: unknown]>([
  ["branch", (failing, waiting) => ({ Type: "Parallel", Branches: [failing, waiting] }), {}],
  [
    "iteration",
    (failing, waiting) => ({
      Type: "Map",
      ItemProcessor: {
        StartAt: "Choose",
        States: {
          Choose: { Type: "Choice", Choices: [{ Variable: "$", NumericEquals: 1, Next: "F" }], Default: "Wait" },
          ...(failing as Machine).States,
          ...(waiting as Machine).States,
        },
      },
    }),
    [1, 2],
  ],
])("a %s that fails stops the others, also when the error is caught", async (_, state, input) => {
  const failing = { StartAt: "F", States: { F: { Type: "Fail", Error: "Bad" } } }
  const waiting = machineOf(["Wait", { Type: "Wait", Seconds: 5 }], ["Call", { Type: "Task", Resource: lambda }])
  const Catch = [{ ErrorEquals: ["Bad"], Next: "After" }]
  const { clock, start, requests } = createWorld()
  const machine = machineOf(["All", { ...state(failing, waiting), Catch }], ["After", { Type: "Wait", Seconds: 60 }])
  const execution = start(machine, input)
  await settle()
  clock.advance(5_000)
  await settle()
  expect(requests).toEqual([])
  expect(clock.pending).toBe(1)
  clock.advance(55_000)
  expect(await outcomeOf(execution)).toMatchObject({ status: "SUCCEEDED" })
})

test("what a stopped execution waited for ends: its token, and what its task would add to the history", async () => {
  const world = createWorld()
  const execution = world.start(waiting({ HeartbeatSeconds: 10 }))
  await settle()
  const token = tokenIn(world)
  world.executions.stop(execution, "Mine", "enough")
  await execution.done
  expect(world.tokens.machineOf(token)).toBe(undefined)
  expect(world.clock.pending).toBe(0)

  const response = Promise.withResolvers<Answer>()
  const slow = createWorld(() => response.promise)
  const stopped = slow.start(machineOf(["Call", { Type: "Task", Resource: lambda }]))
  await settle()
  slow.executions.stop(stopped, undefined, undefined)
  await stopped.done
  response.resolve({ body: "too late" })
  await settle()
  expect(stopped.events.map(({ type }) => type).slice(-2)).toEqual(["TaskScheduled", "ExecutionAborted"])
})

test("a Map runs its items in order of the input, at most MaxConcurrency at a time", async () => {
  let active = 0
  let most = 0
  const { start } = createWorld(async (item) => {
    most = Math.max(most, ++active)
    await new Promise((resolve) => setImmediate(resolve))
    active--
    return { body: item }
  })
  const map = {
    Type: "Map",
    ItemsPath: "$.items",
    MaxConcurrency: 2,
    ItemSelector: { "value.$": "$$.Map.Item.Value", "index.$": "$$.Map.Item.Index", "all.$": "$.name" },
    ItemProcessor: machineOf(["Call", { Type: "Task", Resource: lambda }]),
  }
  const result = await outcomeOf(start(machineOf(["Each", map]), { items: ["a", "b", "c", "d"], name: "n" }))
  expect(result.output).toEqual(["a", "b", "c", "d"].map((value, index) => ({ value, index, all: "n" })))
  expect(most).toBe(2)
})

test("JSONata reads the input, the result, the context and variables", async () => {
  const world = createWorld(() => ({ body: { price: 5 } }))
  const machine = {
    QueryLanguage: "JSONata",
    StartAt: "Call",
    States: {
      Call: {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke",
        Arguments: { FunctionName: lambda, Payload: "{% {'doubled': $states.input.n * 2} %}" },
        Assign: { price: "{% $states.result.Payload.price %}" },
        Output: "{% $merge([$states.input, {'state': $states.context.State.Name}]) %}",
        Next: "Choose",
      },
      Choose: {
        Type: "Choice",
        Choices: [{ Condition: "{% $price > 4 and $states.input.n = 3 %}", Next: "Each" }],
        Default: "Never",
      },
      Each: {
        Type: "Map",
        Items: "{% [1..$price] %}",
        ItemProcessor: machineOf(["Add", { Type: "Pass", Output: "{% $states.input + $price %}" }]),
        End: true,
      },
      Never: { Type: "Fail" },
    },
  }
  expect(await outcomeOf(world.start(machine, { n: 3 }))).toEqual({ status: "SUCCEEDED", output: [6, 7, 8, 9, 10] })
  expect(world.requests[0]?.body).toEqual({ doubled: 6 })
})

test("JSONata that fails, returns nothing or does not end is an error", async () => {
  const pass = (Output: string) => ({ QueryLanguage: "JSONata", ...machineOf(["Only", { Type: "Pass", Output }]) })
  for (const expression of [
    "{% 1 + %}",
    "{% $states.input.missing %}",
    "{% ($f := function($n) { $f($n + 1) }; $f(1)) %}",
  ]) {
    expect(await run(pass(expression))).toMatchObject({ status: "FAILED", error: "States.QueryEvaluationError" })
  }
})

test("variables of JSONPath are assigned and read, and a branch has its own", async () => {
  const branch = machineOf(["Set", { Type: "Pass", Assign: { x: 2 }, Parameters: { "seen.$": "$x" } }])
  const machine = machineOf(
    ["First", { Type: "Pass", Assign: { "x.$": "$.n" } }],
    ["Both", { Type: "Parallel", Branches: [branch], ResultPath: "$.branch" }],
    ["Last", { Type: "Pass", Parameters: { "x.$": "$x", "branch.$": "$.branch" } }],
  )
  expect(await run(machine, { n: 1 })).toEqual({ status: "SUCCEEDED", output: { x: 1, branch: [{ seen: 1 }] } })
})

const loop = { StartAt: "Again", States: { Again: { Type: "Pass", Next: "Again" } } }

test("an endless loop ends with the limit of the history, and does not block other work", async () => {
  const { start } = createWorld()
  const execution = start(loop)
  let turns = 0
  const counting = (async () => {
    while (execution.status === "RUNNING") {
      await new Promise((resolve) => setImmediate(resolve))
      turns++
    }
  })()
  expect(await outcomeOf(execution)).toMatchObject({
    status: "FAILED",
    error: "States.Runtime",
    cause: "The execution reached the maximum number of history events (25000).",
  })
  await counting
  expect(turns).toBeGreaterThan(5_000)
})

test("an execution is stopped, and one that takes longer than its machine allows is timed out", async () => {
  const { executions, start } = createWorld()
  const execution = start(machineOf(["Wait", { Type: "Wait", Seconds: 60 }]))
  await settle()
  executions.stop(execution, "Mine", "enough")
  expect(await outcomeOf(execution)).toEqual({ status: "ABORTED", error: "Mine", cause: "enough" })

  const timed = createWorld()
  const late = timed.start({ ...machineOf(["Wait", { Type: "Wait", Seconds: 60 }]), TimeoutSeconds: 5 })
  await settle()
  timed.clock.advance(5_000)
  expect(await outcomeOf(late)).toMatchObject({ status: "TIMED_OUT" })
})

test("an express execution takes five minutes at most, and has no history", async () => {
  const { clock, start } = createWorld()
  const execution = start(machineOf(["Wait", { Type: "Wait", Seconds: 600 }]), {}, "EXPRESS")
  await settle()
  clock.advance(5 * 60_000)
  expect(await outcomeOf(execution)).toMatchObject({ status: "TIMED_OUT" })
  expect(execution.arn).toMatch(/:express:machine:one:[\w-]{36}$/)
  expect(execution.events.map(({ type }) => type)).toEqual(["ExecutionTimedOut"])
})

test("the inputs and outputs of the oldest histories are left out when all together are too many", async () => {
  const { start } = createWorld(undefined, { maxHistoryCharacters: 2500 })
  const machine = machineOf(["Make", { Type: "Pass", Result: "x".repeat(1000) }])
  const executions = []
  for (let count = 0; count < 4; count++) {
    const execution = start(machine)
    await execution.done
    executions.push(execution)
  }
  const hasOutput = executions.map(({ events }) => events.some(({ output }) => output !== undefined))
  expect(hasOutput).toEqual([false, false, true, true])
  expect(executions.map(({ events }) => events.length)).toEqual([4, 4, 4, 4])
  expect(executions.map(({ output }) => output?.length)).toEqual([1002, 1002, 1002, 1002])
})

test("a result over 256 KB is an error that nothing catches", async () => {
  const Catch = [{ ErrorEquals: ["States.ALL"], Next: "Call" }]
  const result = await run(machineOf(["Call", { Type: "Task", Resource: lambda, Catch }]), {}, () => ({
    body: "x".repeat(262_144),
  }))
  expect(result).toMatchObject({ status: "FAILED", error: "States.DataLimitExceeded" })
})

test("an error of a service is named by the service", async () => {
  const put = machineOf(["Put", { Type: "Task", Resource: "arn:aws:states:::dynamodb:putItem", Parameters: {} }])
  const answer = () => ({
    status: 400,
    body: { __type: "com.amazonaws#ConditionalCheckFailedException", message: "no" },
  })
  expect(await run(put, {}, answer)).toMatchObject({ error: "DynamoDB.ConditionalCheckFailedException", cause: "no" })
  const sdk = machineOf([
    "Put",
    { Type: "Task", Resource: "arn:aws:states:::aws-sdk:dynamodb:putItem", Parameters: {} },
  ])
  expect(await run(sdk, {}, answer)).toMatchObject({ error: "DynamoDb.ConditionalCheckFailedException" })
})

test("keys of an input that objects inherit are values like any other", async () => {
  const machine = machineOf(
    ["A", { Type: "Pass", Result: 1, ResultPath: "$.__proto__" }],
    ["B", { Type: "Pass", Parameters: { "x.$": "$.constructor" } }],
  )
  expect(await run(machine, JSON.parse('{"a":1}'))).toMatchObject({ error: "States.ParameterPathFailure" })
  expect(({} as { x?: unknown }).x).toBe(undefined)
})

test("an endless loop of an express execution ends as well", async () => {
  const result = await outcomeOf(createWorld().start(loop, {}, "EXPRESS"))
  expect(result).toMatchObject({ status: "FAILED", error: "States.Runtime" })
})
