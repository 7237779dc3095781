// Shortens access log entries and log lines for the terminal. `--json` prints them in full.
import { stripVTControlCharacters, styleText } from "node:util"
import type { GatewayEvent } from "../index.ts"

type Line = { subject: string; text: string; isError?: boolean }

const SUBJECT_WIDTH = 34

/** @returns undefined for lines that are not shown: successful invocations, metrics */
export function shortLine(event: GatewayEvent & { event: "access" | "log" }): string | undefined {
  const line = event.event === "access" ? accessLine(event.message) : logLine(event)
  if (!line) return undefined
  const subject = line.subject.length > SUBJECT_WIDTH ? `…${line.subject.slice(1 - SUBJECT_WIDTH)}` : line.subject
  const text = stripVTControlCharacters(line.text)
  return `${styleText("dim", subject.padEnd(SUBJECT_WIDTH))}  ${line.isError ? styleText("red", text) : text}`
}

/** An access log in JSON with a route and a status is shortened; any other format is unchanged. */
function accessLine(message: string): Line {
  const { routeKey, status, integrationLatency, integrationErrorMessage } = parse(message) ?? {}
  if (typeof routeKey !== "string" || status === undefined) return { subject: "access", text: message }
  const latency = isValue(integrationLatency) ? `  ${integrationLatency} ms` : ""
  const error = isValue(integrationErrorMessage) ? `  ${integrationErrorMessage}` : ""
  return { subject: routeKey, text: `${status}${latency}${error}`, isError: Number(status) >= 500 }
}

/** A variable without a value is a dash in the access log. */
function isValue(value: unknown): boolean {
  return value !== undefined && value !== "-" && value !== ""
}

function logLine(event: GatewayEvent & { event: "log" }): Line | undefined {
  const name = event.logGroup.slice(event.logGroup.lastIndexOf("/") + 1)
  if (event.kind === "execution") {
    const isFailure = /[Ee]xecution failed|Invalid permissions/.test(event.message)
    return isFailure ? { subject: "execution log", text: event.message, isError: true } : undefined
  }
  const text = event.message.trimEnd()
  if (event.kind === "platform") return platformLine(name, text)
  const json = parse(text)
  if (json) return structuredLine(name, json)
  // AWS: the text format is time, request id, level and message, separated by tabs (lambda-log-console)
  const [, level, message] = /^\S+Z\t\S*\t(\w+)\t(.*)$/s.exec(text) ?? []
  if (level === undefined || message === undefined) return { subject: name, text, isError: event.kind === "stderr" }
  const isError = level === "ERROR" || level === "FATAL"
  return { subject: name, text: level === "INFO" ? message : `${level}  ${message}`, isError }
}

/** Successful invocations are in the access log, and in the console with their duration and memory. */
function platformLine(name: string, text: string): Line | undefined {
  const isOrdinary =
    /^(START|END|REPORT|INIT_START) /.test(text) ||
    (/"type":"platform\./.test(text) && !/"status":"(error|timeout|failure)"/.test(text))
  return isOrdinary ? undefined : { subject: name, text, isError: true }
}

// Keys that a structured logger adds to every line.
const everywhere =
  /^(level|message|timestamp|time|service|cold_start|function_|xray_trace_id|sampling_rate|requestId|aws_request_id|trace_id)/

function structuredLine(name: string, json: Record<string, unknown>): Line | undefined {
  // Metrics in CloudWatch's embedded format.
  if ("_aws" in json) return undefined
  const level = String(json.level ?? "INFO").toUpperCase()
  const { error } = json as { error?: { message?: unknown; stack?: unknown } }
  const own = Object.entries(json).filter(([key]) => !everywhere.test(key) && key !== "error")
  const details = own.map(([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`)
  const message = typeof json.message === "string" ? json.message : JSON.stringify(json.message ?? json)
  const words = [level === "INFO" ? message : `${level}  ${message}`, ...details].join("  ")
  const stack = error === undefined ? "" : `\n${String(error.stack ?? error.message ?? JSON.stringify(error))}`
  return {
    subject: typeof json.service === "string" ? json.service : name,
    text: words + stack.replaceAll("\n", "\n    "),
    isError: level === "ERROR" || level === "FATAL",
  }
}

function parse(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith("{")) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
