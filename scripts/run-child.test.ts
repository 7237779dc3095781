// A program that a command runs, when the command is interrupted or terminated.
import { spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { expect, onTestFinished, test } from "vitest"

const module = JSON.stringify(join(import.meta.dirname, "run-child.ts"))

/** A command whose program prints the signals that it receives, and ends with 3 at the first SIGTERM. */
async function startCommand() {
  const program = `process.on("SIGTERM", () => { console.log("SIGTERM"); process.exit(3) }); console.log("ready"); setInterval(() => {}, 1000)`
  const code = `const { runChild } = await import(${module})
process.exitCode = await runChild(process.execPath, ["-e", ${JSON.stringify(program)}], ".")`
  const command = spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: ["ignore", "pipe", "inherit"] })
  onTestFinished(() => void command.kill("SIGKILL"))
  const lines = createInterface({ input: command.stdout })[Symbol.asyncIterator]()
  expect((await lines.next()).value).toBe("ready")
  return { command, nextLine: async () => (await lines.next()).value }
}

test("is terminated with its command, whose exit code is that of the program", async () => {
  const { command, nextLine } = await startCommand()
  const closed = once(command, "close")
  command.kill("SIGTERM")
  expect(await nextLine()).toBe("SIGTERM")
  expect(await closed).toEqual([3, null])
})

test("is waited for after an interruption, which a terminal sends to it as well", async () => {
  const { command, nextLine } = await startCommand()
  command.kill("SIGINT")
  const closed = once(command, "close")
  command.kill("SIGTERM")
  expect(await nextLine()).toBe("SIGTERM")
  expect(await closed).toEqual([3, null])
})
