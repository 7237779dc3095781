// What Lambda guarantees to Python handlers and their callers.
import { existsSync, readFileSync } from "node:fs"
import { afterAll, afterEach, describe, expect, test } from "vitest"
import { ManualClock } from "../../../foundation/manual-clock.ts"
import { arnOf, closeLambdas, shareLambda, startLambda } from "../../testing/lambda-under-test.ts"
import { definePython, hostPython, needsPython, pythonRuntime } from "../../testing/python-under-test.ts"

afterEach(closeLambdas)

function start(source: string, overrides: Parameters<typeof definePython>[1] = {}) {
  return startLambda([definePython(source, overrides)])
}

const evaluator = shareLambda([
  definePython(`
import collections, datetime, decimal, enum, time
class Color(enum.IntEnum):
    RED = 1
Point = collections.namedtuple("Point", "x y")
calls = 0
def handler(event, context):
    global calls
    calls += 1
    return eval(event["expression"])
`),
])
afterAll(evaluator.close)

describe.runIf(hostPython)(needsPython("the result of a Python handler"), () => {
  test("is JSON", async () => {
    const expression = "{'a': event['a'], 'n': [1, 2.5, True, None, 'é']}"
    expect(await evaluator.lambda().call({ expression, a: "ü" })).toEqual({ a: "ü", n: [1, 2.5, true, null, "é"] })
  })

  test.each<[string, unknown]>([
    ["None", null],
    ["decimal.Decimal('1.10')", 1.1],
    ["[decimal.Decimal('1E+3'), decimal.Decimal('-0.5')]", [1000, -0.5]],
    ["{'body': b'bytes'}", { body: "bytes" }],
    ["Point(1, (2, 3))", { x: 1, y: [2, 3] }],
    ["{2: 'int', True: 'bool', None: 'none', 2.5: 'float'}", { 2: "int", true: "bool", null: "none", 2.5: "float" }],
    ["{'c': Color.RED, 'o': collections.OrderedDict(a=1)}", { c: 1, o: { a: 1 } }],
    ["b'{\"a\": 1}'", { a: 1 }],
    ["chr(0xd800)", "\ud800"],
  ])("of %s becomes what Lambda makes of it", async (expression, expected) => {
    expect(await evaluator.lambda().call({ expression })).toEqual(expected)
  })

  test.each([
    ["datetime.datetime.now()", "Object of type datetime is not JSON serializable"],
    ["{1, 2}", "Object of type set is not JSON serializable"],
    ["float('nan')", "Out of range float values are not JSON compliant"],
    ["decimal.Decimal('NaN')", "Out of range float values are not JSON compliant"],
    ["{(1, 2): 3}", "keys must be str, int, float, bool or None, not tuple"],
    ["(lambda a: a.append(a) or a)([])", "Circular reference detected"],
  ])("of %s fails with Runtime.MarshalError", async (expression, reason) => {
    expect(await evaluator.lambda().fail({ expression })).toMatchObject({
      errorType: "Runtime.MarshalError",
      errorMessage: expect.stringContaining(`Unable to marshal response: ${reason}`),
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      stackTrace: [],
    })
  })

  test("of bytes that are not JSON fails, instead of being returned as they are", async () => {
    expect((await evaluator.lambda().fail({ expression: "b'text'" })).errorType).toBe("Runtime.MarshalError")
    expect((await evaluator.lambda().fail({ expression: "b'NaN'" })).errorType).toBe("Runtime.MarshalError")
  })

  test("over 6 MB fails with both sizes, and one just below the limit succeeds", async () => {
    const { call, fail } = evaluator.lambda()
    const expression = "'x' * event['n']"
    const errorMessage = "Response payload size (6291557 bytes) exceeded maximum allowed payload size (6291556 bytes)."
    expect(await fail({ expression, n: 6_291_555 })).toMatchObject({
      errorType: "Function.ResponseSizeTooLarge",
      errorMessage,
    })
    expect(await call({ expression, n: 6_291_554 })).toHaveLength(6_291_554)
  })
})

describe.runIf(hostPython)(needsPython("the event of a Python handler"), () => {
  test("of almost 6 MB arrives whole", async () => {
    const text = "é".repeat(3_000_000)
    expect(await evaluator.lambda().call({ expression: "len(event['text'])", text })).toBe(3_000_000)
  })

  test("has the types of Python", async () => {
    const expression = "[type(one).__name__ for one in event['all']]"
    expect(await evaluator.lambda().call({ expression, all: [{}, [], "", 1, 1.5, true, null] })).toEqual([
      ...["dict", "list", "str", "int", "float", "bool", "NoneType"],
    ])
  })
})

describe.runIf(hostPython)(needsPython("the context of a Python handler"), () => {
  test("names function, request, memory and logs, and has an empty identity and no client context", async () => {
    const names = [
      ...["aws_request_id", "function_name", "function_version", "invoked_function_arn", "memory_limit_in_mb"],
      ...["log_group_name", "log_stream_name", "client_context", "tenant_id"],
    ]
    const identity = "[context.identity.cognito_identity_id, context.identity.cognito_identity_pool_id]"
    const expression = `{${names.map((name) => `"${name}": context.${name}`).join()}, "identity": ${identity}}`
    const result = await evaluator.lambda().invoke(arnOf("f"), JSON.stringify({ expression }))
    if (result.outcome !== "responded") throw new Error(JSON.stringify(result))
    expect(JSON.parse(result.payload)).toEqual({
      aws_request_id: result.requestId,
      function_name: "f",
      function_version: "$LATEST",
      invoked_function_arn: arnOf("f"),
      memory_limit_in_mb: "128",
      log_group_name: "/aws/lambda/f",
      log_stream_name: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
      client_context: null,
      tenant_id: null,
      identity: [null, null],
    })
  })

  test("counts the remaining time down from the timeout", async () => {
    const remaining = await evaluator.lambda().call({ expression: "context.get_remaining_time_in_millis()" })
    expect(remaining).toBeLessThanOrEqual(5000)
    expect(remaining).toBeGreaterThan(3000)
  })
})

describe.runIf(hostPython)(needsPython("the environment variables of a Python handler"), () => {
  const source = "import os\ndef handler(event, context):\n    return dict(os.environ)"

  test("are Lambda's, the function's and the endpoints, and none of the host's", async () => {
    const definition = definePython(source, { environment: { TABLE: "t" } })
    const { call } = startLambda([definition], { endpoints: () => ({ AWS_ENDPOINT_URL_SQS: "http://127.0.0.1:1" }) })
    const variables = (await call()) as Record<string, string>
    expect(variables).toMatchObject({
      AWS_EXECUTION_ENV: `AWS_Lambda_${pythonRuntime}`,
      PYTHONPATH: "/var/runtime",
      LD_LIBRARY_PATH: expect.stringContaining("/opt/lib"),
      _X_AMZN_TRACE_ID: expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/),
    })
    expect(Object.keys(variables).toSorted()).toEqual([
      ...["AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL_SQS", "AWS_EXECUTION_ENV"],
      ...["AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION"],
      ...["AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_FORMAT", "AWS_LAMBDA_LOG_GROUP_NAME"],
      ...["AWS_LAMBDA_LOG_STREAM_NAME", "AWS_REGION", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"],
      ...["LAMBDA_RUNTIME_DIR", "LAMBDA_TASK_ROOT", "LANG", "LD_LIBRARY_PATH", "PATH", "PYTHONPATH", "TABLE", "TZ"],
      ...["_HANDLER", "_X_AMZN_TRACE_ID"],
    ])
  })

  test("that the function sets win, also those that Python reads when it starts", async () => {
    const environment = { LC_CTYPE: "C.UTF-8", LD_LIBRARY_PATH: "/own", PYTHONSAFEPATH: "1", TZ: "Asia/Tokyo" }
    const { call } = start("import os, time\ndef handler(e, c):\n    return [dict(os.environ), time.timezone]", {
      environment,
    })
    expect(await call()).toEqual([expect.objectContaining(environment), -9 * 3600])
  })

  test("set the time zone to UTC", async () => {
    const expression = "[time.timezone, time.localtime(0).tm_hour]"
    expect(await evaluator.lambda().call({ expression })).toEqual([0, 0])
  })
})

describe.runIf(hostPython)(needsPython("an exception of a Python handler"), () => {
  const source = `import json
class OwnError(Exception):
    pass
def parse(text):
    return json.loads(text)
def handler(event, context):
    if event.get("own"):
        raise OwnError("own message")
    return parse(event["text"])`

  test("is returned with message, type, request id and the frames from the handler on", async () => {
    const { invoke } = start(source)
    const result = await invoke(arnOf("f"), '{"own":true}')
    expect(result.outcome).toBe("function-error")
    const payload = JSON.parse("payload" in result ? result.payload : "")
    expect(Object.keys(payload)).toEqual(["errorMessage", "errorType", "requestId", "stackTrace"])
    expect(payload).toEqual({
      errorMessage: "own message",
      errorType: "OwnError",
      requestId: result.requestId,
      stackTrace: [
        expect.stringMatching(/^ {2}File ".*index\.py", line 8, in handler\n {4}raise OwnError\("own message"\)\n$/),
      ],
    })
  })

  test("leaves the execution environment usable", async () => {
    const { call, fail } = evaluator.lambda()
    const calls = (await call({ expression: "calls" })) as number
    expect((await fail({ expression: "int('no')" })).errorType).toBe("ValueError")
    expect(await call({ expression: "calls" })).toBe(calls + 2)
  })

  test("of 10 MB is cut", async () => {
    const expression = "(one for one in ()).throw(ValueError('x' * 10_000_000))"
    expect((await evaluator.lambda().fail({ expression })).errorMessage.length).toBeLessThan(300_000)
  })
})

describe.runIf(hostPython)(needsPython("the process of a Python handler"), () => {
  const action = `import os, signal, sys, threading, time
calls = 0
def handler(event, context):
    global calls
    calls += 1
    if event.get("run"):
        exec(event["run"])
    return calls`
  // Each test leaves a new environment for the next one.
  const shared = shareLambda([definePython(action)])
  afterAll(shared.close)

  test.each([
    ["sys.exit()", "Error: Runtime exited without providing a reason"],
    ["sys.exit(3)", "Error: Runtime exited with error: exit status 3"],
    ["sys.exit('no')", "Error: Runtime exited with error: exit status 1"],
    ["exit(2)", "Error: Runtime exited with error: exit status 2"],
    ["os._exit(7)", "Error: Runtime exited with error: exit status 7"],
    ["os.abort()", "Error: Runtime exited with error: signal: aborted"],
    ["os.kill(os.getpid(), signal.SIGKILL)", "Error: Runtime exited with error: signal: killed"],
    ["os.killpg(0, signal.SIGTERM)", "Error: Runtime exited with error: signal: terminated"],
    ["os.kill(os.getpid(), signal.SIGSEGV)", "Error: Runtime exited with error: signal: segmentation fault"],
    ["raise KeyboardInterrupt()", "Error: Runtime exited with error: signal: interrupt"],
  ])("that ends by %s fails only this invocation, and the next one is a cold start", async (run, message) => {
    const { call, fail } = shared.lambda()
    const error = await fail({ run })
    expect(error).toMatchObject({ errorType: "Runtime.ExitError" })
    expect(error.errorMessage).toMatch(new RegExp(`^RequestId: [0-9a-f-]{36} ${message}$`))
    expect(await call()).toBe(1)
  })

  test("that closes the channel to the gateway ends", async () => {
    const { call, fail } = shared.lambda()
    expect((await fail({ run: "os.closerange(3, 100); print('lost')" })).errorType).toBe("Runtime.ExitError")
    expect(await call()).toBe(1)
  })

  test("keeps the state of the module", async () => {
    const { call } = shared.lambda()
    const first = (await call()) as number
    expect([await call(), await call()]).toEqual([first + 1, first + 2])
  })

  test.each([
    ["sleeps", "print('begun'); time.sleep(60)"],
    ["never yields", "print('begun')\nwhile True: pass"],
    ["waits for a thread", "t = threading.Thread(target=time.sleep, args=(60,)); t.start(); print('begun'); t.join()"],
    ["ignores signals", "[signal.signal(s, signal.SIG_IGN) for s in (2, 15)]; print('begun'); time.sleep(60)"],
    [
      "exits while a thread runs",
      `work = lambda: (threading.main_thread().join(), print("begun"), time.sleep(60))
threading.Thread(target=work).start(); sys.exit(0)`,
    ],
  ])("that %s is ended at the timeout", async (_, run) => {
    const clock = new ManualClock()
    const begun = Promise.withResolvers<void>()
    const { call, fail } = startLambda([definePython(action, { timeoutMs: 500 })], {
      clock,
      onOutput: ({ text }) => text === "begun" && begun.resolve(),
    })
    const failure = fail({ run })
    await begun.promise
    clock.advance(500)
    const error = await failure
    expect(error.errorType).toBe("Sandbox.Timedout")
    expect(error.errorMessage).toMatch(/^RequestId: \S+ Error: Task timed out after 0\.50 seconds$/)
    expect(await call()).toBe(1)
  })

  test("runs work that is left after the response at once", async () => {
    const { call } = start(`import threading
done = threading.Event()
def handler(event, context):
    if event.get("wait"):
        return done.wait(4)
    threading.Thread(target=done.set).start()`)
    expect(await call()).toBe(null)
    expect(await call({ wait: true })).toBe(true)
  })

  test("of a function over its memory is killed", async () => {
    const { fail } = start(
      "def handler(event, context):\n    a = []\n    while True:\n        a.append(bytearray(8_000_000))",
    )
    expect(await fail()).toMatchObject({
      errorType: "Runtime.OutOfMemory",
      errorMessage: expect.stringContaining("Error: Runtime exited with error: signal: killed"),
    })
  })

  test.runIf(process.platform === "linux")("ends with the processes that it has started", async () => {
    const { call, fail } = start(`import os, subprocess
def handler(event, context):
    if event.get("exit"):
        os._exit(1)
    started = [subprocess.Popen(["sleep", "600"]).pid, subprocess.Popen(["sh", "-c", "trap '' TERM; sleep 600"]).pid]
    return started + [os.getpid()]`)
    const pids = (await call()) as number[]
    await fail({ exit: true })
    await expect.poll(() => pids.filter(isRunning), { timeout: 15_000 }).toEqual([])
  })

  test.runIf(process.platform !== "win32")(
    "may fork: what the child prints is in the log, and only the parent responds",
    async () => {
      const { call, lines } = start(`import multiprocessing, os
def work(pipe):
    print("from the child")
    pipe.send(os.getppid())
def handler(event, context):
    fork = multiprocessing.get_context("fork")
    here, there = fork.Pipe()
    child = fork.Process(target=work, args=(there,))
    child.start()
    child.join()
    if os.fork() == 0:
        return "from the child"
    os.wait()
    return here.recv() == os.getpid()`)
      expect(await call()).toBe(true)
      expect(await call()).toBe(true)
      expect(lines.map(({ text }) => text)).toContain("from the child")
    },
  )

  test("runs invocations one at a time, and another environment runs what would wait", async () => {
    const source = `import time
running = 0
def handler(event, context):
    global running
    running += 1
    most = running
    time.sleep(event["seconds"])
    running -= 1
    return most`
    const { call } = startLambda([definePython(source)], { maxConcurrency: 3 })
    const results = await Promise.all([0.2, 0, 0, 0, 0.2, 0, 0].map((seconds) => call({ seconds })))
    expect(results).toEqual([1, 1, 1, 1, 1, 1, 1])
  })

  test("closes at once while handlers are blocked", async () => {
    const { close, invoke, lines } = start(
      "import time\ndef handler(event, context):\n    print('begun')\n    time.sleep(60)",
    )
    const result = invoke(arnOf("f"), "{}")
    await expect.poll(() => lines.map(({ text }) => text), { timeout: 15_000 }).toContain("begun")
    await close()
    expect(await result).toMatchObject({ outcome: "function-error", errorType: "Runtime.ExitError" })
  })
})

describe("an environment that cannot start", () => {
  test("fails each invocation with the reason when the machine has no Python", async () => {
    const definition = definePython("def handler(event, context): pass", { runtime: "python3.13" })
    const warnings: unknown[] = []
    const log = { info() {}, error() {}, warn: (event: string, fields?: object) => warnings.push([event, fields]) }
    const { fail, deploy } = startLambda([definition], { log, findHostPython: () => undefined })
    expect(await fail()).toEqual({
      errorType: "EnvironmentStartError",
      errorMessage:
        "The process of the execution environment could not be started: python3 (3.9 or later) was not found in the PATH. Install Python 3.9 or later, then start the gateway again.",
    })
    deploy([definition])
    expect(warnings).toEqual([
      [
        "Not served locally",
        {
          message: "python3 (3.9 or later) was not found in the PATH, so calls to Function fail.",
          hint: "Install Python 3.9 or later, then start the gateway again.",
        },
      ],
    ])
  })
})

/** A zombie has ended, and waits for its parent to read its status. */
function isRunning(pid: number): boolean {
  const path = `/proc/${pid}/stat`
  if (!existsSync(path)) return false
  return !/\) [ZX] /.test(readFileSync(path, "utf8"))
}
