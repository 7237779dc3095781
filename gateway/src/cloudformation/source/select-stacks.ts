// Selects one stack of a source, with the stacks nested in it.
import { GatewayError } from "../../foundation/errors.ts"
import type { Stack } from "./stack.ts"

/**
 * @param name undefined: every stack
 * @throws GatewayError BAD_OPTION for an unknown name
 */
export function selectStacks(stacks: Stack[], name: string | undefined): Stack[] {
  if (name === undefined) return stacks
  const selected = new Set<string>([name])
  // A nested stack follows the stack that it is nested in.
  const found = stacks.filter(({ stackName, nestedIn }) => {
    if (stackName !== name && !(nestedIn && selected.has(nestedIn.stackName))) return false
    selected.add(stackName)
    return true
  })
  if (found.length > 0) return found
  const names = stacks.filter(({ nestedIn }) => !nestedIn).map(({ stackName }) => stackName)
  throw new GatewayError("BAD_OPTION", `There is no stack "${name}".`, { hint: `Stacks: ${names.join(", ")}.` })
}
