// Checks a definition in the Amazon States Language as far as its states refer to each other.
import { isRecord } from "../../foundation/is-record.ts"

/** What is wrong with a state machine, as AWS checks it when it is created; undefined when it can run. */
export function stateMachineProblem(machine: unknown, at = ""): string | undefined {
  if (!isRecord(machine) || !isRecord(machine.States)) return `${at || "The definition"} has no States.`
  const { States: states, StartAt } = machine
  if (typeof StartAt !== "string" || !Object.hasOwn(states, StartAt)) {
    return `${at || "The definition"} has a StartAt that is not one of its states: ${String(StartAt)}.`
  }
  for (const [name, state] of Object.entries(states)) {
    const problem = stateProblem(name, state, states)
    if (problem !== undefined) return problem
  }
  return undefined
}

const types = ["Task", "Pass", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map"]

function stateProblem(name: string, state: unknown, states: Record<string, unknown>): string | undefined {
  if (!isRecord(state) || !types.includes(String(state.Type))) {
    return `The state ${name} has no Type of ${types.join(", ")}.`
  }
  const list = (value: unknown) => (Array.isArray(value) ? value.filter(isRecord) : [])
  const targets = [state.Next, state.Default, ...[...list(state.Choices), ...list(state.Catch)].map(({ Next }) => Next)]
  const missing = targets.find((one) => one !== undefined && !(typeof one === "string" && Object.hasOwn(states, one)))
  if (missing !== undefined) return `The state ${name} leads to ${String(missing)}, which is not a state.`
  const ends = ["Choice", "Succeed", "Fail"].includes(String(state.Type))
  if (!ends && state.End !== true && state.Next === undefined) return `The state ${name} has neither Next nor End.`
  if (state.Type === "Task" && typeof state.Resource !== "string") return `The state ${name} has no Resource.`
  if (state.Type === "Parallel") {
    const problems = list(state.Branches).map((branch, index) =>
      stateMachineProblem(branch, `Branch ${index} of ${name}`),
    )
    return problems.find((problem) => problem !== undefined)
  }
  return state.Type === "Map"
    ? stateMachineProblem(state.ItemProcessor ?? state.Iterator, `The Map ${name}`)
    : undefined
}
