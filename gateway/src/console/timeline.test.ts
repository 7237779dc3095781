import { expect, test } from "vitest"
import { createTimeline, type Entry, isError, textOf } from "./timeline.ts"

let id = 0
const output = (functionRequestId: string, text: string, stream = "stdout"): Entry => ({
  id: ++id,
  time: id,
  kind: "output",
  functionRequestId,
  logGroup: "/aws/lambda/handler",
  stream,
  text,
})
const event = (more: Partial<Entry & { kind: "event" }>): Entry => ({
  id: ++id,
  time: id,
  kind: "event",
  apiId: "api",
  stage: "dev",
  eventType: "MESSAGE",
  requestId: `request-${id}`,
  status: 200,
  ...more,
})

test("what a function writes before its event is answered ends up in the event's row", () => {
  const timeline = createTimeline()
  const first = timeline.add(output("run-1", "START")).changed
  expect(first.kind).toBe("run")
  timeline.add(output("run-1", "hello"))
  const { changed, removed } = timeline.add(event({ functionRequestId: "run-1" }))
  expect(removed).toBe(first)
  timeline.add(output("run-1", "REPORT"))
  expect(timeline.rows()).toEqual([changed])
  expect(changed.output.map((line) => (line.kind === "output" ? line.text : ""))).toEqual(["START", "hello", "REPORT"])
})

test("a run that no event caused is a row of its own, and lines outside of any run are not lumped together", () => {
  const timeline = createTimeline()
  timeline.add(output("run-1", "from a queue"))
  timeline.add(event({ functionRequestId: "run-2" }))
  timeline.add(output("", "init of one"))
  timeline.add(output("", "init of another"))
  expect(timeline.rows().map(({ kind }) => kind)).toEqual(["run", "event", "run", "run"])
})

test("trouble is a status from 400 on, a failure, an error that was logged, a denial", () => {
  const timeline = createTimeline()
  const troubled = (entry: Entry) => isError(timeline.add(entry).changed)
  expect(troubled(event({}))).toBe(false)
  expect(troubled(event({ status: 403 }))).toBe(true)
  expect(troubled(event({ failure: "Execution failed" }))).toBe(true)
  expect(troubled(output("a", "all is well"))).toBe(false)
  expect(troubled(output("b", "time\tid\tERROR\tInvoke Error"))).toBe(true)
  expect(troubled({ id: 99, time: 0, kind: "problem", message: "m", hint: "h" })).toBe(true)
})

test("a row is found by anything in it, whatever the case", () => {
  const timeline = createTimeline()
  timeline.add(output("run-1", "Looked for Ann"))
  const { changed } = timeline.add(event({ functionRequestId: "run-1", frame: '{"action":"Find"}' }))
  expect(textOf(changed)).toContain("looked for ann")
  expect(textOf(changed)).toContain("find")
})
