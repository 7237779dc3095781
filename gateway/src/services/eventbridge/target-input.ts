// Makes the input of a rule's target from an event: the event, a constant, a part of the event, or a transformed text.
import type { RuleDefinition, RuleTarget } from "../../definition/events.ts"
import { isRecord } from "../../foundation/is-record.ts"
import { ownValue } from "../../foundation/own-value.ts"
import type { BusEvent } from "./event.ts"

type Rule = Pick<RuleDefinition, "arn" | "ruleName">

/** @returns the text that the target receives */
export function targetInput(target: RuleTarget, event: BusEvent, rule: Rule): string {
  const { input, inputPath, inputTransformer } = target
  if (input !== undefined) return input
  // AWS: a path without a value gives null (event-input-path)
  if (inputPath !== undefined) return JSON.stringify(valueAt(event, inputPath) ?? null)
  return inputTransformer ? transform(inputTransformer, event, rule) : JSON.stringify(event)
}

/** `$.detail.items[0].name`, with `*` for the elements of a list. */
export function valueAt(event: unknown, path: string): unknown {
  if (path === "$") return event
  const steps = [...path.matchAll(/\.([\w-]+)|\[(\d+|\*)\]|\['([^']+)'\]/g)].map(([, name, index, quoted]) => ({
    name: name ?? quoted,
    index,
  }))
  return steps.reduce<unknown>((value, { name, index }) => {
    if (index === "*") return value
    if (index !== undefined) return Array.isArray(value) ? value[Number(index)] : undefined
    if (Array.isArray(value)) return value.map((one) => member(one, name)).filter((one) => one !== undefined)
    return member(value, name)
  }, event)
}

function member(value: unknown, name = ""): unknown {
  return isRecord(value) ? ownValue(value, name) : undefined
}

/**
 * AWS: a variable within quotation marks becomes a part of the text, elsewhere it is a JSON value (event-transformer)
 */
function transform(
  { inputPaths, template }: NonNullable<RuleTarget["inputTransformer"]>,
  event: BusEvent,
  { arn, ruleName }: Rule,
): string {
  const paths = new Map(Object.entries(inputPaths))
  const variable = (name: string): unknown => {
    // AWS: the names of predefined variables begin with aws.events (event-transformer-variables)
    if (name === "aws.events.rule-arn") return arn
    if (name === "aws.events.rule-name") return ruleName
    if (name === "aws.events.event.ingestion-time") return event.time
    if (name === "aws.events.event.json") return event
    if (name === "aws.events.event") {
      const { detail: _, ...envelope } = event
      return envelope
    }
    const path = paths.get(name)
    return path === undefined ? undefined : valueAt(event, path)
  }
  let isQuoted = false
  return template.replaceAll(/\\.|"|<([\w.-]+)>/gs, (token, name?: string) => {
    if (token === '"') isQuoted = !isQuoted
    if (name === undefined) return token
    const value = variable(name)
    // AWS?: a variable without a value is an empty text, or null (event-transformer-missing)
    if (value === undefined) return isQuoted ? "" : "null"
    if (!isQuoted) return JSON.stringify(value)
    return typeof value === "string" ? JSON.stringify(value).slice(1, -1) : escapeQuotes(JSON.stringify(value))
  })
}

function escapeQuotes(json: string): string {
  return json.replaceAll("\\", "\\\\").replaceAll('"', '\\"')
}
