// A process with gateways. Each serves hostile programs behind a WebSocket API, next to a quick neighbour.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import {
  type Gateway,
  type GatewayEvent,
  type Quotas,
  startGateway,
  type TransactionRecord,
} from "@document-insight/gateway"
import { type TestRoute, webSocketTemplate } from "../testing/template.ts"
import { answer } from "./child.ts"
import { now } from "./latency.ts"
import { type InvocationOutcome, type Program, routeOf, sourceOf } from "./program.ts"

export type Opened = { id: number; url: string }
export type OpenOptions = {
  programs?: Program[]
  /** Of the functions of the programs. */
  reservedConcurrency?: number
  /** Further routes. */
  routes?: Record<string, TestRoute>
  quotas?: Partial<Quotas>
}
export type Memory = { used: number; resident: number }
export type Closed = { closeMs: number; problems: string[] }

type Running = {
  /** Undefined after its close. */
  gateway: Gateway | undefined
  folder: string
  /** By route key. */
  outcomes: Map<string, PromiseWithResolvers<InvocationOutcome>>
  problems: string[]
  begun: number
  /** Events by route key. */
  recorded: Map<string, number>
  /** Called when one of the counts has changed. */
  onCount(): void
}

const DEFAULT_TIMEOUT_MS = 15_000
/** The test compares what fits. */
const MAX_PAYLOAD = 10_000

const all = new Map<number, Running>()
let lastId = 0

const neighbour: TestRoute = {
  code: "export const handler = async () => ({ statusCode: 200, body: 'neighbour' })",
  twoWay: true,
}

function routeTo(program: Program, reservedConcurrency: number | undefined): TestRoute {
  return {
    code: sourceOf(program),
    twoWay: true,
    functionTimeoutSeconds: (program.timeoutMs ?? DEFAULT_TIMEOUT_MS) / 1000,
    ...(reservedConcurrency !== undefined && { reservedConcurrency }),
    functionProperties: {
      MemorySize: program.memoryMb ?? 128,
      Runtime: program.runtime ?? "nodejs24.x",
      Environment: { Variables: program.environment ?? {} },
    },
  }
}

async function open({ programs = [], reservedConcurrency, quotas = {}, ...options }: OpenOptions): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), "isolation-"))
  const source = join(folder, "template.json")
  const routes: Record<string, TestRoute> = { neighbour, ...options.routes }
  const outcomes: Running["outcomes"] = new Map()
  for (const [index, program] of programs.entries()) {
    routes[routeOf(index)] = routeTo(program, reservedConcurrency)
    outcomes.set(routeOf(index), Promise.withResolvers())
  }
  writeFileSync(source, webSocketTemplate({ routes }))
  const running: Omit<Running, "gateway"> = {
    folder,
    outcomes,
    problems: [],
    begun: 0,
    recorded: new Map(),
    onCount() {},
  }
  const gateway = await startGateway({
    source,
    quotas,
    onEvent: (event) => onEvent(event, running),
    onRecord({ routeKey = "", ...record }) {
      outcomes.get(routeKey)?.resolve(outcomeOf(record))
      running.recorded.set(routeKey, (running.recorded.get(routeKey) ?? 0) + 1)
      running.onCount()
    },
  })
  all.set(++lastId, Object.assign(running, { gateway }))
  return { id: lastId, url: gateway.outputs().Url ?? "" }
}

// Nothing else is kept: the memory of this process is measured.
function onEvent(event: GatewayEvent, running: Omit<Running, "gateway">): void {
  if (event.event === "problem") running.problems.push(event.message)
  if (event.event === "log" && event.kind === "platform" && event.message.startsWith("START")) {
    running.begun++
    running.onCount()
  }
}

function outcomeOf({ responseBody = "", failure = "" }: Omit<TransactionRecord, "routeKey">): InvocationOutcome {
  const text = [failure].flat().join("\n")
  if (text.startsWith("Lambda execution failed due to customer function error")) {
    const { errorType, errorMessage } = JSON.parse(responseBody)
    return { outcome: "function-error", errorType, errorMessage: errorMessage.slice(0, MAX_PAYLOAD) }
  }
  if (responseBody === "") return { outcome: "failed", log: text.slice(0, MAX_PAYLOAD) }
  return { outcome: "responded", payload: responseBody.slice(0, MAX_PAYLOAD) }
}

function find(id: number): Running {
  const running = all.get(id)
  if (!running) throw new Error(`There is no gateway ${id}.`)
  return running
}

/** Resolves when this many invocations have begun, those of the neighbour included. */
async function untilBegun({ id, count }: { id: number; count: number }): Promise<void> {
  const running = find(id)
  await new Promise<void>((resolve) => {
    running.onCount = () => running.begun >= count && resolve()
    running.onCount()
  })
}

type Recorded = { id: number; routeKey: string; count: number }

/** Resolves when this many messages for a route have been processed. */
async function untilRecorded({ id, routeKey, count }: Recorded): Promise<void> {
  const running = find(id)
  await new Promise<void>((resolve) => {
    running.onCount = () => (running.recorded.get(routeKey) ?? 0) >= count && resolve()
    running.onCount()
  })
}

async function outcome({ id, index }: { id: number; index: number }): Promise<InvocationOutcome | undefined> {
  return find(id).outcomes.get(routeOf(index))?.promise
}

async function close(id: number): Promise<Closed> {
  const running = find(id)
  const { gateway, folder, problems } = running
  const closingAt = now()
  await gateway?.close()
  running.gateway = undefined
  const closeMs = now() - closingAt
  rmSync(folder, { recursive: true })
  return { closeMs, problems }
}

/** In bytes, after garbage collection. `used` is what the program still refers to. */
async function memory(): Promise<Memory> {
  for (let pass = 0; pass < 2; pass++) {
    await globalThis.gc?.({ type: "major", execution: "async", flavor: "last-resort" })
    await new Promise(setImmediate)
  }
  const { rss: resident, heapUsed, external } = process.memoryUsage()
  return { used: heapUsed + external, resident }
}

const residentNow = () => process.memoryUsage.rss()
const openConnections = (id: number) => find(id).gateway?.connections.size

answer({ open, untilBegun, untilRecorded, outcome, close, memory, residentNow, openConnections }, async () => {
  for (const { gateway } of all.values()) await gateway?.close()
})
