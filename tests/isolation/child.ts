// Questions to a process of this test, and its answers.
import { type ChildProcess, fork } from "node:child_process"
import { join } from "node:path"

export type Child = {
  process: ChildProcess
  ask<Answer>(question: string, argument?: unknown): Promise<Answer>
  end(): Promise<void>
}

type Message = { id: number; question?: string; argument?: unknown; answer?: unknown; error?: string }

/** @param name of a file in this folder @throws in `ask` when the process ends */
export function startChild(name: string): Child {
  const child = fork(join(import.meta.dirname, name), {
    execArgv: ["--expose-gc", "--disable-warning=ExperimentalWarning"],
  })
  const waiting = new Map<number, PromiseWithResolvers<never>>()
  let lastId = 0
  const exited = new Promise<void>((resolve) =>
    child.once("exit", (code, signal) => {
      for (const { reject } of waiting.values()) reject(new Error(`${name} ended: ${signal ?? `status ${code}`}`))
      waiting.clear()
      resolve()
    }),
  )
  child.on("message", ({ id, answer, error }: Message) => {
    const question = waiting.get(id)
    waiting.delete(id)
    if (error === undefined) question?.resolve(answer as never)
    else question?.reject(new Error(error))
  })
  return {
    process: child,
    ask(question, argument) {
      const answer = Promise.withResolvers<never>()
      waiting.set(++lastId, answer)
      child.send({ id: lastId, question, argument })
      return answer.promise
    },
    async end() {
      child.disconnect()
      await exited
    },
  }
}

/** For the process: answers questions until its parent disconnects. */
export function answer(answers: Record<string, (argument: never) => unknown>, end: () => Promise<void>): void {
  process.on("message", async ({ id, question = "", argument }: Message) => {
    try {
      process.send?.({ id, answer: await answers[question]?.(argument as never) })
    } catch (error) {
      process.send?.({ id, error: String(error) })
    }
  })
  process.once("disconnect", async () => {
    await end()
    process.exit(0)
  })
}
