// The process of one execution environment: spawns it, exchanges messages with its runtime, and ends it with everything
// that it started.
import { type ChildProcess, type StdioOptions, spawn } from "node:child_process"
import type { Duplex, Readable } from "node:stream"
import type { Clock } from "../foundation/clock.ts"
import { FrameBatch } from "./frame-batch.ts"
import { FrameError, FrameReader } from "./frames.ts"
import type { RuntimeCommand } from "./host-runtimes.ts"
import { readResidentBytes } from "./memory-watch.ts"
import { MAX_LINE_BYTES, OutputLimit } from "./output-limit.ts"
import { PacedLines } from "./paced-lines.ts"
import { killWithGateway } from "./process-reaper.ts"
import { readRuntimeMessage } from "./read-runtime-message.ts"
import type { FromRuntime, RuntimeSettings, ToRuntime } from "./runtime/messages.ts"
import { RuntimeApi } from "./runtime-api.ts"

/** A result has 6 MB, and twice as much as a string within JSON. */
const MAX_FRAME_BYTES = 16 * 2 ** 20

export type ProcessOptions = {
  settings: RuntimeSettings
  variables: Record<string, string>
  /** Returns the program of the runtime. @throws Error when this machine has none */
  command(): RuntimeCommand
  /** How the program receives invocations: as frames in a pipe, or by asking the runtime API for them. */
  channel: "frames" | "runtime-api"
  clock: Clock
}

export type ProcessEvents = {
  message(message: FromRuntime, payload: string): void
  /** A line that did not come through the runtime: written by native code, a child process or to a descriptor. */
  line(kind: "stdout" | "stderr", text: string, cutBytes: number): void
  /** The process broke the protocol. It is still to be killed. */
  invalid(reason: string): void
  /** It has exited, and all that it wrote has been read. Emitted once. */
  exited(exit: ProcessExit): void
}

/** `startError`: the process could not be started. */
export type ProcessExit = { code: number | null; signal: NodeJS.Signals | null; startError?: Error }

/** More than a pipe holds. */
const MAX_LAST_TURNS = 100

const running = new Set<EnvironmentProcess>()
// No handler outlives a gateway that exits or crashes. The reaper does the same for one that is killed.
process.on("exit", () => {
  for (const one of running) one.kill()
})

export class EnvironmentProcess {
  readonly #events: ProcessEvents
  readonly #limit: OutputLimit
  /** Standard output and error. */
  #lines: PacedLines[] = []
  #child: ChildProcess | undefined
  #toRuntime: Duplex | undefined
  #fromRuntime: Readable | undefined
  readonly #outbox: FrameBatch
  #readsInvokeFrames = false
  #api: RuntimeApi | undefined
  #hasRead = false
  #isKilled = false
  #isFinished = false
  #removeFromReaper = () => {}

  constructor(options: ProcessOptions, events: ProcessEvents) {
    this.#events = events
    this.#outbox = new FrameBatch(options.clock, (bytes) => {
      if (this.#toRuntime?.writable) this.#toRuntime.write(bytes)
    })
    this.#limit = new OutputLimit(options.clock, {
      pause: () => {
        this.#fromRuntime?.pause()
        for (const lines of this.#lines) lines.pause()
      },
      resume: () => {
        this.#fromRuntime?.resume()
        for (const lines of this.#lines) lines.resume()
      },
    })
    try {
      if (options.channel === "frames") this.#start(options)
      else void this.#startWithApi(options).catch((error) => this.#failStart(error))
    } catch (error) {
      setImmediate(() => this.#failStart(error))
    }
  }

  #failStart(error: unknown): void {
    const startError = error instanceof Error ? error : new Error(String(error))
    void this.#finish({ code: null, signal: null, startError })
  }

  #start(options: ProcessOptions): void {
    const child = this.#spawn(options, ["ignore", "pipe", "pipe", "pipe", "pipe"])
    // Without streams when the machine has no descriptors left: then the error follows.
    const [, , , toRuntime, fromRuntime] = child.stdio ?? []
    if (!toRuntime || !fromRuntime) return
    this.#fromRuntime = this.#readMessages(fromRuntime as Readable)
    const channel = toRuntime as Duplex
    // EPIPE, or the end of a pipe from which nothing else is read: the process has exited, or closed its end.
    channel.on("error", () => this.kill())
    channel.resume().once("end", () => this.kill())
    this.#toRuntime = channel
    this.#outbox.add(options.settings)
  }

  async #startWithApi(options: ProcessOptions): Promise<void> {
    const { clock, settings, variables } = options
    const api = new RuntimeApi({
      clock,
      timeoutMs: settings.timeoutMs,
      onMessage: (message, payload) => {
        if (!this.#isFinished) this.#events.message(message, payload)
      },
      memoryBytes: () => (this.pid === undefined ? 0 : (readResidentBytes(this.pid) ?? 0)),
    })
    this.#api = api
    // AWS: the address of the runtime API is in this variable (custom-environment)
    const AWS_LAMBDA_RUNTIME_API = await api.listen()
    if (this.#isKilled) void this.#finish({ code: null, signal: "SIGKILL" })
    else this.#spawn({ ...options, variables: { ...variables, AWS_LAMBDA_RUNTIME_API } }, ["ignore", "pipe", "pipe"])
  }

  #spawn({ command, settings, variables }: ProcessOptions, stdio: StdioOptions): ChildProcess {
    const { file, args } = command()
    const child = spawn(file, args, {
      cwd: settings.taskRoot,
      env: variables,
      stdio,
      // A process group is killed as a whole, with the processes that a handler has started.
      detached: process.platform !== "win32",
      // mutants: equivalent, only Windows shows windows
      windowsHide: true,
    })
    child.once("error", (startError) => this.#finish({ code: null, signal: null, startError }))
    child.once("exit", (code, signal) => this.#finish({ code, signal }))
    this.#child = child
    if (child.pid !== undefined) this.#removeFromReaper = killWithGateway(child.pid)
    const { stdout, stderr } = child
    if (!stdout || !stderr) return child
    running.add(this)
    this.#lines = [this.#readLines(stdout, "stdout"), this.#readLines(stderr, "stderr")]
    return child
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  send(message: ToRuntime, payload?: string): void {
    if (this.#api) {
      if (message.type === "invoke") this.#api.invoke(message, payload ?? "")
      return
    }
    if (message.type === "invoke" && this.#readsInvokeFrames && !message.streams)
      this.#outbox.addInvoke(message, payload ?? "")
    else this.#outbox.add(message, payload)
  }

  /** Ends the process and what it has started. `exited` follows. */
  kill(): void {
    this.#isKilled = true
    const pid = this.#child?.pid
    if (pid === undefined) return
    try {
      if (process.platform === "win32") this.#child?.kill("SIGKILL")
      else process.kill(-pid, "SIGKILL")
    } catch {
      // ESRCH: it has exited, with all of its children.
    }
  }

  #readLines(source: Readable, kind: "stdout" | "stderr"): PacedLines {
    return new PacedLines({
      source,
      maxLineBytes: MAX_LINE_BYTES,
      onLine: (text, cutBytes) => this.#events.line(kind, text, cutBytes),
      onRead: (bytes, lines) => {
        this.#hasRead = true
        this.#limit.count(bytes, lines)
      },
    })
  }

  #readMessages(source: Readable): Readable {
    const reader = new FrameReader(MAX_FRAME_BYTES, (header, payload) => {
      const message = readRuntimeMessage(header, payload)
      if (!message) throw new FrameError("a message has an unknown type or invalid fields")
      if (message.type === "output") this.#limit.count(payload.length, 1)
      if (message.type === "ready") this.#readsInvokeFrames = message.readsInvokeFrames === true
      this.#events.message(message, payload)
    })
    source.on("data", (chunk: Buffer) => {
      this.#hasRead = true
      try {
        reader.push(chunk)
      } catch (error) {
        if (!(error instanceof FrameError)) throw error
        source.destroy()
        this.#events.invalid(error.message)
      }
    })
    source.once("end", () => this.kill())
    source.on("error", () => source.destroy())
    return source
  }

  // The last output is still in the pipes when a process exits. A process that left the group may keep them
  // open: they are read until turns of the event loop bring nothing more.
  async #finish(exit: ProcessExit): Promise<void> {
    if (this.#isFinished) return
    this.#isFinished = true
    this.kill()
    this.#removeFromReaper()
    running.delete(this)
    this.#limit.lift()
    for (let turn = 0, quiet = 0; turn < MAX_LAST_TURNS && quiet < 3 && this.#isOpen(); turn++) {
      this.#hasRead = false
      await new Promise(setImmediate)
      quiet = this.#hasRead ? 0 : quiet + 1
    }
    this.#api?.close()
    // What the program has not fetched can run in another environment.
    if (this.#api?.hasUnfetched) this.#events.message({ type: "exiting" }, "")
    this.#fromRuntime?.destroy()
    this.#toRuntime?.destroy()
    for (const lines of this.#lines) lines.close()
    this.#events.exited(exit)
  }

  #isOpen(): boolean {
    return this.#fromRuntime?.closed === false || this.#lines.some(({ isDone }) => !isDone)
  }
}
