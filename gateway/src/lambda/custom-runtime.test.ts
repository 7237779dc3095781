// Programs of provided runtimes, which ask the runtime API for their invocations.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, afterEach, describe, expect, onTestFinished, test } from "vitest"
import type { FunctionDefinition } from "../definition/lambda.ts"
import { ManualClock } from "../foundation/manual-clock.ts"
import { arnOf, closeLambdas, defineFunction, shareLambda, startLambda } from "./testing/lambda-under-test.ts"

afterEach(closeLambdas)

function write(files: Record<string, string | Buffer>, mode = 0o755): string {
  const folder = mkdtempSync(join(tmpdir(), "bootstrap-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true })
    writeFileSync(join(folder, name), content)
    chmodSync(join(folder, name), mode)
  }
  return folder
}

/** A program with functions for the requests of a runtime. */
function program(main: string): string {
  return `#!${process.execPath}
const http = require("node:http")
const agent = new http.Agent({ keepAlive: true })
const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":")
const ask = (method, path, body, headers = {}) => new Promise((resolve, reject) => {
  const request = http.request({ host, port, method, path: "/2018-06-01/runtime/" + path, agent, headers }, async (response) => {
    let text = ""
    for await (const chunk of response) text += chunk
    resolve({ status: response.statusCode, headers: response.headers, text })
  })
  request.on("error", reject)
  request.end(body)
})
const next = () => ask("GET", "invocation/next")
const idOf = ({ headers }) => headers["lambda-runtime-aws-request-id"]
const respond = (id, value) => ask("POST", "invocation/" + id + "/response", value)
async function serve(handle) {
  for (;;) {
    const event = await next()
    await respond(idOf(event), JSON.stringify(await handle(JSON.parse(event.text), event.headers)))
  }
}
async function main() { ${main} }
main()
`
}

function define(code: string, overrides: Partial<FunctionDefinition> = {}): FunctionDefinition {
  return defineFunction("", {
    runtime: "provided.al2023",
    handler: "any",
    code: { form: "folder", path: code },
    ...overrides,
  })
}

function start(main: string, overrides: Partial<FunctionDefinition> = {}) {
  return startLambda([define(write({ bootstrap: program(main) }), overrides)])
}

// A program is started by the first line of its file.
describe.skipIf(process.platform === "win32")("a program of a provided runtime", () => {
  // Returns the value of an expression. A test that ends it leaves a new process for the next one.
  const code = mkdtempSync(join(tmpdir(), "bootstrap-"))
  const main = "let calls = 0; await serve((event, headers) => { calls++; return eval(event.code) })"
  writeFileSync(join(code, "bootstrap"), program(main), { mode: 0o755 })
  const evaluator = shareLambda([define(code)])
  afterAll(async () => {
    await evaluator.close()
    rmSync(code, { recursive: true })
  })

  test.each(["provided", "provided.al2", "provided.al2023"])("runs on %s", async (runtime) => {
    const { call } = start("await serve((event) => ({ event, pid: process.pid }))", { runtime })
    const first = (await call({ a: "é" })) as { event: unknown; pid: number }
    expect(first.event).toEqual({ a: "é" })
    expect(await call({ b: 2 })).toEqual({ event: { b: 2 }, pid: first.pid })
  })

  test("of go1.x has the name of its handler", async () => {
    const code = write({ main: program("await serve(() => 'go')") })
    expect(await startLambda([define(code, { runtime: "go1.x", handler: "main" })]).call()).toBe("go")
  })

  test("may be in a layer", async () => {
    const layer = write({ bootstrap: program("await serve(() => 'layer')") })
    const definition = define(write({}), { layers: [{ form: "folder", path: layer }] })
    expect(await startLambda([definition]).call()).toBe("layer")
  })

  test("receives request id, ARN, deadline and trace in the headers of an invocation", async () => {
    const result = await evaluator.lambda().invoke(arnOf("f"), '{"code":"headers"}')
    if (result.outcome !== "responded") throw new Error(JSON.stringify(result))
    const headers = JSON.parse(result.payload)
    expect(headers).toMatchObject({
      "content-type": "application/json",
      "lambda-runtime-aws-request-id": result.requestId,
      "lambda-runtime-invoked-function-arn": arnOf("f"),
      "lambda-runtime-trace-id": expect.stringMatching(
        /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/,
      ),
    })
    const leftMs = Number(headers["lambda-runtime-deadline-ms"]) - Date.now()
    expect(leftMs).toBeGreaterThan(0)
    expect(leftMs).toBeLessThanOrEqual(5000)
  })

  test("has Lambda's variables, with the address of the runtime API and without the runtime's name", async () => {
    const variables = (await evaluator.lambda().call({ code: "process.env" })) as Record<string, string>
    expect(variables).toMatchObject({
      AWS_LAMBDA_RUNTIME_API: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      AWS_LAMBDA_FUNCTION_NAME: "f",
      AWS_ACCESS_KEY_ID: expect.stringMatching(/^KEY\d$/),
      _HANDLER: "any",
    })
    for (const name of ["AWS_EXECUTION_ENV", "NODE_PATH", "PYTHONPATH", "HOME"])
      expect(variables).not.toHaveProperty(name)
  })

  test("reports errors, which are returned as they are", async () => {
    const { call, fail } = start(`for (;;) {
      const event = await next()
      if (event.text !== '"fail"') { await respond(idOf(event), "1"); continue }
      const error = { errorMessage: "no", errorType: "Own.Error", stackTrace: ["main"], more: 1 }
      const { status, text } = await ask("POST", "invocation/" + idOf(event) + "/error", JSON.stringify(error))
      console.log(status, text.trim())
    }`)
    expect(await fail("fail")).toEqual({ errorMessage: "no", errorType: "Own.Error", stackTrace: ["main"], more: 1 })
    expect(await call()).toBe(1)
  })

  test("names the type of an error in a header when its body has none", async () => {
    const { fail } = start(`const event = await next()
      await ask("POST", "invocation/" + idOf(event) + "/error", "text", { "Lambda-Runtime-Function-Error-Type": "Function.Broken" })
      await next()`)
    expect(await fail()).toEqual({ errorType: "Function.Broken", errorMessage: "" })
  })

  test("reports an error during init", async () => {
    const { fail } = start(
      `await ask("POST", "init/error", JSON.stringify({ errorMessage: "no table", errorType: "Init.Error" }))`,
    )
    expect(await fail()).toEqual({ errorMessage: "no table", errorType: "Init.Error" })
  })

  test("receives errors for requests that the runtime API does not allow", async () => {
    const { call } = start(`const results = []
      const note = ({ status, text }) => results.push([status, JSON.parse(text).errorType])
      note(await respond("early", "1"))
      for (;;) {
        const event = await next()
        note(await next())
        note(await respond("another-id", "1"))
        note(await ask("POST", "init/error", "{}"))
        results.push([(await ask("GET", "unknown")).status])
        await respond(idOf(event), JSON.stringify(results))
      }`)
    expect(await call()).toEqual([
      [403, "InvalidStateTransition"],
      [403, "InvalidStateTransition"],
      [400, "InvalidRequestID"],
      [403, "InvalidStateTransition"],
      [404],
    ])
  })

  test("fails the invocation when its response is over 6 MB, and receives 413", async () => {
    const { call, fail, lines } = start(`for (;;) {
      const event = await next()
      const size = Number(event.text)
      const { status, text } = await respond(idOf(event), JSON.stringify("x".repeat(size)))
      console.log(status, text.trim())
    }`)
    expect(await fail(6_291_555)).toEqual({
      errorMessage: "Response payload size (6291557 bytes) exceeded maximum allowed payload size (6291556 bytes).",
      errorType: "Function.ResponseSizeTooLarge",
    })
    expect(await call(6_291_554)).toHaveLength(6_291_554)
    await expect
      .poll(() => lines.map(({ text }) => text), { timeout: 15_000 })
      .toContain(
        '413 {"errorMessage":"Exceeded maximum allowed payload size (6291556 bytes).","errorType":"RequestEntityTooLarge"}',
      )
  })

  test("may respond with text, which becomes a JSON string", async () => {
    expect(
      await start("const event = await next(); await respond(idOf(event), 'plain text'); await next()").call(),
    ).toBe("plain text")
  })

  test.each([
    ["exits", "process.exit(3)", "Runtime exited with error: exit status 3"],
    ["exits without a status", "process.exit()", "Runtime exited without providing a reason"],
    ["is killed", "process.kill(process.pid, 'SIGKILL')", "Runtime exited with error: signal: killed"],
  ])("that %s fails the invocation, and the next one is a cold start", async (_, code, message) => {
    const { call, fail } = evaluator.lambda()
    const error = await fail({ code })
    expect(error.errorType).toBe("Runtime.ExitError")
    expect(error.errorMessage).toMatch(new RegExp(`^RequestId: \\S+ Error: ${message}$`))
    expect(await call({ code: "calls" })).toBe(1)
  })

  test("that exits after each response runs each invocation in a process of its own", async () => {
    const { call } = start(
      `const event = await next(); await respond(idOf(event), String(process.pid)); process.exit(0)`,
    )
    const pids = [await call(), await call(), await call()]
    expect(new Set(pids).size).toBe(3)
  })

  test("that exits before it asks for an invocation fails", async () => {
    const error = await start("process.exit(5)").fail()
    expect(error).toEqual({
      errorType: "Runtime.ExitError",
      errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Runtime exited with error: exit status 5$/),
    })
  })

  test("is ended at the timeout", async () => {
    const clock = new ManualClock()
    const begun = Promise.withResolvers<void>()
    const { call, fail } = startLambda([define(code, { timeoutMs: 400 })], {
      clock,
      onOutput: ({ text }) => text === "begun" && begun.resolve(),
    })
    const failure = fail({ code: "console.log('begun'); for (;;);" })
    await begun.promise
    clock.advance(400)
    expect(await failure).toMatchObject({ errorType: "Sandbox.Timedout" })
    expect(await call({ code: "calls" })).toBe(1)
  })

  test("writes to its log, with START, END and REPORT", async () => {
    const { call, lines } = start("await serve(() => { console.log('one'); console.error('two'); return 1 })")
    await call()
    await expect.poll(() => lines.map(({ text }) => text), { timeout: 15_000 }).toContain("two")
    const texts = lines.map(({ text }) => text.split(" ")[0])
    expect(texts.toSorted()).toEqual(["END", "REPORT", "START", "one", "two"])
  })

  test("closes at once while it runs, and while it has not asked for an invocation", async () => {
    const { close, invoke, lines } = start(
      "console.log('started'); await new Promise(() => setInterval(() => {}, 1000))",
    )
    const result = invoke(arnOf("f"), "{}")
    await expect.poll(() => lines.map(({ text }) => text), { timeout: 15_000 }).toContain("started")
    await close()
    expect(await result).toMatchObject({ outcome: "function-error", errorType: "Runtime.ExitError" })
  })
})

describe.skipIf(process.platform === "win32")("a program that cannot run", () => {
  const elf = (machine: number) => {
    const header = Buffer.alloc(64)
    header.write("\x7fELF", 0, "latin1")
    header.writeUInt16LE(machine, 18)
    return header
  }

  test.each<[string, Record<string, string | Buffer>, number, string, RegExp]>([
    [
      "is missing",
      {},
      0o755,
      "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]",
      /^Function: There is no program named bootstrap in .*\. Build it first\.$/,
    ],
    [
      "is not marked as one",
      { bootstrap: "#!/bin/sh" },
      0o644,
      "fork/exec /var/task/bootstrap: permission denied",
      /^Function: .*bootstrap is not marked as a program\. Run: chmod \+x .*bootstrap$/,
    ],
    [
      "is for another processor",
      { bootstrap: elf(process.arch === "arm64" ? 62 : 183) },
      0o755,
      "fork/exec /var/task/bootstrap: exec format error",
      /^Function: .*bootstrap is a program for linux on (arm64|x64), and this machine is \w+ on \w+\.$/,
    ],
  ])(
    "because it %s fails each invocation, and the reason is reported once",
    async (_, files, mode, message, reason) => {
      const warnings: unknown[] = []
      const log = { info() {}, error() {}, warn: (_event: string, fields = {}) => warnings.push(fields) }
      const { fail } = startLambda([define(write(files, mode))], { log })
      for (let attempt = 0; attempt < 2; attempt++) {
        const error = await fail()
        expect(error.errorType).toBe("Runtime.InvalidEntrypoint")
        expect(error.errorMessage.replace(/^RequestId: \S+ Error: /, "")).toBe(message)
      }
      expect(warnings).toEqual([{ message: expect.stringMatching(reason), hint: expect.any(String) }])
    },
  )
})
