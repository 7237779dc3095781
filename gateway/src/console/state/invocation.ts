// Reads Lambda's own lines in the log of an invocation: START and REPORT, in the text and in the JSON format.
import type { OutputEntry } from "./entry.ts"

export type Invocation = {
  functionName: string
  /** Milliseconds since the epoch. Absent until the START line is there. */
  startedAt?: number
  /** Absent while it runs. */
  endedAt?: number
  durationMs?: number
  /** Only of a cold start. */
  initMs?: number
  memoryMb?: number
  maxMemoryMb?: number
  status?: string
}

export function readInvocation(output: readonly OutputEntry[]): Invocation | undefined {
  const [first] = output
  if (!first) return undefined
  const invocation: Invocation = { functionName: functionNameOf(first.logGroup) }
  for (const { stream, text, time } of output) {
    if (stream !== "platform") continue
    if (text.startsWith("START ") || text.includes('"platform.start"')) invocation.startedAt = time
    else if (text.startsWith("REPORT ")) readTextReport(text, invocation)
    else if (text.includes('"platform.report"')) readJsonReport(text, invocation)
    else continue
    if (invocation.durationMs !== undefined && invocation.endedAt === undefined) invocation.endedAt = time
  }
  return invocation
}

/** Logical ids by name: CloudFormation generates long names. */
const logicalIds = new Map<string, string>()

export function nameFunctions(functions: readonly { functionName: string; logicalId: string }[]): void {
  for (const { functionName, logicalId } of functions) logicalIds.set(functionName, logicalId)
}

/** The logical id of a function, or its name where it is not known. @param text its name, its ARN or its log group */
export function functionNameOf(text: string): string {
  const name = text.slice(Math.max(text.lastIndexOf("/"), text.lastIndexOf(":")) + 1)
  return logicalIds.get(name) ?? name
}

function readTextReport(text: string, invocation: Invocation): void {
  const number = (pattern: RegExp) => {
    const found = pattern.exec(text)?.[1]
    return found === undefined ? undefined : Number(found)
  }
  assign(invocation, {
    durationMs: number(/\tDuration: ([\d.]+) ms/),
    initMs: number(/Init Duration: ([\d.]+) ms/),
    memoryMb: number(/Memory Size: (\d+) MB/),
    maxMemoryMb: number(/Max Memory Used: (\d+) MB/),
  })
  invocation.status = /Status: (\w+)/.exec(text)?.[1] ?? "success"
}

function readJsonReport(text: string, invocation: Invocation): void {
  try {
    const { record } = JSON.parse(text) as { record?: { status?: string; metrics?: Record<string, number> } }
    assign(invocation, {
      durationMs: record?.metrics?.durationMs,
      initMs: record?.metrics?.initDurationMs,
      memoryMb: record?.metrics?.memorySizeMB,
      maxMemoryMb: record?.metrics?.maxMemoryUsedMB,
    })
    invocation.status = record?.status ?? "success"
  } catch {
    // A line that is cut is not JSON.
  }
}

type Figures = Pick<Invocation, "durationMs" | "initMs" | "memoryMb" | "maxMemoryMb">

function assign(invocation: Invocation, figures: { [Name in keyof Figures]: number | undefined }): void {
  for (const [name, value] of Object.entries(figures)) {
    if (value !== undefined) invocation[name as keyof Figures] = value
  }
}
