// Implements `node scripts/run.mjs tests/delivery/delivery.ts`: simulates thousands of histories of the whole system.
import { runCommand, wholeNumber } from "../../scripts/run-command.ts"
import { checkHistories } from "./check-histories.ts"

const command = {
  usage: "node scripts/run.mjs tests/delivery/delivery.ts [options]",
  summary:
    "Simulates documents with their watchers under random faults, and checks that everybody learns how they end.",
  options: {
    runs: { type: "string", value: "N", help: "how many histories are simulated (5000)" },
    seed: { type: "string", value: "N", help: "repeats the histories of an earlier call" },
  },
} as const

await runCommand(command, async ({ values }) => {
  const runs = wholeNumber("runs", values.runs ?? "5000")
  const seed = wholeNumber("seed", values.seed ?? String(Date.now() % 1e9))
  const startedAt = process.cpuUsage()
  const { operations, hours, injected } = await checkHistories({ runs, seed })
  const { user, system } = process.cpuUsage(startedAt)
  const faults = Object.values(injected).reduce((sum, count) => sum + count, 0)
  console.log(
    `${runs} histories, ${Math.round(hours)} simulated hours, ${operations} operations, ${faults} faults, nothing lost: ` +
      `${JSON.stringify(injected)}, ${((user + system) / 1e6).toFixed(0)} s of CPU time, --seed ${seed}`,
  )
  return 0
})
