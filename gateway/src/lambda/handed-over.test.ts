// Whoever gets to an invocation first has it: the thread that begins it, or we who take it back. Never both, never none.
import fc from "fast-check"
import { expect, test } from "vitest"
import { HandedOver, tryToBegin } from "./handed-over.ts"
import type { Invocation } from "./invocation.ts"

function invocation(requestId: string): Invocation {
  return { requestId, invokedFunctionArn: "arn", payload: "{}", requestedAt: 0, settle() {} }
}

/** The thread, which sees the same shared number and its own copy of what was handed over. */
function thread(handedOver: HandedOver) {
  const arrived: string[] = []
  let number = 0
  return {
    arrived,
    /** Goes to the next one that is still there to be run. */
    begin(): string | undefined {
      for (let next = arrived.shift(); next !== undefined; next = arrived.shift()) {
        const isOurs = tryToBegin(handedOver.begun, number)
        number = (number + 1) | 0
        if (isOurs) return next
      }
      return undefined
    },
  }
}

const steps = fc.array(fc.constantFrom("hand over", "begin", "settle", "take back"), { maxLength: 100 })

test("over any history each invocation is begun once or taken back once, in order", () => {
  fc.assert(
    fc.property(steps, (history) => {
      const handedOver = new HandedOver()
      const { arrived, begin } = thread(handedOver)
      const waiting: string[] = []
      const begun: string[] = []
      const returned: string[] = []
      let count = 0
      for (const step of history) {
        if (step === "hand over") {
          const requestId = String(count++)
          handedOver.add(invocation(requestId))
          arrived.push(requestId)
          waiting.push(requestId)
        } else if (step === "begin") {
          const requestId = begin()
          expect(requestId).toBe(waiting.shift())
          if (requestId !== undefined) begun.push(requestId)
        } else if (step === "settle") {
          if (begun.length === 0) continue
          expect(handedOver.current?.requestId).toBe(begun.shift())
          handedOver.shift()
        } else {
          const ids = handedOver.takeBack().map(({ requestId }) => requestId)
          expect(ids).toEqual(waiting.splice(0))
          returned.push(...ids)
        }
        expect(handedOver.length).toBe(waiting.length + begun.length)
      }
      expect(new Set(returned).size).toBe(returned.length)
    }),
  )
})
