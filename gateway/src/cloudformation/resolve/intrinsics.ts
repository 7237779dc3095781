// CloudFormation's intrinsic functions. Each accesses the template only through a `Scope`.
// AWS: each function takes the documented arguments and gives the documented result (template-intrinsics)
import { isRecord } from "../../foundation/is-record.ts"
import { splitCidr } from "./cidr.ts"

/** What a function can access of the template that contains it. */
export type Scope = {
  resolve(value: unknown): unknown
  ref(logicalId: string): unknown
  attribute(logicalId: string, name: string): unknown
  condition(name: string): boolean
  mapping(name: string): unknown
  importValue(exportName: string): unknown
  stackOutput(stackName: string, outputName: string): unknown
  zones(region: string): string[]
  notice(message: string): undefined
  /** Records a problem. The value is then removed. */
  fail(message: string): undefined
}

type Intrinsic = (argument: unknown, scope: Scope) => unknown

export const intrinsics: ReadonlyMap<string, Intrinsic> = new Map(
  Object.entries<Intrinsic>({
    Ref: (argument, scope) =>
      typeof argument === "string"
        ? scope.ref(argument)
        : scope.fail("Ref takes the logical id of a resource or parameter."),
    "Fn::GetAtt": getAtt,
    "Fn::Join": join,
    "Fn::Sub": sub,
    "Fn::Select": select,
    "Fn::Split": split,
    "Fn::If": chooseBranch,
    "Fn::Equals": equals,
    "Fn::Not": (argument, scope) => !isTrue(listOf(argument)[0], scope),
    "Fn::And": (argument, scope) => listOf(argument).every((condition) => isTrue(condition, scope)),
    "Fn::Or": (argument, scope) => listOf(argument).some((condition) => isTrue(condition, scope)),
    "Fn::FindInMap": findInMap,
    "Fn::ImportValue": (argument, scope) => scope.importValue(String(scope.resolve(argument))),
    "Fn::GetStackOutput": getStackOutput,
    "Fn::Base64": (argument, scope) => Buffer.from(String(scope.resolve(argument))).toString("base64"),
    "Fn::Length": length,
    "Fn::ToJsonString": (argument, scope) => JSON.stringify(scope.resolve(argument)),
    "Fn::Cidr": cidr,
    "Fn::GetAZs": (argument, scope) => scope.zones(String(scope.resolve(argument) ?? "")),
    "Fn::Transform": (argument, scope) => {
      const macro = isRecord(argument) ? `The macro ${String(argument.Name)}` : "A macro"
      return scope.notice(`${macro} is not run. What it would add is missing.`)
    },
  }),
)

/** Whether a condition's expression holds: a boolean, a function, or `{ Condition: name }`. */
export function isTrue(expression: unknown, scope: Scope): boolean {
  if (isRecord(expression) && typeof expression.Condition === "string") return scope.condition(expression.Condition)
  const value = scope.resolve(expression)
  return value === true || value === "true"
}

function getAtt(argument: unknown, scope: Scope): unknown {
  const dotted = typeof argument === "string" ? argument.split(/\.(.*)/s) : listOf(argument)
  const [logicalId, name] = [dotted[0], scope.resolve(dotted[1])]
  if (typeof logicalId === "string" && typeof name === "string") return scope.attribute(logicalId, name)
  return scope.fail("Fn::GetAtt takes a logical id and the name of an attribute.")
}

function join(argument: unknown, scope: Scope): unknown {
  const [delimiter, values] = listOf(argument)
  const resolved = scope.resolve(values)
  if (typeof delimiter !== "string" || !Array.isArray(resolved))
    return scope.fail("Fn::Join takes a delimiter and a list.")
  return resolved.map(asText).join(delimiter)
}

function sub(argument: unknown, scope: Scope): unknown {
  const [text, variables] = Array.isArray(argument) ? argument : [argument, {}]
  if (typeof text !== "string") return scope.fail("Fn::Sub takes a text, or a text and a map of variables.")
  const own = isRecord(variables) ? variables : {}
  return text.replaceAll(/\$\{([^{}]*)\}/g, (_, inner: string) => {
    if (inner.startsWith("!")) return `\${${inner.slice(1)}}`
    const name = inner.trim()
    if (Object.hasOwn(own, name)) return asText(scope.resolve(own[name]))
    return asText(name.includes(".") ? getAtt(name, scope) : scope.ref(name))
  })
}

function select(argument: unknown, scope: Scope): unknown {
  const [position, values] = listOf(argument)
  const list = scope.resolve(values)
  const index = Number(scope.resolve(position))
  if (list === undefined) return undefined
  if (!Array.isArray(list)) return scope.fail("Fn::Select takes an index and a list.")
  if (Number.isInteger(index) && index >= 0 && index < list.length) return list[index]
  return scope.fail(`Fn::Select cannot select nonexistent value at index ${index}.`)
}

function split(argument: unknown, scope: Scope): unknown {
  const [delimiter, value] = listOf(argument)
  const text = scope.resolve(value)
  // A value that is missing is reported where it is named.
  if (text === undefined) return undefined
  if (typeof delimiter !== "string" || delimiter === "" || typeof text !== "string") {
    return scope.fail("Fn::Split takes a delimiter and a text.")
  }
  return text.split(delimiter)
}

function chooseBranch(argument: unknown, scope: Scope): unknown {
  const [name, whenTrue, whenFalse] = listOf(argument)
  if (typeof name !== "string") return scope.fail("Fn::If takes the name of a condition and two values.")
  // Only the chosen branch is resolved: the other may name resources that do not exist.
  return scope.resolve(scope.condition(name) ? whenTrue : whenFalse)
}

function equals(argument: unknown, scope: Scope): boolean {
  const [left, right] = listOf(argument).map((side) => scope.resolve(side))
  return JSON.stringify(comparable(left)) === JSON.stringify(comparable(right))
}

function findInMap(argument: unknown, scope: Scope): unknown {
  const [name, topLevelKey, secondLevelKey, options] = listOf(argument)
  const keys = [topLevelKey, secondLevelKey].map((key) => asText(scope.resolve(key)))
  let found: unknown = scope.mapping(asText(scope.resolve(name)))
  for (const key of keys) found = isRecord(found) && Object.hasOwn(found, key) ? found[key] : undefined
  if (found !== undefined) return scope.resolve(found)
  if (isRecord(options) && "DefaultValue" in options) return scope.resolve(options.DefaultValue)
  return scope.fail(`Unable to get mapping for ${asText(name)}::${keys.join("::")}`)
}

function getStackOutput(argument: unknown, scope: Scope): unknown {
  const { StackName, OutputName } = isRecord(argument) ? argument : {}
  const stack = asText(scope.resolve(StackName))
  // CDK gives the stack's name or its ARN, `arn:…:stack/{name}/{uuid}`.
  return scope.stackOutput(
    stack.startsWith("arn:") ? (stack.split("/")[1] ?? stack) : stack,
    asText(scope.resolve(OutputName)),
  )
}

function length(argument: unknown, scope: Scope): unknown {
  const list = scope.resolve(argument)
  return Array.isArray(list) ? list.length : scope.fail("Fn::Length takes a list.")
}

function cidr(argument: unknown, scope: Scope): unknown {
  const [block, count, bits] = listOf(argument).map((part) => scope.resolve(part))
  return (
    splitCidr(asText(block), Number(count), Number(bits ?? 8)) ?? scope.fail(`Fn::Cidr cannot divide ${asText(block)}.`)
  )
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value]
}

function asText(value: unknown): string {
  if (value === undefined || value === null) return ""
  return typeof value === "object" ? JSON.stringify(value) : String(value)
}

/** CloudFormation compares texts: the parameter "1" equals the number 1. */
function comparable(value: unknown): unknown {
  return typeof value === "object" ? value : asText(value)
}
