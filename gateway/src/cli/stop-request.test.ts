// The request to stop a command: real signals, and the end of the reader.
import { spawn } from "node:child_process"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { pathToFileURL } from "node:url"
import { expect, onTestFinished, test } from "vitest"
import { stopRequest } from "./stop-request.ts"

test("resolves when the reader of the output has closed the pipe, before or after the call", async () => {
  await stopRequest(AbortSignal.abort())
  const later = new AbortController()
  let isStopped = false
  const stopped = stopRequest(later.signal).then(() => {
    isStopped = true
  })
  await Promise.resolve()
  expect(isStopped).toBe(false)
  later.abort()
  await stopped
})

/** A process that waits in `stopRequest`, and then closes. */
function waitingProcess(closing: string) {
  const module = pathToFileURL(join(import.meta.dirname, "stop-request.ts")).href
  const script = `
    import { stopRequest } from ${JSON.stringify(module)}
    const interval = setInterval(() => {}, 1000)
    const stop = stopRequest(new AbortController().signal)
    console.log("waiting")
    await stop
    console.log("closing")
    ${closing}
    clearInterval(interval)
    console.log("closed")
  `
  const args = ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", script]
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] })
  onTestFinished(() => void child.kill("SIGKILL"))
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const exited = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)))
  const nextLine = async () => (await lines.next()).value
  return { child, nextLine, exited }
}

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("closes and ends after %s", async (signal) => {
  const { child, nextLine, exited } = waitingProcess("")
  expect(await nextLine()).toBe("waiting")
  child.kill(signal)
  expect([await nextLine(), await nextLine()]).toEqual(["closing", "closed"])
  expect(await exited).toBe(0)
})

test("ends at once with 1 after a second signal", async () => {
  const { child, nextLine, exited } = waitingProcess("await new Promise(() => {})")
  expect(await nextLine()).toBe("waiting")
  child.kill("SIGTERM")
  expect(await nextLine()).toBe("closing")
  child.kill("SIGTERM")
  expect(await exited).toBe(1)
})
