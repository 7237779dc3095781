// The process of a stand-in, as the gateway sees it: spawned, monitored, restarted when it fails, ended with the gateway.
import { type ChildProcess, spawn } from "node:child_process"
import { rmSync } from "node:fs"
import { Socket } from "node:net"
import type { Clock, Timer } from "../../foundation/clock.ts"
import { compileCacheFolder } from "../../foundation/compile-cache.ts"
import { GatewayError } from "../../foundation/errors.ts"
import type { Log } from "../../foundation/log.ts"
import type { FromStandIn, StandInSettings, ToStandIn } from "./messages.ts"
import { createPrivateSocket, type PrivateSocket } from "./private-socket.ts"
import { standInProgram } from "./stand-in-program.ts"

export type StandInOptions = Omit<StandInSettings, "socketPath"> & {
  /** `DynamoDB`, for messages. */
  title: string
  /** Creates the resources of the template again, after a restart and before other requests are served. */
  recreate(socketPath: string): Promise<void>
  /** Real time, because a process does not follow a manual clock. */
  clock: Clock
  log: Log
}

/** What an endpoint needs to forward requests. */
export type StandIn = {
  socketPath: string
  /** Resolves when it serves requests. @throws StandInUnavailable when it cannot be restarted or is closed */
  available(): Promise<void>
}

export class StandInUnavailable extends Error {
  override readonly name = "StandInUnavailable"
}

type Attempt = { child: ChildProcess; exited: Promise<string> }

const START_TIMEOUT_MS = 30_000
/** Longer than the largest object takes to be hashed and written, which happens in one turn of its event loop. */
const MAX_SILENCE_MS = 30_000
const PING_MS = 5000
const FIRST_DELAY_MS = 100
const MAX_DELAY_MS = 10_000
/** A stand-in that ran this long is restarted without a delay. */
const STABLE_MS = 60_000
const CLOSE_TIMEOUT_MS = 3000
const MAX_REASON_LENGTH = 2000

const running = new Set<ChildProcess>()
// However the gateway ends. When it is killed, the channel closes, which ends the process as well.
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL")
})

/** @throws GatewayError for a mistake of the user, such as a missing package or a damaged data folder */
export async function startStandIn(options: StandInOptions): Promise<StandInProcess> {
  const standIn = new StandInProcess(options, await standInProgram(options.name))
  try {
    await standIn.start()
    return standIn
  } catch (error) {
    await standIn.close()
    throw error
  }
}

export class StandInProcess implements StandIn {
  readonly #options: StandInOptions
  readonly #program: string
  readonly #socket: PrivateSocket = createPrivateSocket()
  #available = Promise.withResolvers<void>()
  #attempt: Attempt | undefined
  #timer: Timer | undefined
  #failures = 0
  #startedAt = 0
  #hasPonged = false
  #silentPings = 0
  #isClosing = false
  #reason: string | undefined
  #failure: GatewayError | undefined
  #closed: Promise<void> | undefined

  constructor(options: StandInOptions, program: string) {
    this.#options = options
    this.#program = program
    this.#ignoreRejection()
  }

  get socketPath(): string {
    return this.#socket.path
  }

  get pid(): number | undefined {
    return this.#attempt?.child.pid
  }

  /** Whether it has responded to the last health check. */
  get hasResponded(): boolean {
    return this.#hasPonged
  }

  available(): Promise<void> {
    return this.#available.promise
  }

  async start(): Promise<void> {
    const ended = await this.#run()
    if (ended === undefined) return this.#available.resolve()
    const { title } = this.#options
    throw this.#failure ?? new Error(`The stand-in for ${title} cannot be started: ${ended}`)
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    this.#isClosing = true
    this.#timer?.cancel()
    this.#available.reject(this.#unavailable("is closed"))
    if (this.#attempt) {
      const { child, exited } = this.#attempt
      child.ref()
      // Its memory is all that it has to give up, unless it writes files.
      if (this.#options.folder === undefined) child.kill("SIGKILL")
      else this.#send({ type: "close" })
      this.#timer = this.#options.clock.after(CLOSE_TIMEOUT_MS, () => child.kill("SIGKILL"))
      await exited
      this.#timer.cancel()
    }
    this.#socket.remove()
  }

  /** @returns undefined when it serves; otherwise why it has ended */
  async #run(): Promise<string | undefined> {
    const { clock, title: _title, recreate: _recreate, log: _log, ...settings } = this.#options
    // The socket of a process that was killed.
    if (process.platform !== "win32") rmSync(this.socketPath, { force: true })
    this.#reason = undefined
    this.#startedAt = clock.now()
    const own = JSON.stringify({ ...settings, socketPath: this.socketPath })
    // Its error output is the reason of a failure, and a warning is none.
    const child = spawn(process.execPath, ["--no-warnings", this.#program, own], {
      // Its own variables only: those of the user could change what Node.js does.
      env: { AWS_REGION: settings.region, NODE_COMPILE_CACHE: compileCacheFolder("stand-ins") },
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      windowsHide: true,
    })
    const exited = this.#watchExit(child)
    this.#attempt = { child, exited }
    const ready = new Promise<void>((resolve) => {
      child.on("message", (message: FromStandIn) => {
        if (message.type === "ready") resolve()
        else this.#receive(message)
      })
    })
    const timeout = clock.after(START_TIMEOUT_MS, () => this.#kill(`it was not ready after ${START_TIMEOUT_MS} ms`))
    const ended = await Promise.race([ready, exited])
    timeout.cancel()
    if (typeof ended === "string") return ended
    // From now on the endpoints keep the gateway running, not the process behind them.
    child.unref()
    child.channel?.unref()
    if (child.stderr instanceof Socket) child.stderr.unref()
    this.#hasPonged = true
    this.#silentPings = 0
    this.#ping()
    void exited.then((reason) => this.#restart(reason))
    return undefined
  }

  /** Resolves with why the process has ended, when it has. */
  #watchExit(child: ChildProcess): Promise<string> {
    running.add(child)
    let errorOutput = ""
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      errorOutput = (errorOutput + text).slice(-MAX_REASON_LENGTH)
    })
    return new Promise((resolve) => {
      const end = (reason: string) => {
        running.delete(child)
        if (this.#attempt?.child === child) this.#attempt = undefined
        resolve(this.#reason ?? (errorOutput.trim() || reason))
      }
      child.once("error", (error) => end(error.message))
      // Not "exit": its last message and its error output are read before "close".
      child.once("close", (code, signal) => end(signal ? `killed by ${signal}` : `it exited with status ${code}`))
      // A message that was sent after its end.
      child.on("error", () => {})
    })
  }

  #receive(message: FromStandIn): void {
    if (message.type === "pong") this.#hasPonged = true
    if (message.type === "crashed" || message.type === "failed") {
      this.#reason ??= message.message.slice(0, MAX_REASON_LENGTH)
    }
    if (message.type === "failed" && message.code !== undefined) {
      this.#failure = new GatewayError(message.code, message.message, { hint: message.hint ?? "" })
    }
  }

  async #restart(reason: string): Promise<void> {
    const { title, log } = this.#options
    this.#timer?.cancel()
    if (this.#isClosing) return
    this.#available = Promise.withResolvers()
    this.#ignoreRejection()
    this.#report(reason)
    if (this.#options.clock.now() - this.#startedAt >= STABLE_MS) this.#failures = 0
    for (let hasReported = false; ; hasReported = true) {
      await this.#pause()
      if (this.#isClosing) return
      const failure = await this.#startAgain()
      if (failure === undefined || this.#isClosing) return
      if (!hasReported) log.error(`The stand-in for ${title} cannot be restarted`, { reason: failure })
      // The requests that wait are rejected, and later ones wait for the next attempt.
      this.#available.reject(this.#unavailable("cannot be restarted"))
      this.#available = Promise.withResolvers()
      this.#ignoreRejection()
    }
  }

  /** @returns undefined when it serves; otherwise why it does not */
  async #startAgain(): Promise<string | undefined> {
    const ended = await this.#run()
    if (ended !== undefined) return ended
    const attempt = this.#attempt
    const available = this.#available
    try {
      await this.#options.recreate(this.socketPath)
    } catch (error) {
      // Ends in another restart.
      if (this.#attempt === attempt) this.#kill(`its resources cannot be created: ${(error as Error).message}`)
      return undefined
    }
    available.resolve()
    return undefined
  }

  #pause(): Promise<void> {
    const delayMs = this.#failures === 0 ? 0 : Math.min(FIRST_DELAY_MS * 2 ** (this.#failures - 1), MAX_DELAY_MS)
    this.#failures++
    return new Promise((resolve) => {
      this.#timer = this.#options.clock.after(delayMs, resolve)
    })
  }

  #report(reason: string): void {
    const { title, folder, log } = this.#options
    const lost =
      folder === undefined
        ? "What it kept in memory is lost, and the resources of the template are created again."
        : "What it has stored is kept."
    log.error(`The stand-in for ${title} has failed and is restarted`, {
      message: lost,
      ...(folder === undefined ? { hint: "Keep tables, objects and messages in a folder with --data DIR." } : {}),
      reason,
    })
  }

  // One timer at a time: after a pause of the whole machine only one ping counts as unanswered.
  #ping(): void {
    this.#silentPings = this.#hasPonged ? 0 : this.#silentPings + 1
    if (this.#silentPings * PING_MS >= MAX_SILENCE_MS) {
      this.#kill(`it did not respond for ${MAX_SILENCE_MS / 1000} seconds`)
      return
    }
    this.#hasPonged = false
    this.#send({ type: "ping" })
    this.#timer = this.#options.clock.after(PING_MS, () => this.#ping())
  }

  #send(message: ToStandIn): void {
    // An error means that the process has ended, which is noticed by its exit.
    if (this.#attempt?.child.connected) this.#attempt.child.send(message, () => {})
  }

  #kill(reason: string): void {
    this.#reason ??= reason
    this.#attempt?.child.kill("SIGKILL")
  }

  #unavailable(what: string): StandInUnavailable {
    return new StandInUnavailable(`The stand-in for ${this.#options.title} ${what}.`)
  }

  // Often no request waits for it.
  #ignoreRejection(): void {
    this.#available.promise.catch(() => {})
  }
}
