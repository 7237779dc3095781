// The output of the commands: JSON lines, and sentences for a terminal.
import { stripVTControlCharacters } from "node:util"
import { describe, expect, test } from "vitest"
import { GatewayError, type GatewayEvent } from "../index.ts"
import { jsonReporter, problemOf, type TerminalOptions, terminalReporter } from "./reporter.ts"

const credentials = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "secret" }
const region = "us-east-1"

const denied: GatewayEvent = {
  event: "denied",
  action: "s3:GetObject",
  resource: "arn:aws:s3:::documents/a",
  role: "ReaderRole",
  explanation: "no statement allows it.",
  cure: "bucket.grantRead(reader)",
}

const access: GatewayEvent = { event: "access", apiId: "api", stage: "dev", message: "GET / 200" }

const fault: GatewayEvent = {
  event: "fault",
  faultId: "fault-1",
  effect: "drop",
  message: "Injected by fault-1: The connection was dropped without a close frame.",
  connectionId: "AAA=",
  routeKey: "ping",
}

/** An output that keeps its text, without colours. */
function output() {
  let text = ""
  const write = (part: string) => (text += stripVTControlCharacters(part))
  return { write, text: () => text }
}

function terminal(options: TerminalOptions = {}) {
  const stdout = output()
  const stderr = output()
  return { reporter: terminalReporter(stdout, stderr, options), stdout: stdout.text, stderr: stderr.text }
}

describe("on a terminal", () => {
  test("the start is the outputs and the other stages in aligned columns, the credentials and the address of the page", () => {
    const { reporter, stdout, stderr } = terminal()
    const outputs = { Url: "ws://localhost:4000/dev", ExportsOutputRefApi: "internal", QueueName: "uploads" }
    const stage = { protocol: "WEBSOCKET", apiId: "a1b2c3d4e5", stageName: "dev" } as const
    const stages = [
      { ...stage, logicalId: "Chat", url: "ws://localhost:4000/dev" },
      { ...stage, logicalId: "Other", url: "ws://localhost:4001/dev" },
    ]
    reporter.ready({ outputs, stages, credentials, region, endpoints: {} }, "http://localhost:4002")
    const lines = stdout().split("\n")
    expect(lines.slice(0, 5)).toEqual([
      "",
      "  Url        ws://localhost:4000/dev",
      "  QueueName  uploads",
      "  Other dev  ws://localhost:4001/dev",
      "",
    ])
    expect(lines).toContain("  AWS_ACCESS_KEY_ID=AKIAEXAMPLE")
    expect(lines).toContain("  AWS_SECRET_ACCESS_KEY=secret")
    expect(stdout()).toContain("Ready: open http://localhost:4002; http://localhost:4002/_console shows what happens.")
    expect(stdout()).not.toContain("ExportsOutput")
    expect(stderr()).toBe("")
  })

  test("the start has the endpoints of the services, those in one process together, and the region to sign for", () => {
    const { reporter, stdout } = terminal()
    const endpoints = {
      sqs: "http://127.0.0.1:4003",
      ssm: "http://127.0.0.1:4002",
      dynamodb: "http://127.0.0.1:4001",
      "dynamodb-streams": "http://127.0.0.1:4001",
      sns: "http://127.0.0.1:4002",
      polly: undefined,
    }
    reporter.ready({ outputs: {}, stages: [], credentials, region: "eu-west-1", endpoints }, "http://localhost:4000")
    const lines = stdout().split("\n")
    expect(lines).toContain("  AWS_DEFAULT_REGION=eu-west-1")
    expect(lines).toContain(
      "  aws --endpoint-url: http://127.0.0.1:4001 (dynamodb, dynamodb-streams), http://127.0.0.1:4002 (sns, ssm), http://127.0.0.1:4003 (sqs)",
    )
  })

  test("a start without services has neither endpoints nor a region", () => {
    const { reporter, stdout } = terminal()
    reporter.ready({ outputs: {}, stages: [], credentials, region, endpoints: {} }, "http://localhost:4000")
    expect(stdout()).toContain("to sign requests to @connections:")
    expect(stdout()).not.toMatch(/endpoint-url|REGION/)
  })

  test("a template without outputs is ready as well", () => {
    const { reporter, stdout } = terminal()
    reporter.ready({ outputs: {}, stages: [], credentials, region, endpoints: {} }, "http://localhost:4000")
    expect(stdout()).toContain("Ready: open http://localhost:4000;")
  })

  test("an access log entry is one line on stdout", () => {
    const { reporter, stdout, stderr } = terminal()
    reporter.event(access)
    expect(stdout()).toMatch(/^access +GET \/ 200\n$/)
    expect(stderr()).toBe("")
  })

  test("a line that is not shown prints nothing", () => {
    const { reporter, stdout } = terminal()
    const line = { logGroup: "/aws/lambda/f", requestId: "r", message: "START RequestId: r" }
    reporter.event({ event: "log", source: "function", kind: "platform", ...line })
    expect(stdout()).toBe("")
  })

  test("a denied request is on stderr, with its reason and its fix", () => {
    const { reporter, stdout, stderr } = terminal()
    reporter.event(denied)
    expect(stderr().split("\n")).toEqual([
      "Denied  s3:GetObject on arn:aws:s3:::documents/a",
      "        by role ReaderRole: no statement allows it.",
      "        Fix: bucket.grantRead(reader)",
      "",
    ])
    expect(stdout()).toBe("")
  })

  test("a reload is one line on stdout, and says when the change before it failed", () => {
    const { reporter, stdout } = terminal()
    reporter.event({ event: "reloaded", what: "reader", durationMs: 40, recovered: false })
    reporter.event({ event: "reloaded", what: "reader", durationMs: 50, recovered: true })
    expect(stdout()).toBe("Reloaded reader in 40 ms.\nThe build succeeds again. Reloaded reader in 50 ms.\n")
  })

  test("a problem is its sentence and its hint on stderr, a warning is one line", () => {
    const { reporter, stdout, stderr } = terminal()
    reporter.ready({ outputs: {}, stages: [], credentials, region, endpoints: {} }, "http://localhost:4000")
    const ready = stdout()
    reporter.event({ event: "problem", code: "BUILD_FAILED", message: "a.ts:1:2: Unexpected }", hint: "Fix it." })
    reporter.event({ event: "problem", code: "BUILD_FAILED", message: "Without a hint.", hint: "" })
    reporter.event({ event: "problem", code: "WARNING", message: "Not served locally", hint: "set a variable" })
    reporter.event({ event: "problem", code: "WARNING", message: "A sentence.", hint: "set a variable" })
    reporter.event({ event: "problem", code: "WARNING", message: "Only this", hint: "" })
    expect(stderr().split("\n")).toEqual([
      "a.ts:1:2: Unexpected }",
      "  Hint: Fix it.",
      "Without a hint.",
      "Not served locally: set a variable",
      "A sentence. Set a variable",
      "Only this",
      "",
    ])
    expect(stdout()).toBe(ready)
  })

  test("the failure of the command is its sentence and its hint on stderr", () => {
    const { reporter, stdout, stderr } = terminal()
    reporter.failure(new GatewayError("FILE_NOT_FOUND", "a.yaml does not exist.", { hint: "Give a template." }))
    expect(stderr()).toBe("a.yaml does not exist.\n  Hint: Give a template.\n")
    expect(stdout()).toBe("")
  })

  test("a request to stop is acknowledged at once, with how to end without waiting", () => {
    const { reporter, stdout } = terminal()
    reporter.stopping?.()
    expect(stdout()).toBe("\nStopping. Press Ctrl-C again to end at once.\n")
  })

  test("warnings of the start come after the addresses, not before everything else", () => {
    const { reporter, stdout, stderr } = terminal()
    const warning: GatewayEvent = { event: "problem", code: "WARNING", message: "Not served locally", hint: "a, b" }
    reporter.event(warning)
    expect(stderr()).toBe("")
    reporter.ready({ outputs: {}, stages: [], credentials, region, endpoints: {} }, "http://localhost:4000")
    expect(stderr()).toBe("Not served locally: a, b\n")
    reporter.event(warning)
    expect(stderr()).toBe("Not served locally: a, b\nNot served locally: a, b\n")
    expect(stdout()).toContain("Ready: open http://localhost:4000")
  })

  test("a start that fails prints its warnings before the failure", () => {
    const { reporter, stderr } = terminal({ verbosity: "quiet" })
    reporter.event({ event: "problem", code: "WARNING", message: "Not served locally", hint: "" })
    reporter.failure(new GatewayError("FILE_NOT_FOUND", "a.yaml does not exist.", { hint: "Give a template." }))
    expect(stderr()).toBe("Not served locally\na.yaml does not exist.\n  Hint: Give a template.\n")
  })

  test("quiet output has the address in one line, and neither warnings of the start nor log lines", () => {
    const { reporter, stdout, stderr } = terminal({ verbosity: "quiet" })
    reporter.event({ event: "problem", code: "WARNING", message: "Not served locally", hint: "" })
    reporter.ready(
      { outputs: { Url: "ws://localhost" }, stages: [], credentials, region, endpoints: {} },
      "http://localhost:4000",
    )
    reporter.event(access)
    expect(stdout()).toBe("Ready: http://localhost:4000\n")
    expect(stderr()).toBe("")
  })

  test("output of problems only has no start and no log lines, but reloads, problems and denied requests", () => {
    const { reporter, stdout, stderr } = terminal({ verbosity: "problems" })
    reporter.ready(
      { outputs: { Url: "ws://localhost" }, stages: [], credentials, region, endpoints: {} },
      "http://localhost:4000",
    )
    reporter.event(access)
    expect(stdout()).toBe("")
    reporter.event({ event: "reloaded", what: "reader", durationMs: 40, recovered: false })
    reporter.event(denied)
    expect(stdout()).toContain("Reloaded reader")
    expect(stderr()).toContain("Denied")
  })
})

describe("with --json", () => {
  function json() {
    const { write, text } = output()
    const lines = () =>
      text()
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line))
    return { reporter: jsonReporter({ write }), lines }
  }

  test("the start is an object with the outputs, the credentials and the endpoints of services", () => {
    const { reporter, lines } = json()
    const ready = { outputs: { Url: "ws://localhost" }, stages: [], credentials, region }
    const endpoints = { sqs: "http://127.0.0.1:4003" }
    reporter.ready({ ...ready, endpoints }, "http://localhost:4000")
    expect(lines()).toEqual([{ event: "ready", ...ready, endpoints }])
  })

  test("every event is an object on a line, with the keys of the contract", () => {
    const { reporter, lines } = json()
    reporter.event(access)
    reporter.event(denied)
    expect(lines()).toEqual([access, denied])
  })

  test("the failure of the command is a problem with its code", () => {
    const { reporter, lines } = json()
    reporter.failure(new GatewayError("PORT_IN_USE", "Port 4000 is in use.", { hint: "Give another one." }))
    expect(lines()).toEqual([
      { event: "problem", code: "PORT_IN_USE", message: "Port 4000 is in use.", hint: "Give another one." },
    ])
  })
})

test("an error that is not a GatewayError is reported as a defect with its stack", () => {
  const error = new TypeError("x is not a function")
  expect(problemOf(error)).toEqual({
    code: "BUG",
    message: error.stack,
    hint: expect.stringContaining("defect of the gateway"),
  })
  expect(problemOf("text").message).toBe("text")
})

test("a terminal shows every injected fault with what it concerns, and every move of the clock", () => {
  const { reporter, stdout, stderr } = terminal({ verbosity: "problems" })
  reporter.event(fault)
  reporter.event({ event: "clock", ms: 600_000, movedMs: 1_200_000 })
  expect(stderr()).toBe("Fault   drop (ping): Injected by fault-1: The connection was dropped without a close frame.\n")
  expect(stdout()).toBe("The clock moved forward by 600 s, and by 1200 s in all.\n")
})
