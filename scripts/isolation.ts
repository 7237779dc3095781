// `npm run isolation`: runs the hostile handlers of tests/isolation, and prints how each of them ended.
import { spawn } from "node:child_process"
import { join } from "node:path"
import { runCommand } from "./run-command.ts"

const root = join(import.meta.dirname, "..")

const command = {
  usage: "npm run isolation -- [options]",
  summary: "Runs some 200 hostile handlers, and prints a table of how each of them ended.",
  options: {
    random: { type: "string", value: "SECONDS", help: "instead of them, random programs put together from them" },
    seed: { type: "string", value: "N", help: "repeats a run of random programs" },
  },
} as const

await runCommand(command, async ({ values: { random, seed } }) => {
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs")
  const only = random === undefined ? [] : ["-t", "random programs"]
  const child = spawn(process.execPath, [vitest, "run", "--project=soak", "tests/isolation/isolation", ...only], {
    cwd: root,
    stdio: "inherit",
    env: {
      ...process.env,
      ISOLATION_TABLE: "1",
      ...(random !== undefined && { ISOLATION_RANDOM_SECONDS: random }),
      ...(seed !== undefined && { ISOLATION_SEED: seed }),
    },
  })
  return await new Promise<number>((resolve) => child.on("close", (code) => resolve(code ?? 1)))
})
