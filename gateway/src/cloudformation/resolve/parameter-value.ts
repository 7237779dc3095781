// The value of a parameter of a template: the one that is given, or its default.
import type { ReferenceLookup } from "./dynamic-references.ts"
import type { Properties } from "./properties.ts"
import type { StackScope } from "./stack-scope.ts"

/**
 * @param scope of the reference, in the stack of the parameter
 * @param from.parent the resource that the stack is nested as, which gives it values
 */
export function parameterValue(
  scope: StackScope,
  name: string,
  { lookup, parent }: { lookup: Pick<ReferenceLookup, "parameter">; parent: Properties | undefined },
): unknown {
  const { stack } = scope
  const body = stack.template.parameters.get(name)
  const given = stack.parameters.get(name) ?? parent?.object("Parameters")?.value(name)
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
