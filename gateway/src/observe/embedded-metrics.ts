// Reads the metrics of a log line in CloudWatch's embedded metric format: JSON with a `_aws` member.
import { isRecord } from "../foundation/is-record.ts"
import { parseJsonObject } from "../foundation/parse-json.ts"

export type EmbeddedMetric = {
  namespace: string
  name: string
  /** Names and values, in the order of the line. */
  dimensions: (readonly [name: string, value: string])[]
  values: number[]
}

/** A line has at most this many values of a metric, and names of dimensions. */
const MAX_VALUES = 100
const MAX_DIMENSIONS = 30

/** @returns one metric for each set of dimensions; nothing for other lines */
export function readEmbeddedMetrics(line: string): EmbeddedMetric[] {
  // Nearly all lines have none, and parsing costs more than the search.
  if (!line.includes('"CloudWatchMetrics"')) return []
  const root = parse(line)
  const directives = isRecord(root?._aws) ? root._aws.CloudWatchMetrics : undefined
  if (!root || !Array.isArray(directives)) return []
  // The names come from the function.
  const members = new Map(Object.entries(root))
  return directives.filter(isRecord).flatMap(({ Namespace, Dimensions, Metrics }) => {
    if (typeof Namespace !== "string" || !Array.isArray(Metrics)) return []
    const sets = Array.isArray(Dimensions) && Dimensions.length > 0 ? Dimensions : [[]]
    return Metrics.filter(isRecord).flatMap(({ Name }) => {
      const values = typeof Name === "string" ? numbersIn(members.get(Name)) : []
      if (values.length === 0) return []
      return sets.filter(Array.isArray).map((names) => ({
        namespace: Namespace,
        name: String(Name),
        dimensions: names
          .slice(0, MAX_DIMENSIONS)
          .map((name) => [String(name), String(members.get(String(name)) ?? "")] as const),
        values,
      }))
    })
  })
}

/** `console.log` writes the time, the request id and the level first. */
function parse(line: string): Record<string, unknown> | undefined {
  return parseJsonObject(line.slice(Math.max(0, line.indexOf("{"))))
}

function numbersIn(value: unknown): number[] {
  return [value]
    .flat()
    .slice(0, MAX_VALUES)
    .filter((one): one is number => typeof one === "number" && Number.isFinite(one))
}
