// Each invocation is run by the environment or returned to its function: never both, never neither.
import fc from "fast-check"
import { expect, test } from "vitest"
import type { Invocation } from "./invocation.ts"
import { PrefetchQueue } from "./prefetch-queue.ts"

function invocation(requestId: string): Invocation {
  return { requestId, invokedFunctionArn: "arn", payload: "{}", requestedAt: 0, settle() {} }
}

/** A runtime, to which messages are delivered later and in order, and whose messages are too. */
function createRuntime() {
  const inbox: ("recall" | string)[] = []
  const outbox: ({ responded: string } | { recalled: number })[] = []
  const waiting: string[] = []
  let running: string | undefined
  function beginNext(): void {
    running = waiting.shift()
  }
  return {
    inbox,
    outbox,
    /** What it has begun. */
    running: () => running,
    receive(): void {
      const message = inbox.shift()
      if (message === undefined) return
      if (message === "recall") outbox.push({ recalled: waiting.splice(0).length })
      else waiting.push(message)
      if (running === undefined) beginNext()
    },
    finish(): void {
      if (running === undefined) return
      outbox.push({ responded: running })
      beginNext()
    },
  }
}

const steps = fc.array(fc.constantFrom("send", "receive", "finish", "recall", "read"), { maxLength: 150 })

test("each invocation is settled once or returned once, in order, in any history", () => {
  fc.assert(
    fc.property(steps, (history) => {
      const queue = new PrefetchQueue()
      const runtime = createRuntime()
      const settled: string[] = []
      const returned: string[] = []
      let count = 0
      const read = () => {
        const message = runtime.outbox.shift()
        if (message === undefined) return
        if ("responded" in message) {
          expect(queue.current?.requestId).toBe(message.responded)
          settled.push(message.responded)
          queue.shift()
        } else {
          const invocations = queue.recalled(message.recalled)
          expect(invocations).toBeDefined()
          returned.push(...(invocations ?? []).map(({ requestId }) => requestId))
        }
      }
      for (const step of history) {
        if (step === "send" && !queue.isRecalling) {
          const requestId = String(count++)
          queue.add(invocation(requestId))
          runtime.inbox.push(requestId)
        } else if (step === "receive") runtime.receive()
        else if (step === "finish") runtime.finish()
        else if (step === "recall" && queue.length > 1 && !queue.isRecalling) {
          queue.recall()
          runtime.inbox.push("recall")
        } else if (step === "read") read()
      }
      // The process ends: what it wrote is read, the current one fails, and the rest is returned.
      while (runtime.outbox.length > 0) read()
      const failed = queue.current?.requestId
      const running = runtime.running()
      if (running !== undefined) expect(failed).toBe(running)
      returned.push(...queue.takeRest().map(({ requestId }) => requestId))
      const all = [...settled, ...returned, ...(failed === undefined ? [] : [failed])]
      expect(all.map(Number).toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, index) => index))
      expect(settled).toEqual(settled.toSorted((a, b) => Number(a) - Number(b)))
    }),
  )
})

test("rejects a recall that was not asked for, and one of more than there is behind the current one", () => {
  const queue = new PrefetchQueue()
  queue.add(invocation("0"))
  queue.add(invocation("1"))
  expect(queue.recalled(0)).toBeUndefined()
  queue.recall()
  expect(queue.recalled(2)).toBeUndefined()
  expect(queue.recalled(1)?.map(({ requestId }) => requestId)).toEqual(["1"])
  expect(queue.current?.requestId).toBe("0")
})
