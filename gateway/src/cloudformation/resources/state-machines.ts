// Reads the state machines of Step Functions, whose definition is a text, an object or a file.
import { readFileSync } from "node:fs"
import { isAbsolute, join } from "node:path"
import { parse } from "yaml"
import type { StateMachineDefinition } from "../../definition/state-machine.ts"
import { isRecord } from "../../foundation/is-record.ts"
import type { ResolvedTemplate } from "../resolve/resolve-template.ts"
import type { Resource } from "../resolve/resource.ts"
import { findAsset } from "./function-code.ts"
import { stateMachineProblem } from "./state-machine-problem.ts"

export function readStateMachines(template: ResolvedTemplate): StateMachineDefinition[] {
  return template.ofType("AWS::StepFunctions::StateMachine").flatMap((resource) => readStateMachine(resource) ?? [])
}

function readStateMachine(resource: Resource): StateMachineDefinition | undefined {
  const { properties, ref: arn } = resource
  const machine = definitionOf(resource)
  if (machine === undefined) return undefined
  const problem = stateMachineProblem(machine)
  // AWS: a definition that is not valid is rejected when it is deployed (sfn-validation)
  if (problem !== undefined) return resource.problem(`Invalid State Machine Definition: ${problem}`)
  reportUnserved(resource, JSON.stringify(machine))
  return {
    ...resource.origin,
    name: resource.attribute("Name"),
    arn,
    type: properties.oneOf("StateMachineType", ["STANDARD", "EXPRESS"]) ?? "STANDARD",
    roleArn: properties.required("RoleArn"),
    machine,
  }
}

function definitionOf(resource: Resource): unknown {
  const { properties } = resource
  const object = properties.value("Definition")
  const text = isRecord(object) ? JSON.stringify(object) : (properties.text("DefinitionString") ?? fileOf(resource))
  if (text === undefined)
    return resource.problem("It needs a Definition, a DefinitionString or a DefinitionS3Location.")
  // AWS: `${name}` in a definition is replaced by a substitution (sfn-substitutions)
  const substitutions = properties.map("DefinitionSubstitutions")
  const replaced = text.replaceAll(/\$\{(\w+)\}/g, (found, name: string) =>
    // Inside of JSON, whose texts must stay texts.
    Object.hasOwn(substitutions, name) ? JSON.stringify(substitutions[name]).slice(1, -1) : found,
  )
  try {
    // YAML includes JSON, and SAM has definitions in both.
    return parse(replaced, { maxAliasCount: 0 })
  } catch (error) {
    return resource.problem(`Its definition cannot be read: ${(error as Error).message}`)
  }
}

function fileOf(resource: Resource): string | undefined {
  const { properties, stack } = resource
  const isLocal = typeof properties.value("DefinitionS3Location") === "string"
  const location = isLocal ? undefined : properties.object("DefinitionS3Location")
  // AWS: `aws cloudformation package` uploads the local path that is in its place (template-local-paths)
  const local = isLocal ? properties.text("DefinitionS3Location") : location?.text("LocalPath")
  const key = location?.text("Key")
  if (local === undefined && key === undefined) return undefined
  const path =
    local === undefined
      ? findAsset(stack, key ?? "")?.path
      : isAbsolute(local)
        ? local
        : join(stack.folder ?? ".", local)
  if (path === undefined) return resource.problem(`The definition ${key} is not on this machine.`)
  try {
    return readFileSync(path, "utf8")
  } catch (error) {
    return resource.problem(`Its definition cannot be read: ${(error as Error).message}`)
  }
}

function reportUnserved(resource: Resource, text: string): void {
  if (/"Resource":"arn:[\w-]+:states:[\w-]*:\d*:activity:/.test(text)) resource.notice("Activities are not served.")
  if (/"ItemReader":/.test(text)) resource.notice("The ItemReader of a Map is not served, so its state fails.")
  if (/"ResultWriter":/.test(text)) resource.notice("The ResultWriter of a Map is ignored.")
  if (/:states:[\w-]*:\d*:http:invoke/.test(text)) resource.notice("HTTP tasks are not served, so their states fail.")
}

/** The ARNs of the functions that a state machine names. */
export function functionsOfMachine({ machine }: StateMachineDefinition): string[] {
  return [...JSON.stringify(machine).matchAll(/arn:[\w-]+:lambda:[\w-]+:\d+:function:[\w-]+/g)].map(([arn]) => arn)
}
