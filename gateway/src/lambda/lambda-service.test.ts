// What Lambda guarantees to handlers and callers.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, afterEach, describe, expect, onTestFinished, test } from "vitest"
import { ManualClock } from "../foundation/manual-clock.ts"
import { arnOf, closeLambdas, defineFunction, shareLambda, startLambda } from "./testing/lambda-under-test.ts"

afterEach(closeLambdas)

// The code of the event sees `event`, `context` and how often the environment was called.
const evaluator = shareLambda(
  "let calls = 0; export const handler = async (event, context) => { calls++; return eval(event.code) }",
)
afterAll(evaluator.close)

describe("a result", () => {
  test("is the JSON text of what the handler returns", async () => {
    const code = "({ a: event.a, seen: true })"
    expect(await evaluator.lambda().call({ code, a: [1, "é"] })).toEqual({ a: [1, "é"], seen: true })
  })

  test("may come from a handler without async", async () => {
    expect(await startLambda("export const handler = (event) => event.n + 1").call({ n: 1 })).toBe(2)
  })

  test.each(["undefined", "null", "() => 1"])("of %s is null", async (value) => {
    expect(await evaluator.lambda().call({ code: `(${value})` })).toBe(null)
  })

  test.each(["1n", "(() => { const a = {}; a.a = a; return a })()"])(
    "that JSON cannot represent (%s) fails",
    async (value) => {
      const error = { errorType: "Runtime.JSONStringifyError", errorMessage: "Unable to stringify response body" }
      expect(await evaluator.lambda().fail({ code: value })).toMatchObject(error)
    },
  )

  test("over 6 MB fails with both sizes in the message, and one just below the limit succeeds", async () => {
    const { call, fail } = evaluator.lambda()
    const errorMessage = "Response payload size (6291557 bytes) exceeded maximum allowed payload size (6291556 bytes)."
    expect(await fail({ code: "'x'.repeat(6_291_555)" })).toMatchObject({
      errorType: "Function.ResponseSizeTooLarge",
      errorMessage,
    })
    expect(await call({ code: "'x'.repeat(6_291_554)" })).toHaveLength(6_291_554)
  })

  test("is limited in bytes, not in characters", async () => {
    const { errorType } = await evaluator.lambda().fail({ code: "'é'.repeat(3_145_778)" })
    expect(errorType).toBe("Function.ResponseSizeTooLarge")
  })
})

describe("an event", () => {
  test("over 6 MB is rejected without running the function", async () => {
    const { fail, lines } = startLambda("export const handler = async () => 1")
    expect((await fail("x".repeat(6 * 1024 * 1024))).errorType).toBe("RequestEntityTooLargeException")
    expect(lines).toEqual([])
  })

  test("for an unknown function returns not-found", async () => {
    const { invoke } = startLambda("export const handler = async () => 1")
    expect(await invoke(arnOf("other"), "{}")).toMatchObject({ outcome: "not-found" })
  })

  test("reaches the function by qualified ARN and by name", async () => {
    const { invoke } = evaluator.lambda()
    const event = JSON.stringify({ code: "context.invokedFunctionArn" })
    expect(await invoke(`${arnOf("f")}:live`, event)).toMatchObject({ payload: `"${arnOf("f")}:live"` })
    expect(await invoke("f", event)).toMatchObject({ outcome: "responded" })
  })
})

describe("the context", () => {
  test("names function, request, memory and logs", async () => {
    const result = await evaluator.lambda().invoke(arnOf("f"), JSON.stringify({ code: "({ ...context })" }))
    if (result.outcome !== "responded") throw new Error(JSON.stringify(result))
    expect(JSON.parse(result.payload)).toEqual({
      functionName: "f",
      functionVersion: "$LATEST",
      invokedFunctionArn: arnOf("f"),
      memoryLimitInMB: "128",
      awsRequestId: result.requestId,
      logGroupName: "/aws/lambda/f",
      logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
    })
  })

  test("counts the remaining time down from the timeout", async () => {
    const remaining = await evaluator.lambda().call({ code: "context.getRemainingTimeInMillis()" })
    expect(remaining).toBeLessThanOrEqual(5000)
    expect(remaining).toBeGreaterThan(3000)
  })
})

describe("the environment variables", () => {
  const source = `import { readFileSync } from "node:fs"
    export const handler = async ({ ofProcess }) =>
      ofProcess ? readFileSync("/proc/self/environ", "utf8").split("\\0").filter(Boolean) : process.env`
  const shared = shareLambda([defineFunction(source, { environment: { TABLE: "t", AWS_REGION: "tampered" } })], {
    endpoints: () => ({ AWS_ENDPOINT_URL_SQS: "http://127.0.0.1:1" }),
  })
  afterAll(shared.close)
  const lambdaVariables = [
    ...["AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE"],
    ...["AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE"],
    ...["AWS_LAMBDA_LOG_FORMAT", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_REGION"],
    ...["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "LAMBDA_RUNTIME_DIR", "LAMBDA_TASK_ROOT", "LANG"],
    ...["LD_LIBRARY_PATH", "NODE_PATH", "PATH", "TZ", "_HANDLER", "_X_AMZN_TRACE_ID"],
  ]

  test("are Lambda's, the function's and the endpoints, and none of the host's", async () => {
    const variables = (await shared.lambda().call()) as Record<string, string>
    expect(variables).toMatchObject({
      TABLE: "t",
      AWS_ENDPOINT_URL_SQS: "http://127.0.0.1:1",
      AWS_REGION: "eu-west-1",
      AWS_DEFAULT_REGION: "eu-west-1",
      AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
      AWS_LAMBDA_FUNCTION_NAME: "f",
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "128",
      AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/f",
      AWS_ACCESS_KEY_ID: "KEY1",
      AWS_SESSION_TOKEN: "token",
      _HANDLER: "index.handler",
      TZ: ":UTC",
      _X_AMZN_TRACE_ID: expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/),
    })
    expect(Object.keys(variables).toSorted()).toEqual([...lambdaVariables, "AWS_ENDPOINT_URL_SQS", "TABLE"].toSorted())
  })

  test.runIf(process.platform === "linux")("are those that the process was started with", async () => {
    const entries = (await shared.lambda().call({ ofProcess: true })) as string[]
    const names = entries.map((entry) => entry.slice(0, entry.indexOf("=")))
    // Lambda sets this one for each invocation.
    const ofLambda = lambdaVariables.filter((name) => name !== "_X_AMZN_TRACE_ID")
    expect(names.toSorted()).toEqual([...ofLambda, "AWS_ENDPOINT_URL_SQS", "TABLE"].toSorted())
  })

  test("that one function sets are not visible to another", async () => {
    const functions = [
      defineFunction("export const handler = async () => { process.env.LEAK = 'yes' }", { functionName: "a" }),
      defineFunction("export const handler = async () => process.env.LEAK ?? 'no'", { functionName: "b" }),
    ]
    const { call } = startLambda(functions)
    await call({}, "a")
    expect(await call({}, "b")).toBe("no")
  })

  test("have new keys for each execution environment", async () => {
    const { call, fail } = startLambda(
      "export const handler = async ({ exit }) => exit ? process.exit(1) : process.env.AWS_ACCESS_KEY_ID",
    )
    expect(await call()).toBe("KEY1")
    await fail({ exit: true })
    expect(await call()).toBe("KEY2")
  })
})

describe("an error", () => {
  test("that is thrown is returned with type, message and trace", async () => {
    const { fail } = startLambda("export const handler = async () => { throw new TypeError('no such page') }")
    const { trace, ...error } = await fail()
    expect(error).toEqual({ errorType: "TypeError", errorMessage: "no such page" })
    expect(trace?.[0]).toBe("TypeError: no such page")
    expect(trace?.[1]).toContain("index.mjs")
  })

  test.each([
    ["'text'", { errorType: "string", errorMessage: "text", trace: [] }],
    ["42", { errorType: "number", errorMessage: "42", trace: [] }],
    ["undefined", { errorType: "undefined", errorMessage: "undefined", trace: [] }],
  ])("may be any value: %s", async (value, error) => {
    expect(await evaluator.lambda().fail({ code: `throw ${value}` })).toEqual(error)
  })

  test("leaves the execution environment usable for the next invocation", async () => {
    const { call, fail } = evaluator.lambda()
    const calls = (await call({ code: "calls" })) as number
    await fail({ code: "throw new Error()" })
    expect(await call({ code: "calls" })).toBe(calls + 2)
  })

  test("names the original source when the bundle has a source map", async () => {
    const map = { version: 3, sources: ["pages.ts"], names: [], mappings: "AAIA", sourcesContent: ["x"] }
    const comment = `//# sourceMappingURL=data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString("base64")}`
    const { fail } = startLambda(`export const handler = async () => { throw new Error('mapped') }\n${comment}`)
    expect((await fail()).trace?.join("\n")).toContain("pages.ts:5")
  })
})

describe("an environment that ends", () => {
  // Each test leaves a new environment for the next one.
  const source = "let n = 0; export const handler = async ({ code }) => { n++; return code ? eval(code) : n }"
  const shared = shareLambda([defineFunction(source, { timeoutMs: 20_000 })])
  afterAll(shared.close)

  test.each([
    [3, "exited with error: exit status 3"],
    [0, "exited without providing a reason"],
  ])("by process.exit(%i) fails only this invocation, and the next one is a cold start", async (code, reason) => {
    const { call, fail } = shared.lambda()
    const { errorType, errorMessage } = await fail({ code: `process.exit(${code})` })
    expect(errorType).toBe("Runtime.ExitError")
    expect(errorMessage).toMatch(new RegExp(`^RequestId: [0-9a-f-]{36} Error: Runtime ${reason}$`))
    expect(await call()).toBe(1)
  })

  test.each([
    ["SIGKILL", "killed"],
    ["SIGTERM", "terminated"],
    ["SIGSEGV", "segmentation fault"],
  ])("by sending itself %s fails the invocation with the signal", async (signal, text) => {
    const { call, fail } = shared.lambda()
    const code = `process.kill(process.pid, "${signal}"); new Promise(() => {})`
    const { errorType, errorMessage } = await fail({ code })
    expect(errorType).toBe("Runtime.ExitError")
    expect(errorMessage).toMatch(
      new RegExp(`^RequestId: [0-9a-f-]{36} Error: Runtime exited with error: signal: ${text}$`),
    )
    expect(await call()).toBe(1)
  })

  test("by an unhandled rejection reports it", async () => {
    const { call, fail } = shared.lambda()
    const error = { errorType: "Runtime.UnhandledPromiseRejection", errorMessage: "Error: lost" }
    expect(await fail({ code: "Promise.reject(new Error('lost')); new Promise(() => {})" })).toMatchObject(error)
    expect(await call()).toBe(1)
  })

  test("by an uncaught exception reports that", async () => {
    const { call, fail } = shared.lambda()
    const code = "setImmediate(() => { throw new RangeError('later') }); new Promise(() => {})"
    expect(await fail({ code })).toMatchObject({ errorType: "RangeError", errorMessage: "later" })
    expect(await call()).toBe(1)
  })

  test.each([
    ["objects", "const all = []; for (;;) all.push({ numbers: Array(1000).fill(1) })"],
    ["one array that grows", "const all = []; for (;;) all.push(1)"],
    ["buffers", "const all = []; for (;;) all.push(Buffer.alloc(1e6, 1))"],
  ])("by running out of memory with %s reports it", async (_what, code) => {
    const { call, fail } = shared.lambda()
    const { errorType, errorMessage } = await fail({ code })
    expect(errorType).toBe("Runtime.OutOfMemory")
    expect(errorMessage).toContain("Runtime exited with error: signal: killed")
    expect(await call()).toBe(1)
  })

  test("does not affect waiting invocations: nine of every ten succeed", async () => {
    const source = "export const handler = async ({ i }) => i % 10 === 0 ? process.exit(1) : i"
    const { invoke } = startLambda(source, { maxConcurrency: 2 })
    const results = await Promise.all(Array.from({ length: 30 }, (_, i) => invoke(arnOf("f"), `{"i":${i}}`)))
    const answered = results.map((result, i) => [result.outcome, i] as const)
    expect(answered).toEqual(answered.map(([, i]) => [i % 10 === 0 ? "function-error" : "responded", i]))
  })
})

describe("a timeout", () => {
  test.each([
    ["waits", "await new Promise(() => {})"],
    ["never stops computing", "for (;;);"],
  ])("ends a handler that %s", async (_what, code) => {
    const clock = new ManualClock()
    const handler = `console.log('begun'); ${code}`
    const begun = Promise.withResolvers<void>()
    const { fail, lines } = startLambda(
      [defineFunction(`export const handler = async () => { ${handler} }`, { timeoutMs: 3000 })],
      {
        clock,
        onOutput: (line) => (line.text.endsWith("begun") ? begun.resolve() : lines.push(line)),
      },
    )
    const failure = fail()
    await begun.promise
    clock.advance(2999)
    clock.advance(1)
    const { errorType, errorMessage } = await failure
    expect(errorType).toBe("Sandbox.Timedout")
    expect(errorMessage).toMatch(/^RequestId: [0-9a-f-]{36} Error: Task timed out after 3\.00 seconds$/)
    expect(lines.map(({ text }) => text).find((text) => text.startsWith("REPORT"))).toContain("Status: timeout")
  })

  test("counts from the start of its own invocation", async () => {
    const clock = new ManualClock()
    const { call } = startLambda([defineFunction("export const handler = async () => 1", { timeoutMs: 1000 })], {
      clock,
    })
    for (let i = 0; i < 5; i++) {
      expect(await call()).toBe(1)
      clock.advance(900)
    }
  })

  test("leaves no timer behind after closing", async () => {
    const clock = new ManualClock()
    const { call, close } = startLambda("export const handler = async () => 1", { clock })
    await call()
    await close()
    expect(clock.pending).toBe(0)
  })
})

describe("init", () => {
  test("runs once for many invocations", async () => {
    const { call } = evaluator.lambda()
    const first = (await call({ code: "calls" })) as number
    expect([await call({ code: "calls" }), await call({ code: "calls" })]).toEqual([first + 1, first + 2])
  })

  test.each([
    ["is not JavaScript", "export const handler = {", { errorType: "Runtime.UserCodeSyntaxError" }],
    ["imports a missing module", "import 'left-pad'", { errorType: "Error" }],
    ["requires a missing module", "require('left-pad')", { errorType: "Runtime.ImportModuleError" }],
    ["exports something else", "export const other = 1", { errorType: "Runtime.HandlerNotFound" }],
    ["exports no function", "export const handler = 1", { errorType: "Runtime.HandlerNotFound" }],
  ])("of code that %s fails the invocation", async (_what, source, error) => {
    expect(await startLambda(source).fail()).toMatchObject(error)
  })

  test("of code that throws fails each invocation, and is logged once for each, by the runtime", async () => {
    const { fail, lines } = startLambda("throw new Error('no config')")
    const error = { errorType: "Error", errorMessage: "no config" }
    expect([await fail(), await fail()]).toMatchObject([error, error])
    expect(lines.filter(({ text }) => text.includes("could not be loaded"))).toEqual([])
    expect(lines.filter(({ text }) => text.includes("no config"))).toHaveLength(2)
  })

  test("of a process that ends fails each invocation, and is logged, because the process has logged nothing", async () => {
    const { fail, lines } = startLambda("process.exit(4)")
    const error = { errorType: "Runtime.ExitError" }
    expect([await fail(), await fail()]).toMatchObject([error, error])
    const texts = lines.map(({ text }) => text)
    expect(texts).toContain("The function could not be loaded. Error: Runtime exited with error: exit status 4.")
  })

  test("that uses too much memory fails, and is logged with the memory that it has", async () => {
    const source =
      "globalThis.kept = Buffer.alloc(300 * 2 ** 20, 1); setInterval(() => {}, 1000); await new Promise(() => {})"
    const { fail, lines } = startLambda([defineFunction(source, { memoryMb: 128 })])
    expect((await fail()).errorType).toBe("Runtime.OutOfMemory")
    if (process.platform !== "linux") return
    const texts = lines.map(({ text }) => text)
    expect(texts).toContainEqual(expect.stringMatching(/Its process used \d{3} MB, and its MemorySize is 128\.$/))
  })

  test("that awaits something impossible ends the process with status 13", async () => {
    const { fail } = startLambda("await new Promise(() => {}); export const handler = async () => 1")
    expect((await fail()).errorMessage).toContain("exited with error: exit status 13")
  })

  test("of code that is not at its path is rejected when the gateway starts", () => {
    const missing = defineFunction("", { code: { form: "folder", path: "/nowhere/asset" } })
    expect(() => startLambda([missing])).toThrow("The code of function Function is not at /nowhere/asset.")
    const built = "Build the application first, as its README describes. If it is built, "
    expect(() => startLambda([missing])).toThrow(
      expect.objectContaining({ hint: `${built}correct the CodeUri of Function (Code in a template without SAM).` }),
    )
    expect(() => startLambda([{ ...missing, constructPath: "Chat/Function" }])).toThrow(
      expect.objectContaining({
        hint: `${built}synthesize the app again: the asset path of Chat/Function is outdated.`,
      }),
    )
    const withoutLayer = defineFunction("", { layers: [{ form: "folder", path: "/nowhere/layer" }] })
    expect(() => startLambda([withoutLayer])).toThrow(
      expect.objectContaining({ hint: `${built}correct the ContentUri of the layer of Function.` }),
    )
    const path = join(import.meta.dirname, "..", "LAMBDA")
    if (existsSync(path)) return
    const inOtherCase = defineFunction("", { code: { form: "folder", path } })
    const hint = "There is lambda: names are case-sensitive on this machine. Correct the path in the template."
    expect(() => startLambda([inOtherCase])).toThrow(expect.objectContaining({ hint }))
  })

  test("that takes longer than 10 s is repeated with the function's own timeout", async () => {
    const clock = new ManualClock()
    const starts = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    let started = 0
    const source =
      "console.log('started'); setInterval(() => {}, 1e6); await new Promise(() => {}); export const handler = async () => 1"
    const { fail } = startLambda([defineFunction(source, { timeoutMs: 30_000 })], {
      clock,
      onOutput: ({ text }) => text.endsWith("started") && starts[started++]?.resolve(),
    })
    const failure = fail()
    await starts[0]!.promise
    clock.advance(10_000)
    await starts[1]!.promise
    clock.advance(29_999)
    clock.advance(1)
    expect(await failure).toMatchObject({ errorType: "Sandbox.Timedout" })
  })
})

describe("callbacks", () => {
  const source = "export const handler = (event, context, callback) => callback(event.error, event.result)"

  test("are rejected on nodejs24.x", async () => {
    const { errorType, errorMessage } = await startLambda(source).fail()
    expect(errorType).toBe("Runtime.CallbackHandlerDeprecated")
    expect(errorMessage).toMatch(/^ERROR: AWS Lambda has removed support for callback-based function handlers/)
  })

  test.each(["nodejs8.10", "nodejs22.x"])("return the result on %s", async (runtime) => {
    const { call, fail } = startLambda([defineFunction(source, { runtime })])
    expect(await call({ result: { ok: 1 } })).toEqual({ ok: 1 })
    expect(await fail({ error: "bad" })).toEqual({ errorType: "string", errorMessage: "bad", trace: [] })
    expect(await call({ result: 2 })).toBe(2)
  })

  test("wait until the event loop is empty, unless the handler disables that", async () => {
    const code = `let done = 0
      export const handler = (event, context, callback) => {
        context.callbackWaitsForEmptyEventLoop = event.wait
        setTimeout(() => { done++ }, 5)
        callback(null, () => done)
      }`.replace("() => done", "{ toJSON: () => done }")
    const { call } = startLambda([defineFunction(code, { runtime: "nodejs22.x" })])
    expect(await call({ wait: true })).toBe(1)
    expect(await call({ wait: false })).toBe(1)
  })

  test("are not needed by a promise", async () => {
    const definition = defineFunction("export const handler = async () => 'promised'", { runtime: "nodejs22.x" })
    expect(await startLambda([definition]).call()).toBe("promised")
  })
})

describe("many invocations", () => {
  const slow = "const id = Math.random(); export const handler = () => new Promise((r) => setTimeout(() => r(id), 60))"

  test("of a slow handler start more environments, up to the limit", async () => {
    const { call } = startLambda(slow, { maxConcurrency: 2 })
    const ids = await Promise.all(Array.from({ length: 8 }, () => call()))
    expect(new Set(ids).size).toBe(2)
  })

  test("of a quick handler, 500 at once, start few environments, and each has one result, in order", async () => {
    const { call, lines } = startLambda(
      "const id = Math.random(); export const handler = async ({ i }) => ({ i, id })",
      {
        maxConcurrency: 50,
      },
    )
    await call()
    const answers = (await Promise.all(Array.from({ length: 500 }, (_, i) => call({ i })))) as {
      i: number
      id: number
    }[]
    expect(answers.map(({ i }) => i)).toEqual(Array.from({ length: 500 }, (_, i) => i))
    expect(new Set(lines.map(({ environmentId }) => environmentId)).size).toBeLessThan(10)
  })

  test("of one environment run one at a time", async () => {
    const source = `let inside = 0, most = 0
      export const handler = async () => {
        most = Math.max(most, ++inside)
        await new Promise(setImmediate)
        inside--
        return most
      }`
    const { call } = startLambda(source, { maxConcurrency: 1 })
    expect(Math.max(...((await Promise.all(Array.from({ length: 20 }, () => call()))) as number[]))).toBe(1)
  })

  test("of a quick handler run in another environment when one of them hangs", async () => {
    const source = "export const handler = ({ hangs }) => hangs ? new Promise(() => {}) : Promise.resolve('quick')"
    const { call, invoke } = startLambda(source, { maxConcurrency: 2 })
    for (let n = 0; n < 20; n++) await call({})
    let hangs = true
    void invoke(arnOf("f"), '{"hangs":true}').then(() => (hangs = false))
    const answers = await Promise.all(Array.from({ length: 20 }, () => call({})))
    expect(answers).toEqual(Array.from({ length: 20 }, () => "quick"))
    expect(hangs).toBe(true)
  })

  test("over the reserved concurrency are throttled, and no others", async () => {
    const { invoke } = startLambda([defineFunction(slow, { reservedConcurrency: 2 })])
    const results = await Promise.all(Array.from({ length: 5 }, () => invoke(arnOf("f"), "{}")))
    expect(results.map(({ outcome }) => outcome)).toEqual([
      "responded",
      "responded",
      "throttled",
      "throttled",
      "throttled",
    ])
    expect(await invoke(arnOf("f"), "{}")).toMatchObject({ outcome: "responded" })
  })

  test("over 1,000 at a time are throttled at once, while those of another function are run", async () => {
    const functions = [
      defineFunction("export const handler = () => new Promise(() => {})", { timeoutMs: 60_000 }),
      defineFunction("export const handler = async () => 1", { functionName: "other" }),
    ]
    const { invoke, call, close } = startLambda(functions, { maxConcurrency: 2 })
    const blocked = Array.from({ length: 1000 }, () => invoke(arnOf("f"), "{}"))
    expect(await invoke(arnOf("f"), "{}")).toMatchObject({ outcome: "throttled" })
    expect(await call({}, "other")).toBe(1)
    await close()
    expect(new Set((await Promise.all(blocked)).map(({ outcome }) => outcome))).toEqual(new Set(["function-error"]))
  })

  test("are all throttled with a reserved concurrency of zero", async () => {
    const { invoke } = startLambda([defineFunction(slow, { reservedConcurrency: 0 })])
    expect(await invoke(arnOf("f"), "{}")).toMatchObject({ outcome: "throttled" })
  })

  test("that stop for minutes end the environment, and the next one is a cold start", async () => {
    const clock = new ManualClock()
    const { call } = startLambda("let n = 0; export const handler = async () => ++n", { clock })
    expect([await call(), await call()]).toEqual([1, 2])
    clock.advance(5 * 60_000)
    expect(await call()).toBe(1)
  })
})

describe("a busy environment", () => {
  test("is replaced after two hours, long before its keys expire", async () => {
    const clock = new ManualClock()
    const { call } = startLambda("let n = 0; export const handler = async () => [++n, process.env.AWS_ACCESS_KEY_ID]", {
      clock,
    })
    for (let minutes = 0; minutes < 120; minutes += 4) {
      expect(await call()).toEqual([minutes / 4 + 1, "KEY1"])
      clock.advance(4 * 60_000)
    }
    expect(await call()).toEqual([31, "KEY1"])
    expect(await call()).toEqual([1, "KEY2"])
  })
})

describe("reload", () => {
  test("serves new code, while a running invocation finishes on the old", async () => {
    const waiting = "console.log('begun'); await new Promise((r) => setTimeout(r, 50)); return 'old'"
    const begun = Promise.withResolvers<void>()
    const { call, deploy } = startLambda(`export const handler = async () => { ${waiting} }`, {
      onOutput: ({ text }) => text.endsWith("begun") && begun.resolve(),
    })
    const old = call()
    await begun.promise
    deploy([defineFunction("export const handler = async () => 'new'")])
    expect(await call()).toBe("new")
    expect(await old).toBe("old")
  })

  test("of missing code throws and changes nothing", async () => {
    const { call, deploy } = startLambda("let n = 0; export const handler = async () => ++n")
    await call()
    const missing = defineFunction("", { code: { form: "folder", path: "/nowhere/asset" } })
    expect(() => deploy([defineFunction("changed", { functionName: "other" }), missing])).toThrow("/nowhere/asset")
    expect(await call()).toBe(2)
  })

  test("starts an environment at once for a function that was warm, and for no other", async () => {
    const started = Promise.withResolvers<string>()
    const code = (edition: number) => `console.log("edition ${edition}"); export const handler = async () => 1`
    const both = (edition: number) => [
      defineFunction(code(edition), { functionName: "warm" }),
      defineFunction(code(edition), { functionName: "cold" }),
    ]
    const { call, deploy } = startLambda(both(1), {
      onOutput: ({ text, functionName }) => text.endsWith("edition 2") && started.resolve(functionName),
    })
    await call({}, "warm")
    deploy(both(2))
    expect(await started.promise).toBe("warm")
  })

  test("keeps unchanged functions warm, adds new ones and removes missing ones", async () => {
    const counter = (functionName: string) =>
      defineFunction("let n = 0; export const handler = async () => ++n", { functionName })
    const { call, invoke, deploy } = startLambda([counter("a"), counter("b")])
    await call({}, "a")
    deploy([counter("a"), counter("c")])
    expect(await call({}, "a")).toBe(2)
    expect(await call({}, "c")).toBe(1)
    expect(await invoke(arnOf("b"), "{}")).toMatchObject({ outcome: "not-found" })
  })
})

describe("a function whose code is replaced", () => {
  const folderWith = (source: string, folder = mkdtempSync(join(tmpdir(), "lambda-test-"))) => {
    writeFileSync(join(folder, "index.mjs"), source)
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    return folder
  }
  const answering = (text: string) => `export const handler = async () => "${text}"`

  test("runs from the other folder, also after a reload, and restarts when files of that folder change", async () => {
    const { call, updateFunctionCode, deploy } = startLambda(answering("deployed"))
    expect(await call()).toBe("deployed")
    const folder = folderWith(answering("first"))
    await updateFunctionCode("f", folder)
    expect(await call()).toBe("first")
    deploy([defineFunction(answering("deployed again"))])
    expect(await call()).toBe("first")
    folderWith(answering("second edition"), folder)
    await updateFunctionCode("f", folder)
    expect(await call()).toBe("second edition")
  })

  test("finishes running invocations on the old code", async () => {
    const begun = Promise.withResolvers<void>()
    const source = `export const handler = async () => {
      console.log("begun"); await new Promise((r) => setTimeout(r, 50)); return "old"
    }`
    const { call, updateFunctionCode } = startLambda(source, {
      onOutput: ({ text }) => text.endsWith("begun") && begun.resolve(),
    })
    const old = call()
    await begun.promise
    await updateFunctionCode("f", folderWith(answering("new")))
    expect(await call()).toBe("new")
    expect(await old).toBe("old")
  })
})

describe("closing", () => {
  test("lets running invocations finish within the drain time", async () => {
    const { call, close } = startLambda("export const handler = () => new Promise((r) => setTimeout(r, 30, 'done'))")
    const answer = call()
    await close({ drainMs: 5000 })
    expect(await answer).toBe("done")
  })

  test("fails running invocations at once without a drain time", async () => {
    const { fail, close } = startLambda("export const handler = () => new Promise(() => {})")
    const failures = [fail(), fail()]
    await close()
    for (const { errorType } of await Promise.all(failures)) expect(errorType).toBe("Runtime.ExitError")
  })
})
