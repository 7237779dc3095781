// Implements `npm run plots`: measures the plots of docs/performance.md and draws them.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { CommandError, runCommand } from "../../scripts/run-command.ts"
import { drawPlot } from "./plots/draw-plot.ts"
import { measurePlots } from "./plots/measure-plots.ts"
import type { Plot, PlotName } from "./plots/plot.ts"

const names = Object.keys(measurePlots) as PlotName[]
const folder = join(import.meta.dirname, "..", "..", "docs", "images", "performance")

const command = {
  usage: "npm run plots -- [NAME...] [options]",
  summary:
    "Measures how throughput, latency, memory and fan-out change with the load, and draws them, in three minutes.",
  options: { draw: { type: "boolean", help: "draws what was measured before, and measures nothing" } },
  positionals: ["NAME...", `only these plots: ${names.join(", ")}`],
} as const

function plotNames(positionals: readonly string[]): PlotName[] {
  for (const name of positionals) {
    if (!Object.hasOwn(measurePlots, name)) {
      throw new CommandError(`"${name}" is not a plot.`, `Known plots: ${names.join(", ")}.`)
    }
  }
  return positionals.length > 0 ? (positionals as PlotName[]) : names
}

await runCommand(command, async ({ values: { draw = false }, positionals }) => {
  mkdirSync(folder, { recursive: true })
  try {
    for (const name of plotNames(positionals)) {
      const measured = join(folder, `${name}.json`)
      if (!draw) writeFileSync(measured, await measurementOf(name))
      writeFileSync(join(folder, `${name}.svg`), drawPlot(JSON.parse(readFileSync(measured, "utf8")) as Plot))
    }
    return 0
  } catch (error) {
    if (error instanceof CommandError) throw error
    console.error((error as Error).message)
    // Exits at once, because the child processes of a failed measurement would keep this process running.
    process.exit(1)
  }
})

async function measurementOf(name: PlotName): Promise<string> {
  const plot = await measurePlots[name]((point) => console.log(`${name}: ${point}`))
  return `${JSON.stringify(plot, undefined, 2)}\n`
}
