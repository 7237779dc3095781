// Resolves templates to resources whose properties are plain values. Each value is resolved on first use, because
// CloudFormation allows references in any order. Circular references are reported as a problem.
import { type CustomResourceState, isPending } from "../../definition/custom-resource.ts"
import { keyOf, type Origin } from "../../definition/origin.ts"
import { isRecord } from "../../foundation/is-record.ts"
import { recordFrom } from "../../foundation/record-from.ts"
import type { MissingValue, Report, Subject } from "../report.ts"
import type { OutputBody, ResourceBody, Stack } from "../source/stack.ts"
import { attributeOf, type NamedResource, placeholderOf, refOf } from "./attributes.ts"
import { customResourceValues, isCustomResource, referencesIn } from "./custom-resources.ts"
import { createReferenceLookup, replaceReferences } from "./dynamic-references.ts"
import { unqualifiedArn } from "./function-arn.ts"
import { intrinsics, isTrue, type Scope } from "./intrinsics.ts"
import { type Properties, readProperties } from "./properties.ts"
import { pseudoParameter } from "./pseudo-parameters.ts"

export type Resource = {
  origin: Origin
  logicalId: string
  type: string
  stack: Stack
  properties: Properties
  dependsOn: string[]
  ref: string
  attribute(name: string): string
  /** Logical ids in its stack that it refers to or depends on. */
  references(): string[]
  problem(message: string): undefined
  notice(message: string): undefined
  advice(message: string): undefined
}

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
  const resolved = new Map<string, unknown>()
  const inProgress = new Set<string>()
  const resources = new Map<string, { resource: Resource; condition: string | undefined }>()

  const lookup = createReferenceLookup(ofType, values)

  type StackScope = Scope & {
    stack: Stack
    missingValue(option: MissingValue, name: string): undefined
    /** Marks the property as failed without a second report, when the failure of the value was reported before. */
    markFailed(): undefined
  }

  /** Computes a value once. A circular reference becomes a problem that lists the members of the circle. */
  function once<T>(key: string, scope: Scope, compute: () => T): T | undefined {
    if (resolved.has(key)) return resolved.get(key) as T
    if (inProgress.has(key)) {
      const circle = [...inProgress].slice([...inProgress].indexOf(key))
      return scope.fail(`Circular dependency between resources: [${[...circle, key].join(" -> ")}]`)
    }
    inProgress.add(key)
    try {
      const value = compute()
      resolved.set(key, value)
      return value
    } finally {
      inProgress.delete(key)
    }
  }

  /** @param onFail is called for each problem that is reported through this scope. */
  function scopeIn(stack: Stack, subject: Subject, onFail?: () => void): StackScope {
    const scope: StackScope = {
      stack,
      resolve: (value) => resolve(value, scope),
      ref: (name) => ref(scope, name),
      attribute: (name, attribute) => attributeIn(scope, name, attribute),
      condition: (name) => condition(scope, name),
      mapping: (name) => stack.template.mappings.get(name),
      importValue: (name) => importValue(scope, name),
      stackOutput: (name, output) => stackOutput(scope, name, output),
      zones: (region) => ["a", "b", "c"].map((zone) => (region || stack.region) + zone),
      notice: (message) => report.notice(subject, message),
      fail(message) {
        onFail?.()
        return report.problem({ ...subject, stackName: stack.stackName }, message)
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
      const value = once(`${stack.stackName}.${name}`, scope, () => parameter(stack, name, scope))
      return value === undefined ? scope.markFailed() : value
    }
    return resourceIn(scope, name)?.ref
  }

  function attributeIn(scope: StackScope, name: string, attribute: string): unknown {
    const resource = resources.get(keyOf({ stackName: scope.stack.stackName, logicalId: name }))?.resource
    const isOutput = attribute.startsWith("Outputs.") && !isCustomResource(resource?.type ?? "")
    if (!isOutput) return resourceIn(scope, name)?.attribute(attribute)
    const output = attribute.slice("Outputs.".length)
    const nested = stacks.find(
      (one) => one.nestedIn?.stackName === scope.stack.stackName && one.nestedIn.logicalId === name,
    )
    return nested
      ? outputOf(nested, output, scope)
      : scope.fail(
          `The template of the nested stack ${name} is not on this machine, so its output ${output} is unknown.`,
        )
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

  function parameter(stack: Stack, name: string, scope: StackScope): unknown {
    const body = stack.template.parameters.get(name)
    const parent = stack.nestedIn && resources.get(keyOf(stack.nestedIn))
    const given = stack.parameters.get(name) ?? parent?.resource.properties.object("Parameters")?.value(name)
    const value = given ?? body?.Default
    const type = body?.Type ?? "String"
    if (value === undefined) return scope.missingValue("--parameter", name)
    const isStored = type.startsWith("AWS::SSM::Parameter::Value") && given === undefined
    const stored = isStored ? lookup.parameter(String(value)) : undefined
    if (isStored && stored === undefined) {
      scope.notice(`The value of the SSM parameter ${value} is not known here. Its name is used instead.`)
    }
    if (body?.AllowedValues && !body.AllowedValues.map(String).includes(String(value))) {
      return scope.fail(`Template error: the parameter ${name} must be one of ${body.AllowedValues.join(", ")}.`)
    }
    const isList = type === "CommaDelimitedList" || type.includes("List<")
    const text = stored ?? value
    return isList && typeof text === "string" ? text.split(",").map((entry) => entry.trim()) : text
  }

  function importValue(scope: StackScope, exportName: string): unknown {
    for (const stack of stacks) {
      for (const [key, output] of stack.template.outputs) {
        if (exportNameOf(stack, key, output) === exportName) return outputOf(stack, key, scope)
      }
    }
    return imports.get(exportName) ?? scope.missingValue("--import", exportName)
  }

  function exportNameOf(stack: Stack, key: string, output: OutputBody): unknown {
    const name = output.Export?.Name
    if (name === undefined || typeof name === "string") return name
    const scope = scopeIn(stack, { logicalId: key, type: "Output" })
    return once(`${stack.stackName}.Exports.${key}`, scope, () => resolve(name, scope))
  }

  function stackOutput(scope: StackScope, stackName: string, key: string): unknown {
    const stack = stacks.find((one) => one.stackName === stackName)
    return stack ? outputOf(stack, key, scope) : scope.fail(`The stack ${stackName} is not part of this source.`)
  }

  /** @param scope of the reference, which reports a missing output */
  function outputOf(stack: Stack, key: string, scope: StackScope): unknown {
    const output = stack.template.outputs.get(key)
    if (!output || !isOutputCreated(stack, key, output))
      return scope.fail(`The stack ${stack.stackName} has no output ${key}.`)
    const own = scopeIn(stack, { logicalId: key, type: "Output" })
    return once(`${stack.stackName}.Outputs.${key}`, own, () => resolve(output.Value, own))
  }

  function isOutputCreated(stack: Stack, key: string, output: OutputBody): boolean {
    return (
      output.Condition === undefined || condition(scopeIn(stack, { logicalId: key, type: "Output" }), output.Condition)
    )
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

  function addResource(stack: Stack, logicalId: string, body: ResourceBody): void {
    const { Type: type } = body
    const subject = { logicalId, type }
    const scope = scopeIn(stack, subject)
    const constructPath = stack.constructPaths.get(logicalId) ?? body.Metadata?.["aws:cdk:path"]
    const origin: Origin = { logicalId, stackName: stack.stackName }
    if (typeof constructPath === "string") origin.constructPath = constructPath
    const failed = new Set<string>()
    const bodies = new Map(Object.entries(body.Properties ?? {}))
    const value = (name: string) =>
      once(`${stack.stackName}.${logicalId}.${name}`, scope, () => {
        const own = scopeIn(stack, subject, () => failed.add(name))
        const result = resolve(bodies.get(name), own)
        if (isPending(result)) report.defer(origin)
        return result
      })
    const properties = readProperties(
      { names: () => [...bodies.keys()], value, failed: (name) => failed.has(name) },
      "",
      scope.fail,
    )
    const named: NamedResource = { stack, logicalId, type, text: properties.text }
    const custom = () =>
      isCustomResource(type)
        ? customResourceValues(customResources.get(keyOf(origin)), () => isFunction(properties.text("ServiceToken")))
        : undefined
    const resource: Resource = {
      origin,
      logicalId,
      type,
      stack,
      properties,
      dependsOn: [body.DependsOn ?? []].flat(),
      get ref() {
        return custom()?.ref ?? refOf(named)
      },
      references: () => [...resource.dependsOn, ...referencesIn(body.Properties)],
      attribute(name) {
        const values = custom()
        // Of any type; only properties that take it receive it.
        const attribute = (values ? values.attribute(name) : attributeOf(named, name)) as string | undefined
        if (attribute !== undefined) return attribute
        // AWS: the deployment fails without the attribute (custom-resource-data)
        if (values) scope.fail(`CustomResource attribute error: Vendor response doesn't contain ${name} attribute.`)
        const placeholder = placeholderOf(named, name)
        scope.notice(`The attribute ${name} of ${type} is not known here. "${placeholder}" replaces it.`)
        return placeholder
      },
      problem: scope.fail,
      notice: scope.notice,
      advice: (message) => report.advice(subject, message),
    }
    resources.set(keyOf(origin), { resource, condition: body.Condition })
  }

  for (const stack of stacks) {
    for (const [logicalId, body] of stack.template.resources) addResource(stack, logicalId, body)
  }
  const created = () => [...resources.values()].filter(isCreated).map(({ resource }) => resource)

  return {
    all: created,
    ofType,
    outputs() {
      const outputs = stacks
        .filter(({ nestedIn }) => !nestedIn)
        .flatMap((stack) =>
          [...stack.template.outputs]
            .filter(([key, output]) => isOutputCreated(stack, key, output))
            .map(([key]) => ({
              stack,
              key,
              value: outputOf(stack, key, scopeIn(stack, { logicalId: key, type: "Output" })),
            })),
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
