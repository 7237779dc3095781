// Runs one state: the flow of its data in both query languages, and what each type does.
import { dateOf } from "../../foundation/clock.ts"
import { isRecord } from "../../foundation/is-record.ts"
import { recordFrom } from "../../foundation/record-from.ts"
import { type ChoiceRule, matchesRule } from "./choice-rules.ts"
import { type Environment, evaluatePath, evaluateTemplate } from "./evaluate.ts"
import { writePath } from "./json-path.ts"
import type { MachinePorts, Scope } from "./machine-ports.ts"
import { StatesError } from "./states-error.ts"
import type { Machine, State } from "./states-language.ts"

export type StateCall = {
  name: string
  state: State
  input: unknown
  scope: Scope
  ports: MachinePorts
  /** Runs the machine of a branch or an iteration. */
  runMachine(machine: Machine, input: unknown, scope: Scope, ports: MachinePorts): Promise<unknown>
}

export type Transition = { output: unknown; next: string | undefined }

export function environmentOf(
  { language, context, variables }: Scope,
  input: unknown,
  jsonata?: Environment["jsonata"],
) {
  return { language, context, variables, input, jsonata } satisfies Environment
}

/** @throws StatesError */
export async function runState(call: StateCall): Promise<Transition> {
  const { state, scope, ports } = call
  const input = await effectiveInput(call)
  const environment = environmentOf(scope, input, ports.jsonata)
  switch (state.Type) {
    case "Pass": {
      const result = "Result" in state ? state.Result : await argumentsOf(state, environment)
      return finish(call, { environment, result })
    }
    case "Task":
      return finish(call, { environment, result: await runTask(call, environment) })
    case "Choice":
      return choose(call, environment)
    case "Wait":
      await ports.wait(await waitMs(state, environment, ports))
      return finish(call, { environment })
    case "Succeed":
      return { ...(await finish(call, { environment })), next: undefined }
    case "Fail":
      throw new StatesError(
        String((await field(state, "Error", environment)) ?? "States.Failed"),
        String((await field(state, "Cause", environment)) ?? ""),
      )
    case "Parallel":
      return finish(call, { environment, result: await runBranches(call, environment) })
    default:
      return finish(call, { environment, result: await runIterations(call, environment) })
  }
}

async function effectiveInput({ state, input, scope, ports }: StateCall): Promise<unknown> {
  if (scope.language === "JSONata" || state.InputPath === undefined) return input
  return state.InputPath === null ? {} : evaluatePath(state.InputPath, environmentOf(scope, input, ports.jsonata))
}

/** `Parameters` of JSONPath, `Arguments` of JSONata; the input when there are none. */
async function argumentsOf(state: State, environment: Environment): Promise<unknown> {
  const template = environment.language === "JSONata" ? state.Arguments : state.Parameters
  return template === undefined ? environment.input : evaluateTemplate(template, environment)
}

/** A field that JSONPath can also give as `{name}Path`. */
async function field(state: State, name: string, environment: Environment): Promise<unknown> {
  const path = state[`${name}Path`]
  if (typeof path === "string") return evaluatePath(path, environment)
  const value = state[name]
  return environment.language === "JSONata" ? evaluateTemplate(value, environment) : value
}

/** AWS: ResultSelector, ResultPath and OutputPath apply in this order; JSONata has Output (sfn-data-flow) */
async function finish(
  { state, input, scope }: StateCall,
  produced: { environment: Environment; result?: unknown },
): Promise<Transition> {
  const hasResult = "result" in produced
  const next = state.Next
  if (scope.language === "JSONata") {
    const environment = hasResult ? { ...produced.environment, result: produced.result } : produced.environment
    await assignVariables(state.Assign, scope, environment)
    const otherwise = hasResult ? produced.result : input
    return { output: state.Output === undefined ? otherwise : await evaluateTemplate(state.Output, environment), next }
  }
  const { environment } = produced
  let data = environment.input
  if (hasResult) {
    const selected =
      state.ResultSelector === undefined
        ? produced.result
        : await evaluateTemplate(state.ResultSelector, { ...environment, input: produced.result })
    await assignVariables(state.Assign, scope, { ...environment, input: selected })
    data = state.ResultPath === null ? input : writePath(input, state.ResultPath ?? "$", selected)
  } else await assignVariables(state.Assign, scope, environment)
  if (state.OutputPath === undefined) return { output: data, next }
  const output = state.OutputPath === null ? {} : evaluatePath(state.OutputPath, { ...environment, input: data })
  return { output, next }
}

export async function assignVariables(
  template: unknown,
  { variables }: Scope,
  environment: Environment,
): Promise<void> {
  if (template === undefined) return
  const assigned = await evaluateTemplate(template, environment)
  if (isRecord(assigned)) for (const [name, value] of Object.entries(assigned)) variables.set(name, value)
}

async function runTask({ state, scope, ports }: StateCall, environment: Environment): Promise<unknown> {
  const resource = String(state.Resource)
  const taskToken = resource.endsWith(".waitForTaskToken") ? ports.createTaskToken() : undefined
  const context = taskToken === undefined ? scope.context : withToken(scope.context, taskToken)
  const own = { ...environment, context }
  const [timeout, heartbeat] = await Promise.all([
    field(state, "TimeoutSeconds", own),
    field(state, "HeartbeatSeconds", own),
  ])
  return ports.runTask({
    resource,
    parameters: await argumentsOf(state, own),
    taskToken,
    timeoutMs: typeof timeout === "number" ? timeout * 1000 : undefined,
    heartbeatMs: typeof heartbeat === "number" ? heartbeat * 1000 : undefined,
  })
}

function withToken(context: Record<string, unknown>, token: string): Record<string, unknown> {
  return recordFrom([...Object.entries(context), ["Task", { Token: token }]])
}

async function choose(call: StateCall, environment: Environment): Promise<Transition> {
  const { state, scope } = call
  for (const rule of (state.Choices ?? []) as ChoiceRule[]) {
    if (!(await matchesRule(rule, environment))) continue
    await assignVariables(rule.Assign, scope, environment)
    const { output } = await finish(
      { ...call, state: { ...state, Output: rule.Output ?? state.Output } },
      { environment },
    )
    return { output, next: String(rule.Next) }
  }
  // AWS: without a match and a default this is the error (sfn-no-choice)
  if (typeof state.Default !== "string")
    throw new StatesError("States.NoChoiceMatched", `No choice of ${call.name} matches`)
  const { output } = await finish(call, { environment })
  return { output, next: state.Default }
}

async function waitMs(state: State, environment: Environment, ports: MachinePorts): Promise<number> {
  const seconds = await field(state, "Seconds", environment)
  if (typeof seconds === "number" && seconds >= 0) return seconds * 1000
  const timestamp = await field(state, "Timestamp", environment)
  const until = typeof timestamp === "string" ? dateOf(timestamp).getTime() : Number.NaN
  if (Number.isNaN(until)) throw new StatesError("States.Runtime", "A Wait state needs Seconds or a Timestamp")
  return Math.max(0, until - ports.now())
}

async function runBranches(call: StateCall, environment: Environment): Promise<unknown[]> {
  const input = await argumentsOf(call.state, environment)
  const machines = (call.state.Branches ?? []) as Machine[]
  return untilFailure(call.ports, (ports) =>
    machines.map((machine) => call.runMachine(machine, input, branchScope(call.scope), ports)),
  )
}

/** AWS: when a branch or an iteration fails, the state has failed and the others are stopped (sfn-parallel-failure) */
async function untilFailure<Result>(
  { branches }: MachinePorts,
  run: (ports: MachinePorts) => Promise<Result>[],
): Promise<Result[]> {
  const { ports, end } = branches()
  try {
    return await Promise.all(run(ports))
  } finally {
    end()
  }
}

/** AWS: the variables of a branch are its own, and it reads those around it (sfn-variables) */
function branchScope(scope: Scope, context = scope.context): Scope {
  return { ...scope, context, variables: new Map(scope.variables) }
}

/** AWS: an item is run by the processor, at most MaxConcurrency at a time (sfn-map) */
async function runIterations(call: StateCall, environment: Environment): Promise<unknown[]> {
  const { state, scope } = call
  if (state.ItemReader !== undefined) {
    throw new StatesError("States.ItemReaderFailed", "The ItemReader of a Map is not served locally")
  }
  const items = await itemsOf(state, environment)
  const machine = (state.ItemProcessor ?? state.Iterator) as Machine
  const selector = state.ItemSelector ?? (scope.language === "JSONPath" ? state.Parameters : undefined)
  const limit = Number((await field(state, "MaxConcurrency", environment)) ?? 0) || items.length
  const results: unknown[] = new Array(items.length)
  let following = 0
  async function work(ports: MachinePorts): Promise<void> {
    while (following < items.length) {
      const index = following++
      const context = recordFrom([
        ...Object.entries(scope.context),
        ["Map", { Item: { Index: index, Value: items[index] } }],
      ])
      const own = branchScope(scope, context)
      const input =
        selector === undefined ? items[index] : await evaluateTemplate(selector, { ...environment, context })
      results[index] = await call.runMachine(machine, input, own, ports)
    }
  }
  await untilFailure(call.ports, (ports) => Array.from({ length: Math.min(limit, items.length) }, () => work(ports)))
  return results
}

async function itemsOf(state: State, environment: Environment): Promise<unknown[]> {
  const items =
    environment.language === "JSONata"
      ? state.Items === undefined
        ? environment.input
        : await evaluateTemplate(state.Items, environment)
      : typeof state.ItemsPath === "string"
        ? evaluatePath(state.ItemsPath, environment)
        : environment.input
  if (Array.isArray(items)) return items
  throw new StatesError("States.Runtime", "The items of a Map are not an array")
}
