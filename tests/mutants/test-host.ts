// Runs test files in a Vitest process, and starts the process again when it had to be stopped.
import { type ChildProcess, spawn } from "node:child_process"
import { join } from "node:path"

export type TestFile = { project: string; path: string }
export type HostRequest = { tests: TestFile[]; changed: string[] }
/** `file`: where the failure is. */
export type TestRunResult = {
  passed: boolean
  milliseconds: number
  file?: string
  failure?: string
  message?: string
}
export type HostResponse =
  | { kind: "ready"; tests: TestFile[] }
  | { kind: "ended"; file: string }
  | { kind: "result"; result: TestRunResult }
export type Outcome = TestRunResult | "timeout"

const startTimeoutMs = 60_000
const program = join(import.meta.dirname, "vitest-host.ts")

export class TestHost {
  readonly #root: string
  #child: ChildProcess | undefined
  #stderr = ""
  /** Files that have changed since the last run. */
  #changed = new Set<string>()

  constructor(root: string) {
    this.#root = root
  }

  async listTests(): Promise<TestFile[]> {
    this.close()
    return this.#start()
  }

  /**
   * Runs test files in one process, in their order, until a test fails. Modules that they share are loaded once.
   * @param timeoutMs for each file
   * @throws Error when Vitest itself cannot start
   */
  async run(tests: TestFile[], changed: string[], timeoutMs: number): Promise<Outcome> {
    if (!this.#child) await this.#start()
    const child = this.#child
    if (!child) throw new Error("Vitest did not start.")
    for (const file of changed) this.#changed.add(file)
    child.send({ tests, changed: [...this.#changed] } satisfies HostRequest)
    this.#changed.clear()
    let response = await this.#next(child, timeoutMs)
    while (typeof response === "object" && response.kind === "ended") response = await this.#next(child, timeoutMs)
    if (response === "timeout") {
      this.close()
      return "timeout"
    }
    if (response === "ended") return { passed: false, milliseconds: 0, failure: "the test process ended" }
    return response.kind === "result" ? response.result : { passed: false, milliseconds: 0 }
  }

  /** The file is another one at the next run. */
  forget(file: string): void {
    this.#changed.add(file)
  }

  close(): void {
    const child = this.#child
    this.#child = undefined
    if (child) endGroup(child)
  }

  async #start(): Promise<TestFile[]> {
    // A process group of its own, so that the workers that Vitest starts end with it.
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", program, this.#root], {
      cwd: this.#root,
      detached: process.platform !== "win32",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      env: { ...process.env, NODE_ENV: "test" },
    })
    this.#child = child
    this.#stderr = ""
    child.stderr?.on("data", (chunk) => {
      this.#stderr = (this.#stderr + chunk).slice(-2_000)
    })
    const response = await this.#next(child, startTimeoutMs)
    if (typeof response === "object" && response.kind === "ready") return response.tests
    this.close()
    throw new Error(`Vitest did not start in ${this.#root}: ${this.#stderr.trim() || response}`)
  }

  #next(child: ChildProcess, timeoutMs: number): Promise<HostResponse | "timeout" | "ended"> {
    return new Promise((resolve) => {
      const settle = (response: HostResponse | "timeout" | "ended") => {
        clearTimeout(timer)
        child.removeListener("message", onMessage)
        child.removeListener("exit", onExit)
        resolve(response)
      }
      const onMessage = (message: unknown) => settle(message as HostResponse)
      const onExit = () => {
        if (this.#child === child) this.#child = undefined
        settle("ended")
      }
      const timer = setTimeout(() => settle("timeout"), timeoutMs)
      child.once("message", onMessage)
      child.once("exit", onExit)
    })
  }
}

function endGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null) return
  try {
    if (process.platform === "win32") child.kill("SIGKILL")
    else process.kill(-child.pid, "SIGKILL")
  } catch (error) {
    // The group has ended in the meantime.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error
  }
}
