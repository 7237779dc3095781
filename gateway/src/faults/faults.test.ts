// Faults without a gateway: what they do to connections and frames, when they end, and what is counted and reported.
import { expect, test } from "vitest"
import type { Fault } from "../definition/fault.ts"
import { ManualClock } from "../foundation/manual-clock.ts"
import type { Injection } from "./fault-store.ts"
import { type FaultedConnection, Faults } from "./faults.ts"

/** A connection that notes what it sends, and how it ends. */
class FakeConnection implements FaultedConnection {
  readonly facts: { connectionId: string }
  isOpen = true
  readonly sent: string[] = []
  end: { code: number; reason: string } | undefined

  constructor(connectionId: string) {
    this.facts = { connectionId }
  }

  send(text: string): void {
    this.sent.push(text)
  }

  close(code: number, reason: string): void {
    this.isOpen = false
    this.end = { code, reason }
  }
}

function createFaults(random?: () => number) {
  const clock = new ManualClock()
  const one = new FakeConnection("one")
  const two = new FakeConnection("two")
  const injections: Injection[] = []
  const faults = new Faults({
    clock,
    names: { routeKeys: () => ["send", "other"], functionNames: () => ["Sender", "sender-1"] },
    connections: () => [one, two],
    onInjected: (injection) => injections.push(injection),
    ...(random && { random }),
  })
  return { clock, one, two, faults, injections }
}

const subject = { connectionId: "one", routeKey: "send" }

/** Lets promises that are settled continue. */
const settled = () => new Promise(setImmediate)

test("a fault concerns only events with its connection, its route and its function", () => {
  const { faults } = createFaults()
  faults.add({ effect: "function-throttle", connectionId: "one", routeKey: "send", functionName: "Sender" })
  const isThrottled = (event: { connectionId?: string; routeKey?: string; functionNames?: readonly string[] }) =>
    [...faults.ofInvocation(event)].length === 1
  const functionNames = ["sender-1", "Sender"]
  expect(isThrottled({ ...subject, functionNames })).toBe(true)
  expect(isThrottled({ ...subject, functionNames: ["Other"] })).toBe(false)
  expect(isThrottled(subject)).toBe(false)
  expect(isThrottled({ ...subject, functionNames, connectionId: "two" })).toBe(false)
  expect(isThrottled({ ...subject, functionNames, routeKey: "other" })).toBe(false)
  expect(faults.list()).toMatchObject([{ injections: 1 }])
})

test("an injection is reported with its fault, its event and the first name of the function", () => {
  const { faults, injections } = createFaults()
  const { faultId } = faults.add({ effect: "function-throttle" })
  expect([...faults.ofInvocation({ ...subject, functionNames: ["sender-1", "Sender"] })]).toHaveLength(1)
  expect(injections).toEqual([
    {
      ...subject,
      faultId,
      effect: "function-throttle",
      functionName: "sender-1",
      message: `Injected by ${faultId}: The invocation was throttled and did not run.`,
    },
  ])
})

test("a fault is removed after its count, and each fault has an id of its own", () => {
  const { faults } = createFaults()
  expect(faults.isSet).toBe(false)
  const first = faults.add({ effect: "gone", count: 2 })
  const second = faults.add({ effect: "limit-exceeded", connectionId: "two" })
  expect([first.faultId, second.faultId]).toEqual(["fault-1", "fault-2"])
  expect([1, 2, 3].map(() => faults.managementStatus({ connectionId: "one" }))).toEqual([410, 410, undefined])
  expect(faults.managementStatus({ connectionId: "two" })).toBe(429)
  expect(faults.list()).toMatchObject([{ faultId: second.faultId, injections: 1 }])
  expect(faults.isSet).toBe(true)
  expect(faults.remove(first.faultId)).toBe(false)
  expect(faults.remove(second.faultId)).toBe(true)
  expect(faults.isSet).toBe(false)
})

test("a fault expires on the clock, which it reports, and a removed one leaves no timer", () => {
  const { faults, clock } = createFaults()
  const { expiresAt } = faults.add({ effect: "gone", expiresAfterMs: 1000 })
  expect(expiresAt).toBe(clock.now() + 1000)
  clock.advance(999)
  expect(faults.list()).toHaveLength(1)
  clock.advance(1)
  expect([faults.list(), faults.isSet]).toEqual([[], false])
  faults.add({ effect: "gone", expiresAfterMs: 1000 })
  faults.clear()
  expect([faults.list(), clock.pending]).toEqual([[], 0])
})

test("at most 100 faults are set", () => {
  const { faults } = createFaults()
  for (let count = 0; count < 100; count++) faults.add({ effect: "gone" })
  expect(() => faults.add({ effect: "gone" })).toThrow("100 faults are set. Remove some of them first.")
  expect(faults.list()).toHaveLength(100)
  faults.clear()
  faults.add({ effect: "gone" })
})

test("what a caller does with a fault that it received does not change the one that is set", () => {
  const { faults } = createFaults()
  const added = faults.add({ effect: "gone" })
  added.injections = 7
  faults.list()[0]!.injections = 8
  expect(faults.list()).toMatchObject([{ injections: 0 }])
})

test("a fault happens when the random number is below its probability", () => {
  const numbers = [0.24, 0.25, 0.9]
  const { faults, injections } = createFaults(() => numbers.shift() ?? 1)
  faults.add({ effect: "gone", probability: 0.25 })
  expect([1, 2, 3].map(() => faults.managementStatus(subject))).toEqual([410, undefined, undefined])
  expect(injections).toHaveLength(1)
})

test("now ends the open connections that it chooses, by the probability for each, and counts them", () => {
  const numbers = [0.6, 0.4]
  const { faults, one, two, injections } = createFaults(() => numbers.shift() ?? 1)
  expect(faults.add({ effect: "close", code: 1012, on: "now", probability: 0.5 })).toMatchObject({ injections: 1 })
  expect([one.isOpen, two.end]).toEqual([true, { code: 1012, reason: "Service restart" }])
  expect(faults.add({ effect: "drop", on: "now" })).toMatchObject({ injections: 1 })
  expect(one.end).toEqual({ code: 1006, reason: "Connection closed abnormally" })
  expect(injections.map(({ connectionId }) => connectionId)).toEqual(["two", "one"])
  expect(() => faults.add({ effect: "drop", on: "now", connectionId: "one" })).toThrow('No connection "one" is open.')
})

test("now ends one connection when it names one, with an empty reason for a code without a text", () => {
  const { faults, one, two } = createFaults()
  faults.add({ effect: "close", code: 4000, on: "now", connectionId: "two" })
  expect([one.isOpen, two.end]).toEqual([true, { code: 4000, reason: "" }])
  expect([faults.list(), faults.isSet]).toEqual([[], false])
})

test("a message waits for every delay, and is not handled after the connection was closed by a fault", async () => {
  const { faults, one, clock, injections } = createFaults()
  faults.add({ effect: "delay", delayMs: 10, routeKey: "send" })
  faults.add({ effect: "delay", delayMs: 20, routeKey: "send" })
  let isHandled: boolean | undefined
  const received = faults.receive(one, subject).then((handled) => {
    isHandled = handled
  })
  clock.advance(10)
  await settled()
  clock.advance(19)
  await settled()
  expect(isHandled).toBeUndefined()
  clock.advance(1)
  await received
  expect(isHandled).toBe(true)

  faults.add({ effect: "close", code: 1011, routeKey: "other" })
  faults.add({ effect: "drop", routeKey: "other" })
  expect(await faults.receive(one, { ...subject, routeKey: "other" })).toBe(false)
  expect(one.end).toEqual({ code: 1011, reason: "Internal server error" })
  // The second fault is never reached.
  expect(injections.map(({ effect }) => effect)).toEqual(["delay", "delay", "close"])
})

test("frames are delayed by the sum of the delays, and each duplicate adds a copy", async () => {
  const { faults, one, clock } = createFaults()
  const set: Fault[] = [
    { effect: "delay", delayMs: 10, on: "push" },
    { effect: "delay", delayMs: 20, on: "push" },
    { effect: "duplicate" },
    { effect: "duplicate" },
  ]
  for (const fault of set) faults.add(fault)
  expect(faults.push(one, subject, "frame")).toBe(true)
  clock.advance(29)
  await settled()
  expect(one.sent).toEqual([])
  clock.advance(1)
  await settled()
  expect(one.sent).toEqual(["frame", "frame", "frame"])
})

test("a frame without a fault, and one to a closed connection, is left to the caller", () => {
  const { faults, one, two, injections } = createFaults()
  faults.add({ effect: "duplicate", connectionId: "two" })
  expect(faults.push(one, subject, "frame")).toBe(false)
  two.isOpen = false
  expect(faults.push(two, { ...subject, connectionId: "two" }, "frame")).toBe(false)
  expect([one.sent, two.sent, injections]).toEqual([[], [], []])
})

test("a frame is lost when a fault ends its connection, and no later fault is reached", () => {
  const { faults, one, injections } = createFaults()
  faults.add({ effect: "drop", on: "push" })
  faults.add({ effect: "duplicate" })
  expect(faults.push(one, subject, "frame")).toBe(true)
  expect([one.sent, one.end?.code, injections.length]).toEqual([[], 1006, 1])
})

test("$disconnect is skipped by its fault only", () => {
  const { faults } = createFaults()
  faults.add({ effect: "drop" })
  expect(faults.skipsDisconnect(subject)).toBe(false)
  faults.add({ effect: "skip-disconnect", count: 1 })
  expect([faults.skipsDisconnect(subject), faults.skipsDisconnect(subject)]).toEqual([true, false])
})

test("the close removes the faults and ends every delay, and a later one does not wait", async () => {
  const { faults, one, clock } = createFaults()
  faults.add({ effect: "delay", delayMs: 60_000, on: "push" })
  faults.push(one, subject, "frame")
  const waited = faults.wait(60_000)
  faults.close()
  await waited
  await settled()
  expect(one.sent).toEqual(["frame"])
  expect([faults.list(), faults.isSet, clock.pending]).toEqual([[], false, 0])
  await faults.wait(60_000)
  expect(clock.pending).toBe(0)
})
