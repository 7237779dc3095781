// The errors of `npm start` before anything is started. commands.test.ts runs it as a process.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { commandLine } from "@document-insight/gateway/cli"
import { expect, onTestFinished, test, vi } from "vitest"
import { startCommand } from "./start-command.ts"

/** @returns what the command prints to stderr and stdout before it ends with 1 */
async function failureOf(...argv: string[]): Promise<{ stderr: string; stdout: string }> {
  const written = (stream: NodeJS.WriteStream) => {
    const write = vi.spyOn(stream, "write").mockReturnValue(true)
    const listeners = stream.listeners("error")
    const maxListeners = stream.getMaxListeners()
    // The threads of other files of this worker may listen, too, and Node.js warns of more than ten listeners.
    stream.setMaxListeners(0)
    onTestFinished(() => {
      write.mockRestore()
      stream.setMaxListeners(maxListeners)
      // A command listens until its process ends, and this process runs many.
      for (const one of stream.listeners("error")) if (!listeners.includes(one)) stream.off("error", one as () => void)
    })
    return () => write.mock.calls.map(([text]) => text).join("")
  }
  const [stderr, stdout] = [written(process.stderr), written(process.stdout)]
  expect(await commandLine(argv, { ...process.env }, startCommand)).toBe(1)
  return { stderr: stderr(), stdout: stdout() }
}

test.each([
  [
    "a file that does not exist",
    ["no-such-file.pdf"],
    /no-such-file\.pdf does not exist\.\n {2}Hint: Give the path of a/,
  ],
  [
    "a folder in place of a file",
    [import.meta.dirname],
    /scripts is a folder\.\n {2}Hint: Give the path of a document/,
  ],
  ["an unknown option", ["--prot", "4000"], /^--prot is not a known option\.\n {2}Hint: Did you mean --port\?/],
  ["an invalid value", ["--iam", "maybe"], /^--iam is "maybe"\.\n {2}Hint: Give one of enforce, warn, off\./],
  [
    "an unknown environment",
    ["--env", "nowhere", "--port", "0"],
    /^"nowhere" is not an environment of cdk\.json\..*\n {2}Hint: Is "nowhere" an environment of cdk\.json\?/,
  ],
])("prints one sentence and a hint, and ends with 1, for %s", { timeout: 60_000 }, async (_what, argv, output) => {
  const { stderr, stdout } = await failureOf(...argv)
  expect(stderr).toMatch(output)
  expect(stderr.trim().split("\n")).toHaveLength(2)
  expect(stdout).toBe("")
})

// The administrator may read every file.
test.skipIf(process.getuid?.() === 0)("a file that may not be read is reported with the error", async () => {
  const folder = mkdtempSync(join(tmpdir(), "start-command-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, "secret.txt")
  writeFileSync(path, "text", { mode: 0 })
  chmodSync(path, 0)
  const { stderr } = await failureOf(path)
  expect(stderr).toMatch(/secret\.txt cannot be read \(EACCES\)\.\n {2}Hint: Check the permissions of the file\./)
})
