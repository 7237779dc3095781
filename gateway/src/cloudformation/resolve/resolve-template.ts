// Resolves templates to resources whose properties are plain values. Each value is resolved on first use, because
// CloudFormation allows references in any order. Circular references are reported as a problem.
import type { CustomResourceState } from "../../definition/custom-resource.ts"
import { keyOf } from "../../definition/origin.ts"
import { isRecord } from "../../foundation/is-record.ts"
import { recordFrom } from "../../foundation/record-from.ts"
import type { Report, Subject } from "../report.ts"
import type { Stack } from "../source/stack.ts"
import { isCustomResource } from "./custom-resources.ts"
import { createReferenceLookup, replaceReferences } from "./dynamic-references.ts"
import { unqualifiedArn } from "./function-arn.ts"
import { intrinsics, isTrue } from "./intrinsics.ts"
import { createOnce } from "./once.ts"
import { parameterValue } from "./parameter-value.ts"
import { pseudoParameter } from "./pseudo-parameters.ts"
import { createResource, type Resource } from "./resource.ts"
import { createStackOutputs } from "./stack-outputs.ts"
import type { StackScope } from "./stack-scope.ts"

export type ResolvedTemplate = {
  /** Resources of these types whose condition holds, in template order, stack by stack. */
  ofType(...types: string[]): Resource[]
  all(): Resource[]
  /** Outputs of the stacks that are not nested, by key. A key that several stacks use becomes `{stackName}.{key}`. */
  outputs(): Record<string, string>
}

/**
 * `imports`: values of exports of stacks that are not here. `values`: those of `--parameters`, by name. `customResources`:
 * what is known of them, by key.
 */
export type ExternalValues = {
  imports?: ReadonlyMap<string, string>
  values?: ReadonlyMap<string, string>
  customResources?: ReadonlyMap<string, CustomResourceState>
}

/**
 * @param stacks in any order. They may refer to exports, to outputs of nested stacks and to parameters of parents.
 */
export function resolveTemplate(
  stacks: readonly Stack[],
  report: Report,
  { imports = new Map(), values = new Map(), customResources = new Map() }: ExternalValues = {},
): ResolvedTemplate {
  const resources = new Map<string, { resource: Resource; condition: string | undefined }>()
  const once = createOnce()
  const lookup = createReferenceLookup(ofType, values)
  const outputs = createStackOutputs(stacks, { imports, once, scopeIn, resolve })

  function scopeIn(stack: Stack, subject: Subject, onFail?: () => void): StackScope {
    const scope: StackScope = {
      stack,
      resolve: (value) => resolve(value, scope),
      ref: (name) => ref(scope, name),
      attribute: (name, attribute) => attributeIn(scope, name, attribute),
      condition: (name) => condition(scope, name),
      mapping: (name) => stack.template.mappings.get(name),
      importValue: (name) => outputs.importValue(scope, name),
      stackOutput: (name, output) => outputs.stackOutput(scope, name, output),
      zones: (region) => ["a", "b", "c"].map((zone) => (region || stack.region) + zone),
      notice: (message) => report.notice(subject, message),
      fail(message) {
        onFail?.()
        const { logicalId, type } = subject
        return report.problem({ logicalId, type, stackName: stack.stackName }, message)
      },
      markFailed() {
        onFail?.()
      },
      missingValue(option, name) {
        onFail?.()
        return report.missingValue(option, name)
      },
    }
    return scope
  }

  function resolve(value: unknown, scope: StackScope): unknown {
    if (Array.isArray(value)) return value.map((entry) => resolve(entry, scope)).filter((entry) => entry !== undefined)
    if (typeof value === "string") return replaceReferences(value, lookup, scope.notice)
    if (!isRecord(value)) return value
    const entries = Object.entries(value)
    const [only] = entries
    if (entries.length === 1 && only && (only[0] === "Ref" || only[0].startsWith("Fn::"))) {
      const [name, argument] = only
      const intrinsic = intrinsics.get(name)
      if (!intrinsic) return scope.fail(`The function ${name} is not known.`)
      const result = intrinsic(argument, scope)
      // The parts of a reference can be joined by a function.
      return typeof result === "string" ? replaceReferences(result, lookup, scope.notice) : result
    }
    const values = entries.map(([name, entry]) => [name, resolve(entry, scope)] as const)
    return recordFrom(values.filter(([, entry]) => entry !== undefined))
  }

  function ref(scope: StackScope, name: string): unknown {
    const { stack } = scope
    if (name.startsWith("AWS::")) return pseudoParameter(stack, name, scope.fail)
    if (stack.template.parameters.has(name)) {
      const parent = stack.nestedIn && resources.get(keyOf(stack.nestedIn))?.resource.properties
      const value = once(`${stack.stackName}.${name}`, scope, () => parameterValue(scope, name, { lookup, parent }))
      return value === undefined ? scope.markFailed() : value
    }
    return resourceIn(scope, name)?.ref
  }

  function attributeIn(scope: StackScope, name: string, attribute: string): unknown {
    const resource = resources.get(keyOf({ stackName: scope.stack.stackName, logicalId: name }))?.resource
    const isOutput = attribute.startsWith("Outputs.") && !isCustomResource(resource?.type ?? "")
    if (isOutput) return outputs.nestedOutput(scope, name, attribute.slice("Outputs.".length))
    return resourceIn(scope, name)?.attribute(attribute)
  }

  function resourceIn(scope: StackScope, logicalId: string): Resource | undefined {
    const entry = resources.get(keyOf({ stackName: scope.stack.stackName, logicalId }))
    if (entry && isCreated(entry)) return entry.resource
    return scope.fail(`Template format error: Unresolved resource dependencies [${logicalId}] in the template`)
  }

  function condition(scope: StackScope, name: string): boolean {
    const { stack } = scope
    const expression = stack.template.conditions.get(name)
    if (expression === undefined) return scope.fail(`The condition ${name} is not defined.`) ?? false
    const own = scopeIn(stack, { logicalId: name, type: "Condition" })
    return once(`${stack.stackName}.Conditions.${name}`, scope, () => isTrue(expression, own)) ?? false
  }

  /** Whether its condition holds, and those of the stacks that it is nested in. */
  function isCreated({ resource, condition: name }: { resource: Resource; condition: string | undefined }): boolean {
    const { nestedIn } = resource.stack
    const parent = nestedIn && resources.get(keyOf(nestedIn))
    if (parent && !isCreated(parent)) return false
    return name === undefined || condition(scopeIn(resource.stack, resource), name)
  }

  function ofType(...types: string[]): Resource[] {
    return [...resources.values()]
      .filter((entry) => types.includes(entry.resource.type) && isCreated(entry))
      .map(({ resource }) => resource)
  }

  function isFunction(arn = ""): boolean {
    const functionArn = unqualifiedArn(arn)
    return ofType("AWS::Lambda::Function").some((resource) => resource.attribute("Arn") === functionArn)
  }

  const ports = { once, scopeIn, resolve, report, customResources, isFunction }
  for (const stack of stacks) {
    for (const [logicalId, body] of stack.template.resources) {
      const resource = createResource({ stack, logicalId, body }, ports)
      resources.set(keyOf(resource.origin), { resource, condition: body.Condition })
    }
  }

  return {
    all: () => [...resources.values()].filter(isCreated).map(({ resource }) => resource),
    ofType,
    outputs: outputs.all,
  }
}
