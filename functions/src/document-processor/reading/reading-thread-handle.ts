// Owns one reading thread: starts it, sends it documents, and ends it.
import { getCompileCacheDir } from "node:module"
import { dirname } from "node:path"
import { Worker } from "node:worker_threads"
import { DocumentError } from "../document-error.ts"
import { entryPoint } from "../entry-point.ts"
import type { FromThread, ThreadSettings, ToThread } from "./thread-messages.ts"

// V8 ends the thread at this size of its heap. Memory is monitored below that (reading-monitor.ts), because a single
// allocation that exceeds V8's limit by far ends the whole process.
const maxHeapMb = 700
// A thread that reaches the limit gets 16 MB more to end in. If one collection of the young generation promotes more than
// that, V8 ends the process.
const youngGenerationMb = 24
// Of this process: a thread does not inherit it. Node.js adds the folder of its version. There is none on AWS.
const compileCache = getCompileCacheDir()

export class ReadingThreadHandle {
  readonly #stopAnalysis = new Int32Array(new SharedArrayBuffer(4))
  readonly #worker: Worker
  /** What arrived and was not requested yet. */
  readonly #messages: FromThread[] = []
  #end: Error | undefined
  #receive: { resolve(message: FromThread): void; reject(error: Error): void } | undefined
  #onArrival: (message: FromThread) => void = () => {}

  constructor() {
    this.#worker = new Worker(entryPoint("reading-thread"), {
      name: "reading",
      workerData: { stopAnalysis: this.#stopAnalysis } satisfies ThreadSettings,
      // The thread reads untrusted files and needs no credentials. Without compiled code its start takes twice as long.
      env: compileCache === undefined ? {} : { NODE_COMPILE_CACHE: dirname(compileCache) },
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMb, maxYoungGenerationSizeMb: youngGenerationMb },
    })
    this.#worker.on("message", (message: FromThread) => this.#arrive(message))
    this.#worker.on("error", (error) => this.#fail(asReadingError(error)))
    this.#worker.on("exit", (code) => this.#fail(new Error(`the reading thread ended with exit code ${code}`)))
    // An idle thread does not keep the process alive.
    this.#worker.unref()
  }

  get isEnded(): boolean {
    return this.#end !== undefined
  }

  /** Whether a message has arrived and was not requested yet. */
  get hasMessages(): boolean {
    return this.#messages.length > 0
  }

  /** @param onArrival called with each message when it arrives, which may be before it is requested */
  start(file: Extract<ToThread, { type: "read" }>, onArrival: (message: FromThread) => void): void {
    if (this.#end) throw new Error("the reading thread has ended")
    Atomics.store(this.#stopAnalysis, 0, 0)
    this.#onArrival = onArrival
    this.#worker.postMessage(file, file.recognition ? [file.recognition.port] : [])
  }

  send(message: ToThread): void {
    this.#worker.postMessage(message)
  }

  /** The next message. What arrived before the thread ended is returned first. */
  async receive(): Promise<FromThread> {
    const arrived = this.#messages.shift()
    if (arrived) return arrived
    if (this.#end) throw this.#end
    this.#worker.ref()
    try {
      return await new Promise((resolve, reject) => {
        this.#receive = { resolve, reject }
      })
    } finally {
      this.#receive = undefined
      this.#worker.unref()
    }
  }

  /** Asks the thread to end its step and wait, or to complete the insights from what is known. */
  stopAnalysis(): void {
    Atomics.store(this.#stopAnalysis, 0, 1)
  }

  /** The JavaScript heap with the buffers outside it (WebAssembly memory included), and the CPU time since the start. */
  async usage(): Promise<{ memoryBytes: number; cpuMs: number }> {
    const [heap, cpu] = await Promise.all([this.#worker.getHeapStatistics(), this.#worker.cpuUsage()])
    return { memoryBytes: heap.used_heap_size + heap.external_memory, cpuMs: (cpu.user + cpu.system) / 1_000 }
  }

  /** Ends the thread at once; who waits for a message receives `reason`. */
  async terminate(reason: Error = new Error("the reading thread was ended")): Promise<void> {
    this.#fail(reason)
    await this.#worker.terminate()
  }

  #arrive(message: FromThread): void {
    this.#onArrival(message)
    if (!this.#receive) this.#messages.push(message)
    this.#receive?.resolve(message)
    this.#receive = undefined
  }

  #fail(error: Error): void {
    this.#end ??= error
    this.#receive?.reject(error)
  }
}

function asReadingError(error: unknown): Error {
  const isOutOfMemory = (error as NodeJS.ErrnoException).code === "ERR_WORKER_OUT_OF_MEMORY"
  if (isOutOfMemory) return new DocumentError("TOO_LARGE", { cause: error })
  return error instanceof Error ? error : new Error("the reading thread failed", { cause: error })
}
