import { stripVTControlCharacters } from "node:util"
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import type { GatewayEvent } from "../observe/gateway-event.ts"
import { shortLine } from "./short-line.ts"

type Kind = (GatewayEvent & { event: "log" })["kind"]

const access = (message: string) => show({ event: "access", apiId: "api", stage: "dev", message })
const log = (message: string, kind: Kind = "stdout") =>
  show({ event: "log", source: "function", logGroup: "/aws/lambda/handler", requestId: "r", message, kind })

/** Subject and text, without colours and padding. */
function show(event: GatewayEvent & { event: "access" | "log" }): string | undefined {
  const line = shortLine(event)
  return line === undefined ? undefined : stripVTControlCharacters(line).replace(/ {2,}/g, "  ")
}

describe("an access log entry", () => {
  test("in JSON is shortened to route, status and latency", () => {
    const line = '{"requestId":"r","routeKey":"progress","status":"200","integrationLatency":"12","more":"-"}'
    expect(access(line)).toBe("progress  200  12 ms")
    expect(access('{"routeKey":"$disconnect","status":"-","integrationLatency":"-"}')).toBe("$disconnect  -")
  })

  test("includes the error of the integration", () => {
    const line = '{"routeKey":"POST /documents","status":"500","integrationErrorMessage":"it broke"}'
    expect(access(line)).toBe("POST /documents  500  it broke")
  })

  test("in any other format is unchanged", () => {
    expect(access("127.0.0.1 - $connect 200")).toBe("access  127.0.0.1 - $connect 200")
    expect(access('{"only":"this"}')).toBe('access  {"only":"this"}')
    expect(access("{ broken")).toBe("access  { broken")
  })
})

describe("a function's output", () => {
  test("is shown without the time and request id that Lambda writes before it", () => {
    expect(log("2026-11-22T23:42:16.864Z\tid\tINFO\thello\n")).toBe("handler  hello")
    expect(log("2026-11-22T23:42:16.864Z\tid\tERROR\tit broke")).toBe("handler  ERROR  it broke")
    expect(log("as it is")).toBe("handler  as it is")
  })

  test("as structured lines is shortened to the message and the keys of the caller", () => {
    const line = { level: "INFO", message: "watched", timestamp: "t", service: "s", cold_start: true, documentId: "d1" }
    expect(log(JSON.stringify(line))).toBe("s  watched  documentId=d1")
    expect(log(JSON.stringify({ level: "WARN", message: "slow", pages: [1, 2] }))).toBe(
      "handler  WARN  slow  pages=[1,2]",
    )
  })

  test("includes a stack trace line by line", () => {
    const error = { name: "Error", message: "it broke", stack: "Error: it broke\n    at handler (index.mjs:1:1)" }
    const [first, ...rest] = (log(JSON.stringify({ level: "ERROR", message: "failed", error })) ?? "").split("\n")
    expect(first).toBe("handler  ERROR  failed")
    expect(rest.map((line) => line.trim())).toEqual(["Error: it broke", "at handler (index.mjs:1:1)"])
  })

  test("as a structured line has the message or the value of an error without a stack", () => {
    const failed = (error: unknown) => log(JSON.stringify({ level: "FATAL", message: "failed", error }))
    expect(failed({ message: "it broke" })).toBe("handler  FATAL  failed\n  it broke")
    expect(failed({ code: 7 })).toBe('handler  FATAL  failed\n  {"code":7}')
  })

  test("as a structured line without level or message is shown as information with its keys", () => {
    expect(log('{"pages":3}')).toBe('handler  {"pages":3}  pages=3')
    expect(log('{"message":{"pages":3}}')).toBe('handler  {"pages":3}')
  })

  test("is shown without control sequences of the terminal", () => {
    expect(shortLine({ event: "access", apiId: "a", stage: "s", message: "\u001b[2Jgone" })).not.toContain("\u001b[2J")
  })
})

test("successful invocations and metrics are not shown, failed invocations are", () => {
  expect(log("START RequestId: r Version: $LATEST", "platform")).toBe(undefined)
  expect(log("REPORT RequestId: r\tDuration: 1.00 ms", "platform")).toBe(undefined)
  expect(log('{"type":"platform.report","record":{"status":"success"}}', "platform")).toBe(undefined)
  expect(log('{"_aws":{"Timestamp":1}}')).toBe(undefined)
  expect(log("2026 r Task timed out after 3.00 seconds", "platform")).toContain("Task timed out")
  expect(log('{"type":"platform.report","record":{"status":"timeout"}}', "platform")).toContain("timeout")
})

test("only failures are shown of the execution log", () => {
  const execution = (message: string) =>
    show({ event: "log", source: "api-gateway", logGroup: "g", requestId: "r", message, kind: "execution" })
  expect(execution("(r) Starting execution for request: r")).toBe(undefined)
  expect(execution("(r) Execution failed due to a timeout error")).toContain("timeout error")
})

describe("an error is red", () => {
  beforeEach(() => {
    vi.stubEnv("NO_COLOR", undefined)
    vi.stubEnv("FORCE_COLOR", "1")
  })
  afterEach(() => {
    vi.unstubAllEnvs()
  })

  const isRed = (event: GatewayEvent & { event: "access" | "log" }) => {
    const line = shortLine(event) ?? ""
    return line.includes("\u001b[31m")
  }
  const output = (message: string, kind: Kind = "stdout") =>
    isRed({ event: "log", source: "function", logGroup: "/aws/lambda/f", requestId: "r", message, kind })

  test.each([
    ['{"level":"ERROR","message":"m"}', true],
    ['{"level":"fatal","message":"m"}', true],
    ['{"level":"WARN","message":"m"}', false],
    ['{"message":"m"}', false],
    ["2026-11-22T23:42:16.864Z\tid\tERROR\tm", true],
    ["2026-11-22T23:42:16.864Z\tid\tFATAL\tm", true],
    ["2026-11-22T23:42:16.864Z\tid\tWARN\tm", false],
  ])("in %s: %s", (message, expected) => {
    expect(output(message)).toBe(expected)
  })

  test("on stderr, from the platform, and as a status of 500 or more", () => {
    expect(output("text", "stderr")).toBe(true)
    expect(output("text", "stdout")).toBe(false)
    expect(output("2026 r Task timed out", "platform")).toBe(true)
    const access = (status: string) =>
      isRed({ event: "access", apiId: "a", stage: "s", message: `{"routeKey":"r","status":"${status}"}` })
    expect(["200", "499", "500", "504"].map(access)).toEqual([false, false, true, true])
  })
})

test("a long subject is shortened at its start, and a short one is padded", () => {
  const subjectOf = (name: string) => {
    const line = { logGroup: `/aws/lambda/${name}`, requestId: "r", message: "text", kind: "stdout" } as const
    return stripVTControlCharacters(shortLine({ event: "log", source: "function", ...line }) ?? "").slice(
      0,
      -"  text".length,
    )
  }
  expect(subjectOf("a".repeat(34))).toBe("a".repeat(34))
  expect(subjectOf(`b${"a".repeat(34)}`)).toBe(`…${"a".repeat(33)}`)
  expect(subjectOf("short")).toBe("short".padEnd(34))
})

test("an access log entry without a route or a status is unchanged", () => {
  expect(access('{"routeKey":"r"}')).toBe('access  {"routeKey":"r"}')
  expect(access('{"status":"200"}')).toBe('access  {"status":"200"}')
  expect(access('{"routeKey":"r","status":"200","integrationLatency":"","integrationErrorMessage":"-"}')).toBe("r  200")
})
