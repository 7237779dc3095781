// Resolves the outputs of stacks, which other stacks refer to by their key, their export or the nested stack they are of.
import { isPending } from "../../definition/custom-resource.ts"
import { recordFrom } from "../../foundation/record-from.ts"
import type { OutputBody, Stack } from "../source/stack.ts"
import type { Once } from "./once.ts"
import type { Resolve, ScopeIn, StackScope } from "./stack-scope.ts"

export type StackOutputs = {
  /** The output with this export of any stack, or the value that was given for it. */
  importValue(scope: StackScope, exportName: string): unknown
  /** Of a stack by its name. */
  stackOutput(scope: StackScope, stackName: string, key: string): unknown
  /** Of the stack that is nested as this resource. */
  nestedOutput(scope: StackScope, logicalId: string, key: string): unknown
  /** Of the stacks that are not nested, by key. A key that several stacks use becomes `{stackName}.{key}`. */
  all(): Record<string, string>
}

export type StackOutputsPorts = {
  /** Values of exports of stacks that are not here. */
  imports: ReadonlyMap<string, string>
  once: Once
  scopeIn: ScopeIn
  resolve: Resolve
}

export function createStackOutputs(
  stacks: readonly Stack[],
  { imports, once, scopeIn, resolve }: StackOutputsPorts,
): StackOutputs {
  const scopeOf = (stack: Stack, key: string) => scopeIn(stack, { logicalId: key, type: "Output" })

  function isCreated(stack: Stack, key: string, { Condition }: OutputBody): boolean {
    return Condition === undefined || scopeOf(stack, key).condition(Condition)
  }

  function exportNameOf(stack: Stack, key: string, output: OutputBody): unknown {
    const name = output.Export?.Name
    if (name === undefined || typeof name === "string") return name
    const scope = scopeOf(stack, key)
    return once(`${stack.stackName}.Exports.${key}`, scope, () => resolve(name, scope))
  }

  /** @param scope of the reference, which reports a missing output */
  function outputOf(stack: Stack, key: string, scope: StackScope): unknown {
    const output = stack.template.outputs.get(key)
    if (!output || !isCreated(stack, key, output))
      return scope.fail(`The stack ${stack.stackName} has no output ${key}.`)
    const own = scopeOf(stack, key)
    return once(`${stack.stackName}.Outputs.${key}`, own, () => resolve(output.Value, own))
  }

  return {
    importValue(scope, exportName) {
      for (const stack of stacks) {
        for (const [key, output] of stack.template.outputs) {
          if (exportNameOf(stack, key, output) === exportName) return outputOf(stack, key, scope)
        }
      }
      return imports.get(exportName) ?? scope.missingValue("--import", exportName)
    },
    stackOutput(scope, stackName, key) {
      const stack = stacks.find((one) => one.stackName === stackName)
      return stack ? outputOf(stack, key, scope) : scope.fail(`The stack ${stackName} is not part of this source.`)
    },
    nestedOutput(scope, logicalId, key) {
      const { stackName } = scope.stack
      const nested = stacks.find(
        ({ nestedIn }) => nestedIn?.stackName === stackName && nestedIn.logicalId === logicalId,
      )
      if (nested) return outputOf(nested, key, scope)
      const missing = `The template of the nested stack ${logicalId} is not on this machine`
      return scope.fail(`${missing}, so its output ${key} is unknown.`)
    },
    all() {
      const outputs = stacks
        .filter(({ nestedIn }) => !nestedIn)
        .flatMap((stack) =>
          [...stack.template.outputs]
            .filter(([key, output]) => isCreated(stack, key, output))
            .map(([key]) => ({ stack, key, value: outputOf(stack, key, scopeOf(stack, key)) })),
        )
        .filter(({ value }) => value !== undefined && !isPending(value))
      const isAmbiguous = (key: string) => outputs.filter((one) => one.key === key).length > 1
      return recordFrom(
        outputs.map(({ stack, key, value }) => [
          isAmbiguous(key) ? `${stack.stackName}.${key}` : key,
          typeof value === "object" ? JSON.stringify(value) : String(value),
        ]),
      )
    },
  }
}
