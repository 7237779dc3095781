// Implements `npm run bench`: measures the rows of the performance table and prints them.
import { CommandError, runCommand } from "../../scripts/run-command.ts"
import type { BenchOptions, Measured } from "./row.ts"
import { documents } from "./rows/documents.ts"
import { fanOut } from "./rows/fan-out.ts"
import { handshakes } from "./rows/handshakes.ts"
import { http } from "./rows/http.ts"
import { idle } from "./rows/idle.ts"
import { invocations } from "./rows/invocations.ts"
import { messages, templates } from "./rows/messages.ts"
import { mixed } from "./rows/mixed.ts"
import { observe } from "./rows/observe.ts"
import { push } from "./rows/push.ts"
import { python } from "./rows/python.ts"
import { reload } from "./rows/reload.ts"
import { signatures } from "./rows/signatures.ts"
import { start } from "./rows/start.ts"

const rows = {
  messages,
  templates,
  handshakes,
  idle,
  signatures,
  invocations,
  python,
  start,
  reload,
  observe,
  push,
  http,
  mixed,
  "fan-out": fanOut,
  documents,
}
type RowName = keyof typeof rows

const command = {
  usage: "npm run bench -- [NAME...] [options]",
  summary: "Measures the gateway next to the least that Node.js can do for the same bytes, in about twelve minutes.",
  options: {
    quick: { type: "boolean", help: "shorter and smaller rounds, for a first impression" },
    json: { type: "boolean", help: "one JSON object per row" },
    minutes: { type: "string", value: "N", help: "how long the row mixed lasts: 1 by default, 60 at most" },
  },
  positionals: ["NAME...", `only these rows: ${Object.keys(rows).join(", ")}`],
} as const

function rowNames(positionals: readonly string[]): RowName[] {
  for (const name of positionals) {
    if (!Object.hasOwn(rows, name)) {
      throw new CommandError(`"${name}" is not a row.`, `Known rows: ${Object.keys(rows).join(", ")}.`)
    }
  }
  return (positionals.length > 0 ? positionals : Object.keys(rows)) as RowName[]
}

async function measureRows(
  names: readonly RowName[],
  { json, ...options }: BenchOptions & { json: boolean },
): Promise<void> {
  if (!json) console.log(tableLine(["", "ratio", "floor", "ours", "", "goal", ""]))
  for (const name of names) {
    for await (const measured of rows[name](options)) {
      console.log(json ? JSON.stringify(rounded(measured)) : tableLine(cellsOf(measured)))
    }
  }
}

function rounded(measured: Measured): Measured {
  const { floor, ours, ratio } = measured
  return { ...measured, floor: Math.round(floor), ours: Math.round(ours), ratio: Number(ratio.toFixed(3)) }
}

const widths = [24, 7, 10, 10, 17, 20, 10]

function tableLine(cells: string[]): string {
  return cells
    .map((cell, column) =>
      column >= 1 && column <= 3 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
    )
    .join("  ")
    .trimEnd()
}

function cellsOf({ name, variant, ratio, floor, ours, unit, goal, goalOf, atMost, met, note }: Measured): string[] {
  const whole = (value: number) => Math.round(value).toLocaleString("en")
  return [
    variant === undefined ? name : `${name}, ${variant}`,
    ratio.toFixed(2),
    whole(floor),
    whole(ours),
    unit,
    `${atMost ? "at most" : "at least"} ${goalOf === "ratio" ? goal.toFixed(2) : whole(goal)}`,
    (met ? "met" : "MISSED") + (note === undefined ? "" : `  (${note})`),
  ]
}

function minutesOf(text: string): number {
  const minutes = Number(text)
  if (minutes > 0 && minutes <= 60) return minutes
  throw new CommandError(`"${text}" is not a number of minutes.`, "Give --minutes a number between 0 and 60.")
}

await runCommand(command, async ({ values: { quick = false, json = false, minutes = "1" }, positionals }) => {
  const names = rowNames(positionals)
  const options = { quick, json, minutes: minutesOf(minutes) }
  try {
    await measureRows(names, options)
    return 0
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    console.error(code === "EMFILE" ? `${message}\n  Hint: allow more open files, with \`ulimit -n 25000\`.` : message)
    // Exits at once, because the child processes of a failed row would keep this process running.
    process.exit(1)
  }
})
