import { expect, test } from "vitest"
import { createHistory, type HistoryEntry } from "./history.ts"

const problem = (message: string) => ({ event: "problem" as const, code: "TEST", message, hint: "" })

test("a subscriber receives every later entry until it unsubscribes", () => {
  const history = createHistory(() => 5)
  const received: HistoryEntry[] = []
  history.addEvent(problem("before"))
  const stop = history.subscribe((entry) => received.push(entry))
  history.addEvent(problem("while"))
  stop()
  history.addEvent(problem("after"))
  expect(received).toMatchObject([{ kind: "problem", message: "while", time: 5 }])
  expect(history.entries()).toHaveLength(3)
})

test("the last 500 entries are kept, in order and with unique ids", () => {
  const history = createHistory(() => 0)
  for (let count = 1; count <= 10_000; count++) history.addEvent(problem(String(count)))
  const entries = history.entries()
  expect(entries.map((entry) => entry.kind === "problem" && entry.message)).toEqual(
    Array.from({ length: 500 }, (_, index) => String(9501 + index)),
  )
  expect(new Set(entries.map(({ id }) => id)).size).toBe(500)
})

test("a long text is cut and ends with its length", () => {
  const history = createHistory(() => 0)
  const text = "x".repeat(20_000)
  history.addEvent({
    event: "log",
    source: "function",
    logGroup: "/aws/lambda/f",
    requestId: "r",
    message: text,
    kind: "stdout",
  })
  const [entry] = history.entries()
  expect(entry?.kind === "output" && entry.text.endsWith("… (20000 characters)")).toBe(true)
})
