// Inserts the files that the transform AWS::Include names, before a template is split into its sections.
// AWS: the content of the file replaces the transform, beside its siblings (template-include)
import { readFileSync } from "node:fs"
import { dirname, resolve } from "node:path"
import { GatewayError } from "../../foundation/errors.ts"
import { isRecord } from "../../foundation/is-record.ts"
import { recordFrom } from "../../foundation/record-from.ts"

export type IncludeScope = {
  /** Of the template: locations are relative to its folder. */
  path: string
  parameters: ReadonlyMap<string, string>
  parse(text: string, path: string): unknown
}

/** Ends the expansion of a file that includes itself. */
const MAX_DEPTH = 10

/** @throws GatewayError TEMPLATE_UNREADABLE for a file that is missing or is in S3 */
export function expandIncludes(body: Record<string, unknown>, scope: IncludeScope): Record<string, unknown> {
  const context: Context = { ...scope, defaults: isRecord(body.Parameters) ? body.Parameters : {}, depth: 0 }
  const { Transform, ...rest } = body
  const transforms: unknown[] = Array.isArray(Transform) ? Transform : [Transform]
  const inserted = transforms.filter(isInclude).flatMap((one) => Object.entries(included(one, context)))
  const merged: [string, unknown][] = [...inserted, ...Object.entries(expandAll(rest, context))]
  const others = transforms.filter((one) => one !== undefined && !isInclude(one))
  return recordFrom(others.length > 0 ? [...merged, ["Transform", others]] : merged)
}

type Context = IncludeScope & { defaults: Record<string, unknown>; depth: number }
type Include = { Name: "AWS::Include"; Parameters?: unknown }

function isInclude(value: unknown): value is Include {
  return isRecord(value) && value.Name === "AWS::Include"
}

function expand(value: unknown, context: Context): unknown {
  if (Array.isArray(value)) return value.map((one) => expand(one, context))
  return isRecord(value) ? expandAll(value, context) : value
}

function expandAll(value: Record<string, unknown>, context: Context): Record<string, unknown> {
  const entries = Object.entries(value).flatMap(([name, entry]): [string, unknown][] =>
    name === "Fn::Transform" && isInclude(entry)
      ? Object.entries(included(entry, context))
      : [[name, expand(entry, context)]],
  )
  return recordFrom(entries)
}

function included({ Parameters }: Include, context: Context): Record<string, unknown> {
  const location = locationOf(isRecord(Parameters) ? Parameters.Location : undefined, context)
  if (location === undefined) throw invalid(context, "an AWS::Include has no Location", "Give the path of a file.")
  if (/^(s3|https?):/.test(location)) {
    throw invalid(
      context,
      `${location} is not on this machine`,
      "Save it, and give its path as Location of AWS::Include.",
    )
  }
  if (context.depth === MAX_DEPTH)
    throw invalid(context, `${location} is included in itself`, "Remove the AWS::Include that leads back to it.")
  const path = resolve(dirname(context.path), location)
  const content = context.parse(textOf(path, location, context), path)
  const expanded = expand(content, { ...context, path, depth: context.depth + 1 })
  if (isRecord(expanded)) return expanded
  throw invalid(context, `the file ${location} of AWS::Include is not a map`, "Give a file with keys and values.")
}

function textOf(path: string, location: string, context: Context): string {
  try {
    return readFileSync(path, "utf8")
  } catch {
    throw invalid(context, `the file ${location} of AWS::Include does not exist`, "Correct its Location.")
  }
}

/** A text, or a reference to a parameter. */
function locationOf(location: unknown, { parameters, defaults }: Context): string | undefined {
  if (typeof location === "string") return location
  const name = isRecord(location) && typeof location.Ref === "string" ? location.Ref : undefined
  if (name === undefined) return undefined
  const body = Object.hasOwn(defaults, name) ? defaults[name] : undefined
  const value = parameters.get(name) ?? (isRecord(body) ? body.Default : undefined)
  return typeof value === "string" ? value : undefined
}

function invalid({ path }: Context, problem: string, hint: string): GatewayError {
  return new GatewayError("TEMPLATE_UNREADABLE", `${path}: ${problem}.`, { hint })
}
