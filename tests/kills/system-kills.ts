// Implements `node scripts/run.mjs tests/kills/system-kills.ts`: kills processes of the running system for a minute.
import { runCommand, wholeNumber } from "../../scripts/run-command.ts"
import { killSystem } from "./kill-system.ts"

const command = {
  usage: "node scripts/run.mjs tests/kills/system-kills.ts [options]",
  summary:
    "Kills functions, stand-ins and the gateway while documents are read, and checks that every watcher learns the end.",
  options: {
    seconds: { type: "string", value: "N", help: "for how long processes are killed (60)" },
    seed: { type: "string", value: "N", help: "repeats the choices of an earlier call" },
  },
} as const

await runCommand(command, async ({ values }) => {
  const seconds = wholeNumber("seconds", values.seconds ?? "60")
  const seed = wholeNumber("seed", values.seed ?? String(Date.now() % 1e9))
  const { killed, documents, watchers, ends } = await killSystem({ seconds, seed })
  const kills = Object.values(killed).reduce((sum, count) => sum + count, 0)
  console.log(
    `${kills} kills in ${seconds} s: ${JSON.stringify(killed)}; ${documents} documents, ${watchers} watchers, nothing lost: ` +
      `${JSON.stringify(ends)}, --seed ${seed}`,
  )
  return 0
})
