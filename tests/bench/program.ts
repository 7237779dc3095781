// A program of the bench in a process of its own: started, asked, ended.
import { fork } from "node:child_process"
import { join } from "node:path"

export type Program = {
  /** Asks for something and waits for the answer. */
  ask<Answer>(question: object): Promise<Answer>
  /** Resident memory in bytes, after the garbage is gone. */
  memory(): Promise<number>
  end(): Promise<void>
}

/** The programs that serve WebSockets; each is ready once it has said which port it took. */
export type Server = Program & { port: number; path: string }

export function startProgram(name: string, args: string[] = []): Program {
  const child = fork(join(import.meta.dirname, "programs", `${name}.ts`), args, {
    execArgv: ["--expose-gc", "--disable-warning=ExperimentalWarning"],
  })
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()))
  const ask = <Answer>(question: object) =>
    new Promise<Answer>((resolve, reject) => {
      const onExit = (code: number | null) => reject(new Error(`the program "${name}" ended with exit code ${code}`))
      child.once("exit", onExit)
      child.once("message", (answer) => {
        child.off("exit", onExit)
        resolve(answer as Answer)
      })
      child.send(question)
    })
  return {
    ask,
    memory: () => ask<number>({ ask: "memory" }),
    async end() {
      if (child.connected) child.disconnect()
      await exited
    },
  }
}

export async function startServer(name: "floor-server" | "gateway-server", args: string[] = []): Promise<Server> {
  const program = startProgram(name, args)
  return { ...program, ...(await program.ask<{ port: number; path: string }>({ ask: "address" })) }
}

/** For programs: answers what the bench asks until it lets go. `memory` is answered for all of them. */
export function answerAsks(answers: Record<string, (question: never) => unknown>, end: () => unknown): void {
  process.on("message", async (question: { ask: string }) => {
    const answer = question.ask === "memory" ? await residentBytes() : await answers[question.ask]?.(question as never)
    process.send?.(answer)
  })
  process.once("disconnect", async () => {
    await end()
    process.exit(0)
  })
}

async function residentBytes(): Promise<number> {
  // Twice, and with a turn of the event loop between: what the first one finalizes, the second one frees. The last
  // resort also gives back the room that garbage took up, which V8 otherwise does at its leisure.
  for (let pass = 0; pass < 2; pass++) {
    await globalThis.gc?.({ type: "major", execution: "async", flavor: "last-resort" })
    await new Promise(setImmediate)
  }
  return process.memoryUsage.rss()
}
