// Runs one history: the whole system with its clients on a clock that moves by itself, with the history's events and
// faults, until nothing is left to do. Then it checks what always has to hold.
import { setImmediate } from "node:timers/promises"
import { isFinal } from "@document-insight/protocol"
import { MemoryTables } from "../../functions/test/memory-tables.ts"
import { type ReceivedMessage, SimulatedQueue } from "../../functions/test/simulated-queue.ts"
import { createRandom } from "../testing/random.ts"
import { Execution } from "./execution.ts"
import { Faults } from "./faults.ts"
import {
  apiEvent,
  createFunctions,
  deployed,
  type FunctionCode,
  type QueueEvent,
  type QueueResponse,
  rightPassword,
  type Services,
} from "./functions.ts"
import type { History, HistoryEvent } from "./history.ts"
import { SimulatedClock } from "./simulated-clock.ts"
import { SimulatedGateway } from "./simulated-gateway.ts"
import { Watcher } from "./watcher.ts"

type FunctionName = "connectionHandler" | "api" | "processor" | "watchdog" | "pushes"
type Environment = { execution: Execution; code: FunctionCode }
type Source = { queue: SimulatedQueue; handler: "processor" | "watchdog" | "pushes"; concurrency: number }

const hourMs = 3_600_000
const outageMs = 45_000
const timeouts: Record<FunctionName, number> = {
  connectionHandler: 10_000,
  api: 10_000,
  processor: deployed.processorSeconds * 1000,
  watchdog: 30_000,
  pushes: 30_000,
}

export type Outcome = {
  problems: string[]
  injected: Readonly<Record<string, number>>
  operations: number
  hours: number
  /** The status that the document ended with. */
  ending: unknown
}

export async function runHistory(history: History): Promise<Outcome> {
  const world = new World(history)
  return await world.run()
}

class World {
  readonly #history: History
  readonly #clock = new SimulatedClock()
  readonly #startedAt = this.#clock.now()
  readonly #faults: Faults
  readonly #random: () => number
  readonly #tables = new MemoryTables()
  readonly #environments = new Map<FunctionName, Environment[]>()
  readonly #watchers: Watcher[] = []
  readonly #gateway: SimulatedGateway
  readonly #services: Services
  readonly #sources: Source[]
  readonly #deadLetters: SimulatedQueue
  readonly #deadPushes: SimulatedQueue
  readonly #running = new Map<Source, number>()
  readonly #problems: string[] = []
  #documentId = ""
  #isDeleted = false
  #outageEndsAt = 0
  #invocations = 0

  constructor(history: History) {
    this.#history = history
    this.#random = createRandom(history.seed)
    this.#faults = new Faults(history.faults, history.linksAreReliable ? ["lose"] : [])
    const queue = (visibilitySeconds: number, redrive?: { queue: SimulatedQueue; maxReceiveCount: number }) =>
      new SimulatedQueue({ visibilitySeconds, clock: this.#clock, ...(redrive && { redrive }) })
    this.#deadLetters = queue(60)
    this.#deadPushes = queue(60)
    const uploads = queue(deployed.processorSeconds + 60, { queue: this.#deadLetters, maxReceiveCount: 10 })
    const deadlines = queue(60, { queue: this.#deadLetters, maxReceiveCount: 10 })
    const pushes = queue(60, { queue: this.#deadPushes, maxReceiveCount: 200 })
    this.#sources = [
      { queue: uploads, handler: "processor", concurrency: 3 },
      { queue: this.#deadLetters, handler: "watchdog", concurrency: 2 },
      { queue: deadlines, handler: "watchdog", concurrency: 2 },
      { queue: pushes, handler: "pushes", concurrency: 2 },
    ]
    this.#gateway = new SimulatedGateway({
      clock: this.#clock,
      faults: this.#faults,
      closesIdleConnections: !history.linksAreReliable,
      invoke: (event) => {
        return this.#invoke("connectionHandler", ({ connectionHandler, context }) => {
          return connectionHandler(
            event as never,
            context(() => 10_000),
          )
        })
      },
    })
    this.#services = {
      tables: this.#tables,
      objects: new Set(),
      queues: { uploads, deadlines, pushes },
      post: (connectionId, text) => {
        return this.#clock.now() < this.#outageEndsAt ? 503 : this.#gateway.post(connectionId, text)
      },
      document: history.document,
      limits: history.limits,
      random: this.#random,
    }
  }

  async run(): Promise<Outcome> {
    const { watchers, events } = this.#history
    await this.#until(this.#createDocument())
    for (let count = 0; count < watchers; count += 1) this.#join()
    for (const event of events) this.#clock.after(event.atMs, () => this.#act(event))
    const lastEventAt = this.#clock.now() + Math.max(0, ...events.map(({ atMs }) => atMs))
    await this.#advance(() => this.#clock.now() > lastEventAt && this.#isQuiet())
    this.#checkEnd()
    // Nobody is connected any more, and DynamoDB deletes what has expired.
    for (const watcher of this.#watchers) watcher.leave()
    const endsAt = this.#clock.now() + 3 * hourMs
    await this.#advance(() => this.#clock.now() >= endsAt || this.#clock.nextAt === undefined)
    this.#tables.expire(endsAt)
    this.#checkRest()
    const hours = (this.#clock.now() - this.#startedAt) / hourMs
    const { injected, operations } = this.#faults
    const ending = this.#tables.ends.get(this.#documentId)?.status
    return { problems: this.#problems, injected, operations, hours, ending }
  }

  /** A client tries again until it has an id. */
  async #createDocument(): Promise<void> {
    const body = JSON.stringify({ fileName: "a.txt", contentType: "text/plain", sizeBytes: 1 })
    for (;;) {
      const response = await this.#callApi("POST /documents", "", body)
      if (response?.statusCode === 201) {
        this.#documentId = JSON.parse(response.body ?? "").documentId
        return
      }
      await this.#clock.sleep(1_000)
    }
  }

  #callApi(routeKey: string, documentId: string, body?: string) {
    return this.#invoke("api", ({ api, context }) =>
      api(
        apiEvent(routeKey, documentId, body),
        context(() => 10_000),
      ),
    )
  }

  #join(): Watcher {
    const asksByItself = !this.#history.linksAreReliable
    const watcher = new Watcher(this.#gateway, { documentId: this.#documentId, random: this.#random, asksByItself })
    this.#watchers.push(watcher)
    watcher.start()
    return watcher
  }

  #act({ kind, watcher: index }: HistoryEvent): void {
    const watcher = this.#watchers[index % this.#watchers.length]
    switch (kind) {
      case "upload":
        this.#services.objects.add(`uploads/${this.#documentId}`)
        void this.#services.queues.uploads.send(this.#uploadEvent())
        return
      case "delete":
        void this.#delete()
        return
      case "unlock":
      case "unlock-wrongly":
        void this.#unlock(kind === "unlock" ? rightPassword : "guess", watcher)
        return
      case "join":
        this.#join()
        return
      case "leave":
        watcher?.leave()
        return
      case "return":
        watcher?.start()
        return
      case "drop":
        watcher?.drop(true)
        return
      case "vanish":
        watcher?.drop(false)
        return
      case "silence":
        if (!this.#history.linksAreReliable) watcher?.silence()
        return
      case "outage":
        this.#outageEndsAt = this.#clock.now() + outageMs
        return
      case "restart":
        for (const socket of [...this.#gateway.connections.values()]) socket.end({ isReported: false })
    }
  }

  #uploadEvent(): string {
    const s3 = { bucket: { name: "uploads" }, object: { key: `uploads/${this.#documentId}`, size: 1 } }
    return JSON.stringify({ Records: [{ eventName: "ObjectCreated:Put", s3 }] })
  }

  /** A client tries again until the document is gone. */
  async #delete(): Promise<void> {
    for (;;) {
      const response = await this.#callApi("DELETE /documents/{documentId}", this.#documentId)
      if (response?.statusCode === 204 || response?.statusCode === 404) break
      await this.#clock.sleep(1_000)
    }
    this.#isDeleted = true
  }

  /** A person enters a password once, and leaves it at that when there is no response. */
  async #unlock(password: string, watcher: Watcher | undefined): Promise<void> {
    const body = JSON.stringify({ password })
    const response = await this.#callApi("POST /documents/{documentId}/password", this.#documentId, body)
    // It is read already, or needs none: the page asks how far it is.
    const isConflict = response?.statusCode === 409
    const found = isConflict ? await this.#callApi("GET /documents/{documentId}", this.#documentId) : response
    if (found?.statusCode !== 200 && found?.statusCode !== 202) return
    watcher?.note(JSON.parse(found.body ?? "").progress)
  }

  async #invoke<Result>(
    name: FunctionName,
    call: (code: FunctionCode) => Promise<Result>,
  ): Promise<Result | undefined> {
    const environments = (this.#environments.get(name) ?? []).filter(({ execution }) => execution.isAlive)
    let environment = environments.find(({ execution }) => !execution.isRunning)
    if (!environment) {
      const execution = new Execution(this.#clock, { faults: this.#faultsOf(name), random: this.#random })
      environment = { execution, code: createFunctions(execution, this.#services) }
      environments.push(environment)
    }
    this.#environments.set(name, environments)
    this.#invocations += 1
    const { execution, code } = environment
    try {
      const invocation = await execution.invoke(() => call(code), timeouts[name])
      if (invocation.outcome === "died") return undefined
      if (execution.openTimers > 0) this.#problems.push(`${name} left a timer running`)
      return invocation.result
    } catch {
      return undefined
    } finally {
      this.#invocations -= 1
    }
  }

  /** A route that fails is repeated by the client, so with reliable links it is only slow. */
  #faultsOf(name: FunctionName): Faults {
    const { faults, linksAreReliable } = this.#history
    if (name !== "connectionHandler" || !linksAreReliable) return this.#faults
    // Two delays could exceed its timeout.
    return new Faults(faults.filter(({ kind }) => kind === "delay").slice(0, 1))
  }

  async #deliver(source: Source): Promise<void> {
    const message = await source.queue.receive()
    if (!message) return
    const fault = this.#faults.next("receive")
    // At least once: the same message is received again.
    if (fault === "duplicate") await source.queue.send(message.body)
    // Lambda has no execution for it.
    if (fault === "throttle") return
    if (fault === "delay") await this.#clock.sleep(8_000)
    this.#running.set(source, (this.#running.get(source) ?? 0) + 1)
    const response = await this.#invoke(source.handler, (code): Promise<QueueResponse> => {
      if (source.handler === "processor") return code.processor(eventOf(message))
      return code[source.handler](
        eventOf(message),
        code.context(() => 30_000),
      )
    })
    this.#running.set(source, (this.#running.get(source) ?? 1) - 1)
    if (response?.batchItemFailures.length === 0) source.queue.delete(message.receiptHandle)
  }

  #isQuiet(): boolean {
    return (
      this.#invocations === 0 &&
      this.#sources.every(({ queue }) => queue.length === 0) &&
      this.#watchers.every(({ isDone }) => isDone)
    )
  }

  async #until(work: Promise<unknown>): Promise<void> {
    let isDone = false
    void work.then(() => {
      isDone = true
    })
    await this.#advance(() => isDone)
  }

  /** Moves from event to event: the next timer, or the next message that is visible. */
  async #advance(isOver: () => boolean): Promise<void> {
    const latest = this.#startedAt + 8 * hourMs
    for (;;) {
      await setImmediate()
      if (isOver()) return
      const due = this.#sources.filter((source) => this.#nextAt(source) <= this.#clock.now())
      if (due.length > 0) {
        for (const source of due) void this.#deliver(source)
        continue
      }
      const next = Math.min(this.#clock.nextAt ?? Infinity, ...this.#sources.map((source) => this.#nextAt(source)))
      if (next > latest) {
        this.#problems.push("the system did not come to rest within eight hours")
        return
      }
      this.#clock.moveTo(next)
    }
  }

  #nextAt(source: Source): number {
    const isBusy = (this.#running.get(source) ?? 0) >= source.concurrency
    return isBusy ? Infinity : (source.queue.nextAt ?? Infinity)
  }

  #checkEnd(): void {
    const end = this.#tables.ends.get(this.#documentId)
    const stored = this.#tables.documents.get(this.#documentId)
    if (!end) this.#problems.push("the document has not ended")
    if (stored && stored.finishedAt === undefined) this.#problems.push("the document is open")
    for (const [index, { seen, isWatching, lastSawProtected }] of this.#watchers.entries()) {
      for (const [position, progress] of seen.entries()) {
        const before = seen[position - 1]
        const isDeletion = progress.errorCode === "DOCUMENT_NOT_FOUND"
        if (before && progress.sequence <= before.sequence && !isDeletion) {
          this.#problems.push(`watcher ${index} saw ${progress.sequence} after ${before.sequence}`)
        }
      }
      const last = seen.at(-1)
      if (!isWatching) continue
      const sawDeletion = this.#isDeleted && last?.errorCode === "DOCUMENT_NOT_FOUND"
      const sawEnd = last && isFinal(last) && last.status === end?.status && last.sequence === end?.sequence
      if (!sawEnd && !sawDeletion && !lastSawProtected) {
        this.#problems.push(
          `watcher ${index} ends with ${last?.status} ${last?.sequence}, not ${end?.status} ${end?.sequence}`,
        )
      }
    }
    if (this.#deadPushes.length > 0) this.#problems.push("a push was given up")
  }

  #checkRest(): void {
    if (this.#tables.watchers.size > 0) this.#problems.push(`${this.#tables.watchers.size} watchers are left`)
    if (this.#gateway.connections.size > 0)
      this.#problems.push(`${this.#gateway.connections.size} connections are left`)
    if (this.#clock.pending > 0) this.#problems.push(`${this.#clock.pending} timers are left`)
    if (this.#isDeleted && this.#services.objects.size > 0)
      this.#problems.push("the object of a deleted document is left")
  }
}

function eventOf({ messageId, receiptHandle, body, receiveCount }: ReceivedMessage): QueueEvent {
  const attributes = { ApproximateReceiveCount: String(receiveCount) }
  return { Records: [{ messageId, receiptHandle, body, attributes }] } as unknown as QueueEvent
}
