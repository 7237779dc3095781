// Runs a program of the bench in a child process, and exchanges requests and responses with it.
import { fork } from "node:child_process"
import { join } from "node:path"

export type Program = {
  /** Sends a request and waits for the response. */
  request<Response>(request: object): Promise<Response>
  /** Resident memory in bytes, after garbage collection. */
  memory(): Promise<number>
  /** The same without garbage collection, which would stop the program. */
  residentNow(): Promise<number>
  /** CPU time in microseconds since its start, of all of its threads, without that of its child processes. */
  cpuTime(): Promise<number>
  end(): Promise<void>
}

/** A program that serves WebSockets. */
export type Server = Program & { port: number; path: string }

export function startProgram(name: string, args: string[] = []): Program {
  const child = fork(join(import.meta.dirname, "programs", `${name}.ts`), args, {
    execArgv: ["--expose-gc", "--disable-warning=ExperimentalWarning"],
  })
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()))
  const request = <Response>(message: object) =>
    new Promise<Response>((resolve, reject) => {
      const onExit = (code: number | null) => reject(new Error(`The program "${name}" exited with code ${code}.`))
      child.once("exit", onExit)
      child.once("message", (response) => {
        child.off("exit", onExit)
        resolve(response as Response)
      })
      child.send(message)
    })
  return {
    request,
    memory: () => request<number>({ type: "memory" }),
    residentNow: () => request<number>({ type: "residentNow" }),
    cpuTime: () => request<number>({ type: "cpuTime" }),
    async end() {
      if (child.connected) child.disconnect()
      await exited
    },
  }
}

export async function startServer(
  name: "floor-server" | "gateway-server" | "http-floor",
  args: string[] = [],
): Promise<Server> {
  const program = startProgram(name, args)
  return { ...program, ...(await program.request<{ port: number; path: string }>({ type: "address" })) }
}

/** For programs: handles the requests of the bench by type until it disconnects. Those for memory and CPU time are the same for all. */
export function serveRequests(handlers: Record<string, (request: never) => unknown>, end: () => unknown): void {
  const all: typeof handlers = {
    memory: residentBytes,
    residentNow: () => process.memoryUsage.rss(),
    cpuTime: () => process.cpuUsage().user + process.cpuUsage().system,
    ...handlers,
  }
  process.on("message", async (request: { type: string }) => {
    // A handler without a result responds as well.
    process.send?.((await all[request.type]?.(request as never)) ?? null)
  })
  process.once("disconnect", async () => {
    await end()
    process.exit(0)
  })
}

async function residentBytes(): Promise<number> {
  // Twice, with a turn of the event loop in between, because the second collection frees what the first one finalizes.
  // The flavor `last-resort` also returns unused pages to the operating system, which V8 otherwise delays.
  for (let pass = 0; pass < 2; pass++) {
    await globalThis.gc?.({ type: "major", execution: "async", flavor: "last-resort" })
    await new Promise(setImmediate)
  }
  return process.memoryUsage.rss()
}
