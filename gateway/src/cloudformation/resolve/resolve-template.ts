// Turns templates into resources whose properties are plain values. Everything is looked up only when it is asked for,
// as CloudFormation's order of creation would allow, and a circle of references is told instead of followed.

import type { Origin } from "../../definition/origin.ts"
import { isRecord } from "../../foundation/is-record.ts"
import type { Report } from "../report.ts"
import { type OutputBody, partitionOf, type ResourceBody, type Stack } from "../source/stack.ts"
import { attributeOf, type Named, placeholderOf, refOf } from "./attributes.ts"
import { intrinsics, isTrue, type Scope } from "./intrinsics.ts"
import { stableUuid } from "./physical-names.ts"
import { type Properties, readProperties } from "./properties.ts"

export type Resource = {
  origin: Origin
  logicalId: string
  type: string
  stack: Stack
  body: ResourceBody
  properties: Properties
  dependsOn: string[]
  ref: string
  attribute(name: string): string
  problem(message: string): undefined
  notice(message: string): undefined
}

export type ResolvedTemplate = {
  /** Resources of these types whose condition holds, in template order, stack by stack. */
  ofType(...types: string[]): Resource[]
  all(): Resource[]
  /** Outputs of the stacks that are not nested, by key. */
  outputs(): Record<string, string>
}

/** @param stacks in any order; they may refer to each other's exports, nested stacks' outputs and parents' parameters. */
export function resolveTemplate(stacks: readonly Stack[], report: Report): ResolvedTemplate {
  const known = new Map<string, unknown>()
  const underway = new Set<string>()
  const resources = new Map<string, Resource>()

  /** Works something out once. A circle ends in a problem that names its members. */
  function once<T>(key: string, at: Place, compute: () => T): T | undefined {
    if (known.has(key)) return known.get(key) as T
    if (underway.has(key)) {
      const circle = [...underway].slice([...underway].indexOf(key))
      return at.fail(`Circular dependency between resources: [${[...circle, key].join(" -> ")}]`)
    }
    underway.add(key)
    try {
      const value = compute()
      known.set(key, value)
      return value
    } finally {
      underway.delete(key)
    }
  }

  type Place = Scope & { stack: Stack }

  function placeIn(stack: Stack, logicalId: string, type: string): Place {
    const place: Place = {
      stack,
      resolve: (value) => resolve(value, place),
      ref: (name) => ref(place, name),
      attribute: (name, attribute) => attributeAt(place, name, attribute),
      condition: (name) => condition(place, name),
      mapping: (name) => stack.body.Mappings?.[name],
      importValue: (name) => importValue(place, name),
      stackOutput: (name, output) => stackOutput(place, name, output),
      zones: (region) => ["a", "b", "c"].map((zone) => (region || stack.region) + zone),
      notice: (message) => report.notice({ logicalId, type }, message),
      fail: (message) => report.problem({ logicalId, type }, message),
    }
    return place
  }

  function resolve(value: unknown, place: Place): unknown {
    if (Array.isArray(value)) return value.map((entry) => resolve(entry, place)).filter((entry) => entry !== undefined)
    if (typeof value === "string") return noticeDynamicReference(value, place)
    if (!isRecord(value)) return value
    const names = Object.keys(value)
    const only = names.length === 1 ? names[0] : undefined
    if (only === "Ref" || only?.startsWith("Fn::")) {
      const intrinsic = intrinsics[only]
      return intrinsic ? intrinsic(value[only], place) : place.fail(`The function ${only} is not known.`)
    }
    const entries = names.map((name) => [name, resolve(value[name], place)] as const)
    return Object.fromEntries(entries.filter(([, entry]) => entry !== undefined))
  }

  function ref(place: Place, name: string): unknown {
    const { stack } = place
    if (name.startsWith("AWS::")) return pseudoParameter(place, name)
    if (stack.body.Parameters?.[name]) {
      return once(`${stack.stackName}.${name}`, place, () => parameter(stack, name, place))
    }
    return resourceAt(place, name)?.ref
  }

  function attributeAt(place: Place, name: string, attribute: string): unknown {
    const output = attribute.startsWith("Outputs.") ? attribute.slice("Outputs.".length) : undefined
    if (output === undefined) return resourceAt(place, name)?.attribute(attribute)
    const nested = stacks.find(
      (one) => one.nestedIn?.stackName === place.stack.stackName && one.nestedIn.logicalId === name,
    )
    if (!nested)
      return place.fail(`The nested stack ${name} has no template here, so its output ${output} is not known.`)
    return outputOf(nested, output, place)
  }

  function resourceAt(place: Place, logicalId: string): Resource | undefined {
    const resource = resources.get(`${place.stack.stackName}/${logicalId}`)
    if (resource && holds(resource)) return resource
    return place.fail(`Template format error: Unresolved resource dependencies [${logicalId}] in the template`)
  }

  function condition(place: Place, name: string): boolean {
    const { stack } = place
    const expression = stack.body.Conditions?.[name]
    if (expression === undefined) return place.fail(`The condition ${name} is not defined.`) ?? false
    const at = placeIn(stack, name, "Condition")
    return once(`${stack.stackName}.Conditions.${name}`, place, () => isTrue(expression, at)) ?? false
  }

  function parameter(stack: Stack, name: string, place: Place): unknown {
    const body = stack.body.Parameters?.[name]
    const parent = stack.nestedIn && resources.get(`${stack.nestedIn.stackName}/${stack.nestedIn.logicalId}`)
    const given = stack.parameters[name] ?? parent?.properties.object("Parameters")?.value(name)
    const value = given ?? body?.Default
    const type = body?.Type ?? "String"
    if (value === undefined) return place.fail(`Parameters: [${name}] must have values`)
    if (type.startsWith("AWS::SSM::Parameter::Value") && given === undefined) {
      place.notice(`The value of SSM parameter ${value} is not known here; its name is used.`)
    }
    if (body?.AllowedValues && !body.AllowedValues.map(String).includes(String(value))) {
      return place.fail(`Template error: the parameter ${name} must be one of ${body.AllowedValues.join(", ")}.`)
    }
    const isList = type === "CommaDelimitedList" || type.includes("List<")
    return isList && typeof value === "string" ? value.split(",").map((entry) => entry.trim()) : value
  }

  function importValue(place: Place, exportName: string): unknown {
    for (const stack of stacks) {
      for (const [key, output] of Object.entries(stack.body.Outputs ?? {})) {
        if (exportNameOf(stack, key, output) === exportName) return outputOf(stack, key, place)
      }
    }
    return place.fail(`No export named ${exportName} found.`)
  }

  function exportNameOf(stack: Stack, key: string, output: OutputBody): unknown {
    const name = output.Export?.Name
    if (name === undefined || typeof name === "string") return name
    const place = placeIn(stack, key, "Output")
    return once(`${stack.stackName}.Exports.${key}`, place, () => resolve(name, place))
  }

  function stackOutput(place: Place, stackName: string, key: string): unknown {
    const stack = stacks.find((one) => one.stackName === stackName)
    return stack ? outputOf(stack, key, place) : place.fail(`The stack ${stackName} is not part of this template.`)
  }

  function outputOf(stack: Stack, key: string, asker: Place): unknown {
    const output = stack.body.Outputs?.[key]
    if (!output || !outputHolds(stack, key, output))
      return asker.fail(`The stack ${stack.stackName} has no output ${key}.`)
    const place = placeIn(stack, key, "Output")
    return once(`${stack.stackName}.Outputs.${key}`, place, () => resolve(output.Value, place))
  }

  function outputHolds(stack: Stack, key: string, output: OutputBody): boolean {
    return output.Condition === undefined || condition(placeIn(stack, key, "Output"), output.Condition)
  }

  function holds(resource: Resource): boolean {
    const { Condition } = resource.body
    return Condition === undefined || condition(placeIn(resource.stack, resource.logicalId, resource.type), Condition)
  }

  function addResource(stack: Stack, logicalId: string, body: ResourceBody): void {
    const { Type: type } = body
    const place = placeIn(stack, logicalId, type)
    const at = `${stack.stackName}.${logicalId}`
    const properties = readProperties(
      {
        names: () => Object.keys(body.Properties ?? {}),
        value: (name) => once(`${at}.${name}`, place, () => resolve(body.Properties?.[name], place)),
      },
      "",
      place.fail,
    )
    const named: Named = { stack, logicalId, type, text: properties.text }
    const path = stack.constructPaths[logicalId] ?? body.Metadata?.["aws:cdk:path"]
    const origin: Origin = { logicalId, stackName: stack.stackName }
    if (typeof path === "string") origin.constructPath = path
    resources.set(`${stack.stackName}/${logicalId}`, {
      origin,
      logicalId,
      type,
      stack,
      body,
      properties,
      dependsOn: [body.DependsOn ?? []].flat(),
      get ref() {
        return refOf(named)
      },
      attribute(name) {
        const value = attributeOf(named, name)
        if (value !== undefined) return value
        const placeholder = placeholderOf(named, name)
        place.notice(`The attribute ${name} of ${type} is not known here; "${placeholder}" stands in for it.`)
        return placeholder
      },
      problem: place.fail,
      notice: place.notice,
    })
  }

  for (const stack of stacks) {
    for (const [logicalId, body] of Object.entries(stack.body.Resources)) addResource(stack, logicalId, body)
  }

  return {
    all: () => [...resources.values()].filter(holds),
    ofType: (...types) =>
      [...resources.values()].filter((resource) => types.includes(resource.type) && holds(resource)),
    outputs() {
      const outputs: Record<string, string> = {}
      for (const stack of stacks.filter((one) => !one.nestedIn)) {
        for (const [key, output] of Object.entries(stack.body.Outputs ?? {})) {
          if (!outputHolds(stack, key, output)) continue
          const value = outputOf(stack, key, placeIn(stack, key, "Output"))
          if (value !== undefined) outputs[key] = typeof value === "object" ? JSON.stringify(value) : String(value)
        }
      }
      return outputs
    },
  }
}

/** AWS: pseudo parameters are predefined in every template (template-pseudo-parameters) */
function pseudoParameter(place: Scope & { stack: Stack }, name: string): unknown {
  const { stackName, region, accountId } = place.stack
  const { partition, urlSuffix } = partitionOf(region)
  switch (name) {
    case "AWS::AccountId":
      return accountId
    case "AWS::Region":
      return region
    case "AWS::Partition":
      return partition
    case "AWS::URLSuffix":
      return urlSuffix
    case "AWS::StackName":
      return stackName
    case "AWS::StackId":
      return `arn:${partition}:cloudformation:${region}:${accountId}:stack/${stackName}/${stableUuid(stackName)}`
    case "AWS::NotificationARNs":
      return []
    case "AWS::NoValue":
      return undefined
    default:
      return place.fail(`The pseudo parameter ${name} is not known.`)
  }
}

function noticeDynamicReference(value: string, place: Scope): string {
  const reference = /\{\{resolve:[^}]+\}\}/.exec(value)
  if (reference) place.notice(`${reference[0]} is not looked up; the text itself is used.`)
  return value
}
