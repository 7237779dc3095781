// A resource of a resolved template: its properties, its attributes, and what it refers to.
import { type CustomResourceState, isPending } from "../../definition/custom-resource.ts"
import { keyOf, type Origin } from "../../definition/origin.ts"
import type { Report } from "../report.ts"
import type { ResourceBody, Stack } from "../source/stack.ts"
import { attributeOf, type NamedResource, placeholderOf, refOf } from "./attributes.ts"
import { customResourceValues, isCustomResource, referencesIn } from "./custom-resources.ts"
import type { Once } from "./once.ts"
import { type Properties, readProperties } from "./properties.ts"
import type { Resolve, ScopeIn } from "./stack-scope.ts"

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

export type ResourcePorts = {
  once: Once
  scopeIn: ScopeIn
  resolve: Resolve
  report: Report
  /** What is known of custom resources, by key. */
  customResources: ReadonlyMap<string, CustomResourceState>
  /** Whether an ARN is that of a function of the template. */
  isFunction(arn: string | undefined): boolean
}

export function createResource(
  { stack, logicalId, body }: { stack: Stack; logicalId: string; body: ResourceBody },
  { once, scopeIn, resolve, report, customResources, isFunction }: ResourcePorts,
): Resource {
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
  const dependsOn = [body.DependsOn ?? []].flat()
  return {
    origin,
    logicalId,
    type,
    stack,
    properties,
    dependsOn,
    get ref() {
      return custom()?.ref ?? refOf(named)
    },
    references: () => [...dependsOn, ...referencesIn(body.Properties)],
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
}
