// Which execution environment receives an invocation, and when one starts or ends. The environments are without processes.
import { describe, expect, test } from "vitest"
import type { FunctionDefinition } from "../definition/lambda.ts"
import { ManualClock } from "../foundation/manual-clock.ts"
import { type ExecutionEnvironment, INIT_TIMEOUT_MS } from "./execution-environment.ts"
import type { Invocation } from "./invocation.ts"
import { LambdaFunction } from "./lambda-function.ts"
import { defineFunction } from "./testing/lambda-under-test.ts"

type TestEnvironment = ReturnType<typeof createEnvironment>

function createEnvironment(initTimeoutMs: number, onTerminate: (environment: TestEnvironment) => void) {
  const environment = {
    initTimeoutMs,
    isReady: false,
    /** Invocations that it accepts at a time. */
    room: 1,
    running: [] as Invocation[],
    calls: [] as string[],
    get load(): number {
      return environment.running.length
    },
    get hasRoom(): boolean {
      return environment.isReady && environment.load < environment.room
    },
    run: (invocation: Invocation) => void environment.running.push(invocation),
    expire: () => void environment.calls.push("expire"),
    timePassed: (ms: number) => void environment.calls.push(`timePassed ${ms}`),
    unblock: (ms: number) => void environment.calls.push(`unblock ${ms}`),
    async terminate() {
      environment.calls.push("terminate")
      onTerminate(environment)
    },
  }
  return environment
}

function start({ maxEnvironments = 2, ...overrides }: Partial<FunctionDefinition> & { maxEnvironments?: number } = {}) {
  const clock = new ManualClock()
  const environments: TestEnvironment[] = []
  const results: string[] = []
  const as = (environment: TestEnvironment) => environment as unknown as ExecutionEnvironment
  const end = (environment: TestEnvironment, error?: { errorType: string; errorMessage: string }) => {
    environment.isReady = false
    lambdaFunction.leaving(as(environment))
    lambdaFunction.returned(environment.running.splice(0))
    lambdaFunction.ended(as(environment), error)
  }
  const lambdaFunction: LambdaFunction = new LambdaFunction({
    definition: defineFunction("", overrides),
    clock,
    maxEnvironments,
    start(_owner, initTimeoutMs) {
      const environment = createEnvironment(initTimeoutMs, end)
      environments.push(environment)
      return as(environment)
    },
  })
  return {
    clock,
    environments,
    lambdaFunction,
    results,
    end,
    invoke: (...requestIds: string[]) =>
      requestIds.map((requestId) =>
        lambdaFunction.invoke({
          requestId,
          invokedFunctionArn: "arn",
          payload: "{}",
          requestedAt: clock.now(),
          settle: (result) =>
            results.push(`${requestId}: ${"errorMessage" in result ? result.errorMessage : result.outcome}`),
        }),
      ),
    makeReady(environment: TestEnvironment) {
      environment.isReady = true
      lambdaFunction.free(as(environment))
    },
    complete(environment: TestEnvironment) {
      environment.running.shift()
      lambdaFunction.free(as(environment))
    },
    running: () => environments.map(({ running }) => running.map(({ requestId }) => requestId).join(" ")),
  }
}

/** Two environments that are ready. */
function startTwo(options?: Parameters<typeof start>[0]) {
  const started = start(options)
  started.lambdaFunction.warmUp()
  started.lambdaFunction.warmUp()
  for (const environment of started.environments) started.makeReady(environment)
  const [first, second] = started.environments
  if (!first || !second) throw new Error("Two environments did not start.")
  return { ...started, first, second }
}

describe("an invocation", () => {
  test("runs in the environment that was idle last", () => {
    const { invoke, complete, running, second } = startTwo()
    invoke("a")
    expect(running()).toEqual(["", "a"])
    complete(second)
    invoke("b")
    expect(running()).toEqual(["", "b"])
  })

  test("runs behind another one that an environment completes quickly, rather than in an idle environment", () => {
    const { invoke, running, second } = startTwo()
    invoke("a")
    second.room = 2
    invoke("b")
    expect(running()).toEqual(["", "a b"])
    invoke("c")
    expect(running()).toEqual(["c", "a b"])
  })

  test("waits for the first environment that has room, behind those that waited before", () => {
    const { invoke, complete, running, first } = startTwo()
    invoke("a", "b", "c", "d")
    expect(running()).toEqual(["b", "a"])
    complete(first)
    expect(running()).toEqual(["c", "a"])
    first.room = 2
    invoke("e")
    expect(running()).toEqual(["c", "a"])
  })

  test("that an environment returns runs before all others", () => {
    const { invoke, running, first, second, lambdaFunction } = startTwo()
    invoke("a", "b", "c")
    second.room = 2
    lambdaFunction.returned(first.running.splice(0))
    expect(running()).toEqual(["b", "a c"])
  })

  test("never runs in an environment that ended while it was idle", () => {
    const { invoke, end, running, second } = startTwo()
    end(second)
    invoke("a")
    expect(running()).toEqual(["a", ""])
  })

  test("over the reserved concurrency is rejected, whether the others run or wait", () => {
    const { invoke, makeReady, complete, environments } = start({ reservedConcurrency: 3 })
    expect(invoke("a", "b")).toEqual([true, true])
    makeReady(environments[0]!)
    expect(invoke("c", "d")).toEqual([true, false])
    complete(environments[0]!)
    expect(invoke("e", "f")).toEqual([true, false])
  })
})

describe("an environment starts", () => {
  test("at once for the first invocation, and for others when they have waited for 10 ms, up to the limit", () => {
    const { clock, invoke, environments } = start()
    invoke("a", "b", "c")
    expect(environments).toHaveLength(1)
    clock.advance(9)
    expect(environments).toHaveLength(1)
    clock.advance(1)
    expect(environments).toHaveLength(2)
    clock.advance(1000)
    expect(environments).toHaveLength(2)
    expect(clock.pending).toBe(0)
  })

  test("for no invocation for which one starts already", () => {
    const { clock, invoke, environments } = start()
    invoke("a")
    clock.advance(1000)
    expect(environments).toHaveLength(1)
  })

  test("for no invocation that has waited for a shorter time", () => {
    const { clock, invoke, complete, first, second, environments } = startTwo({ maxEnvironments: 3 })
    invoke("a", "b", "c")
    clock.advance(5)
    complete(first)
    complete(second)
    invoke("d", "e")
    clock.advance(5)
    expect(environments).toHaveLength(2)
    clock.advance(10)
    expect(environments).toHaveLength(3)
  })

  test("before the first invocation on request, and never over the limit", () => {
    const { environments, lambdaFunction } = start({ maxEnvironments: 1 })
    expect(lambdaFunction.isWarm).toBe(false)
    lambdaFunction.warmUp()
    lambdaFunction.warmUp()
    expect(environments).toHaveLength(1)
    expect(lambdaFunction.isWarm).toBe(true)
  })

  test("again, with the timeout of the function, when an init takes too long, and fails an invocation the next time", () => {
    const { invoke, end, environments, results, lambdaFunction } = start({ timeoutMs: 60_000 })
    const timeout = { errorType: "Sandbox.Timedout", errorMessage: "Error: Task timed out" }
    invoke("a", "b")
    end(environments[0]!, timeout)
    expect(results).toEqual([])
    end(environments[1]!, timeout)
    expect(results).toEqual(["a: RequestId: a Error: Task timed out"])
    expect(environments.map(({ initTimeoutMs }) => initTimeoutMs)).toEqual([INIT_TIMEOUT_MS, 60_000, INIT_TIMEOUT_MS])
    expect(lambdaFunction.isBusy).toBe(true)
  })

  test("with the timeout of an init again once one is ready", () => {
    const { invoke, end, makeReady, environments } = start({ timeoutMs: 60_000, maxEnvironments: 1 })
    invoke("a")
    end(environments[0]!, { errorType: "Sandbox.Timedout", errorMessage: "" })
    makeReady(environments[1]!)
    end(environments[1]!)
    expect(environments.map(({ initTimeoutMs }) => initTimeoutMs)).toEqual([INIT_TIMEOUT_MS, 60_000, INIT_TIMEOUT_MS])
  })

  test.each(["Runtime.ExitError", "Runtime.InvalidEntrypoint"])(
    "for the next invocation when an init fails, and the message of %s begins with the request id",
    (errorType) => {
      const { invoke, end, environments, results } = start()
      invoke("a")
      end(environments[0]!, { errorType, errorMessage: "Error: why" })
      expect(results).toEqual(["a: RequestId: a Error: why"])
    },
  )

  test("for the next invocation when an init fails, with the error of the code as it is", () => {
    const { invoke, end, environments, results } = start()
    invoke("a", "b")
    end(environments[0]!, { errorType: "ReferenceError", errorMessage: "x is not defined" })
    expect(results).toEqual(["a: x is not defined"])
    expect(environments).toHaveLength(2)
  })
})

test("an environment gives back what waits behind an invocation, which is checked every 10 ms", () => {
  const { clock, invoke, complete, first, second } = startTwo()
  invoke("a")
  clock.advance(100)
  expect(second.calls).toEqual([])
  second.room = 2
  invoke("b")
  clock.advance(20)
  expect([first.calls, second.calls]).toEqual([
    ["unblock 10", "unblock 10"],
    ["unblock 10", "unblock 10"],
  ])
  complete(second)
  clock.advance(100)
  expect(second.calls).toHaveLength(3)
  expect(clock.pending).toBe(0)
})

test("time and expiry reach every environment, whether it is idle or not", () => {
  const { invoke, first, second, lambdaFunction } = startTwo()
  invoke("a")
  expect(lambdaFunction.isBusy).toBe(true)
  lambdaFunction.timePassed(5)
  lambdaFunction.expireEnvironments()
  expect([first.calls, second.calls]).toEqual([
    ["timePassed 5", "expire"],
    ["timePassed 5", "expire"],
  ])
})

test("a retired function ends idle environments at once, and the others after their invocations", async () => {
  const { invoke, complete, first, second, lambdaFunction } = startTwo()
  invoke("a")
  const retired = lambdaFunction.retire()
  expect([first.calls, second.calls]).toEqual([["terminate"], []])
  complete(second)
  expect(second.calls).toEqual(["terminate"])
  await retired
  expect(lambdaFunction.isBusy).toBe(false)
  await start().lambdaFunction.retire()
})

test("a terminated function ends every environment, and fails what runs or waits", async () => {
  const { clock, invoke, environments, results, lambdaFunction } = start()
  invoke("a", "b")
  await lambdaFunction.terminate()
  expect(results).toEqual(["a: The gateway is closing", "b: The gateway is closing"])
  expect(environments.map(({ calls }) => calls)).toEqual([["terminate"]])
  expect(clock.pending).toBe(0)
})
