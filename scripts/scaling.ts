// Implements `npm run scaling`: a model of the deployed system under AWS's quotas and prices.
import { CommandError, runCommand } from "./run-command.ts"
import { type AssumptionName, type Assumptions, assumptions, defaultAssumptions } from "./scaling/assumptions.ts"
import { reportScaling } from "./scaling/report.ts"

const names = Object.keys(assumptions) as AssumptionName[]

const command = {
  usage: "npm run scaling -- [options]",
  summary: "Prints how many documents and watchers one AWS account carries, what breaks first, and what a month costs.",
  options: Object.fromEntries(
    names.map((name) => {
      const { value, unit, from } = assumptions[name]
      return [name, { type: "string" as const, value: "N", help: `${value} ${unit}; ${from}` }]
    }),
  ),
}

await runCommand(command, ({ values }) => {
  const given: Assumptions = { ...defaultAssumptions(), ...numbersOf(values as Record<string, string>) }
  process.stdout.write(reportScaling(given))
  return 0
})

function numbersOf(values: Readonly<Record<string, string>>): Partial<Assumptions> {
  const entries = Object.entries(values).map(([name, text]) => {
    const value = Number(text)
    if (text.trim() !== "" && value > 0 && Number.isFinite(value)) return [name, value]
    throw new CommandError(
      `--${name} ${text} is not a positive number.`,
      `By default it is ${assumptions[name as AssumptionName].value}.`,
    )
  })
  return Object.fromEntries(entries)
}
