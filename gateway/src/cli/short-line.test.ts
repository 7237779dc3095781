import { stripVTControlCharacters } from "node:util"
import { describe, expect, test } from "vitest"
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
