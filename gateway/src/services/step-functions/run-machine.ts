// Interprets a state machine of the Amazon States Language: from state to state, with retries and catchers.
import { ownValue } from "../../foundation/own-value.ts"
import { recordFrom } from "../../foundation/record-from.ts"
import { type Environment, evaluateTemplate } from "./evaluate.ts"
import { writePath } from "./json-path.ts"
import { type MachinePorts, type Scope, yieldTurn } from "./machine-ports.ts"
import { retryDelay } from "./retry.ts"
import { assignVariables, environmentOf, runState } from "./run-state.ts"
import { matchesError, StatesError } from "./states-error.ts"
import type { Machine, State } from "./states-language.ts"

/** AWS: the input and the output of a state have at most 256 KB (sfn-payload-size) */
const MAX_PAYLOAD_BYTES = 262_144

/**
 * @returns the output of the last state
 * @throws StatesError of a state that no catcher handles; ExecutionEnded when the execution is stopped
 */
export async function runMachine(
  machine: Machine,
  input: unknown,
  scope: Scope,
  ports: MachinePorts,
): Promise<unknown> {
  let name = machine.StartAt
  let data = input
  for (;;) {
    // A machine without a Wait or Task state must not block the gateway.
    await yieldTurn()
    ports.throwIfEnded()
    const state = ownValue(machine.States, name)
    if (!state) throw new StatesError("States.Runtime", `There is no state ${name}`)
    ports.record({ type: `${state.Type}StateEntered`, state: name, input: data })
    const { output, next } = await runWithHandlers({ name, state, input: data }, scope, ports)
    checkSize(output, name)
    ports.record({ type: `${state.Type}StateExited`, state: name, output })
    if (next === undefined) return output
    name = next
    data = output
  }
}

type StateRun = { name: string; state: State; input: unknown }
type Transition = { output: unknown; next: string | undefined }

async function runWithHandlers(run: StateRun, scope: Scope, ports: MachinePorts): Promise<Transition> {
  const attempts = new Map<number, number>()
  for (let retryCount = 0; ; retryCount++) {
    const context = recordFrom([
      ...Object.entries(scope.context),
      ["State", { Name: run.name, EnteredTime: ports.isoNow(), RetryCount: retryCount }],
    ])
    const own: Scope = { ...scope, context, language: languageOf(run.state, scope) }
    try {
      return await runState({ ...run, scope: own, ports, runMachine })
    } catch (error) {
      if (!(error instanceof StatesError)) throw error
      const delayMs = retryDelay(run.state.Retry, error.error, attempts)
      if (delayMs === undefined) return await catchError(run, own, error)
      await ports.wait(delayMs)
    }
  }
}

function languageOf({ QueryLanguage }: State, { language }: Scope): Scope["language"] {
  return QueryLanguage === "JSONata" ? "JSONata" : QueryLanguage === "JSONPath" ? "JSONPath" : language
}

/** AWS: the first catcher that matches receives the error and its cause (sfn-catch) */
async function catchError({ state, input }: StateRun, scope: Scope, error: StatesError): Promise<Transition> {
  const catcher = (state.Catch ?? []).find(({ ErrorEquals }) => matchesError(ErrorEquals, error.error))
  if (!catcher) throw error
  const errorOutput = recordFrom([
    ["Error", error.error],
    ["Cause", error.cause],
  ])
  const environment: Environment = { ...environmentOf(scope, errorOutput), errorOutput }
  if (scope.language === "JSONata") environment.input = input
  await assignVariables(catcher.Assign, scope, environment)
  const next = catcher.Next
  if (scope.language === "JSONata") {
    const output = catcher.Output === undefined ? errorOutput : await evaluateTemplate(catcher.Output, environment)
    return { output, next }
  }
  if (catcher.ResultPath === null) return { output: input, next }
  return { output: writePath(input, catcher.ResultPath ?? "$", errorOutput), next }
}

/** @throws StatesError States.DataLimitExceeded */
function checkSize(output: unknown, name: string): void {
  if (Buffer.byteLength(JSON.stringify(output) ?? "") <= MAX_PAYLOAD_BYTES) return
  const cause = `The state '${name}' returned a result with a size exceeding the maximum number of bytes service limit.`
  throw new StatesError("States.DataLimitExceeded", cause)
}
