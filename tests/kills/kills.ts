// Implements `node scripts/run.mjs tests/kills/kills.ts`: kills a gateway with --data many times.
import { runCommand, wholeNumber } from "../../scripts/run-command.ts"
import { killGateway } from "./kill-gateway.ts"

const command = {
  usage: "node scripts/run.mjs tests/kills/kills.ts [options]",
  summary: "Kills a gateway with --data at random moments, and checks that nothing that it confirmed is lost.",
  options: {
    runs: { type: "string", value: "N", help: "how often it is killed (50)" },
    seed: { type: "string", value: "N", help: "repeats the moments of an earlier call" },
  },
} as const

await runCommand(command, async ({ values }) => {
  const runs = wholeNumber("runs", values.runs ?? "50")
  const seed = wholeNumber("seed", values.seed ?? String(Date.now() % 1e9))
  const onRun = (run: number, confirmed: object) => console.log(`${run + 1}: ${JSON.stringify(confirmed)}`)
  const counts = await killGateway({ runs, seed, onRun })
  console.log(`${runs} kills, nothing lost: ${JSON.stringify(counts)}, --seed ${seed}`)
  return 0
})
