// Commands that tests start in processes.
import { join } from "node:path"
import { expect, test } from "vitest"
import { runCommand } from "./command.ts"

test("a command that cannot be started is reported at once to those that wait for a line or for its end", async () => {
  const command = runCommand("missing.ts", [], {}, join(import.meta.dirname, "missing-folder"))
  await expect(command.jsonLine(() => true)).rejects.toThrow("ENOENT")
  await expect(command.exitCode).rejects.toThrow("ENOENT")
})

test("a command that ends before the expected line is reported with its output", async () => {
  const command = runCommand("tests/testing/missing.ts", [])
  await expect(command.jsonLine(() => true)).rejects.toThrow(/^ended with 1[\s\S]*Cannot find module/)
})
