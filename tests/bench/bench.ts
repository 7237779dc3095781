// `npm run bench`: the performance table. `-- NAME...` for some rows, `--quick`, `--json`.
import { parseArgs } from "node:util"
import type { BenchOptions, Measured } from "./row.ts"
import { handshakes } from "./rows/handshakes.ts"
import { idle } from "./rows/idle.ts"
import { invocations } from "./rows/invocations.ts"
import { messages } from "./rows/messages.ts"
import { signatures } from "./rows/signatures.ts"

const rows = { messages, handshakes, idle, signatures, invocations }
type RowName = keyof typeof rows

type Command = BenchOptions & { names: RowName[]; json: boolean }

function readCommand(args: string[]): Command {
  const { values, positionals } = parseArgs({
    args,
    options: { quick: { type: "boolean", default: false }, json: { type: "boolean", default: false } },
    allowPositionals: true,
  })
  for (const name of positionals) {
    if (!Object.hasOwn(rows, name)) {
      throw new Error(`There is no row "${name}". The rows are ${Object.keys(rows).join(", ")}.`)
    }
  }
  const names = (positionals.length > 0 ? positionals : Object.keys(rows)) as RowName[]
  return { names, ...values }
}

async function run({ names, json, quick }: Command): Promise<void> {
  if (!json) console.log(tableLine(["", "ratio", "floor", "ours", "", "goal", ""]))
  for (const name of names) {
    for await (const measured of rows[name]({ quick })) {
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

try {
  await run(readCommand(process.argv.slice(2)))
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException
  console.error(code === "EMFILE" ? `${message}\n  Hint: allow more open files, with \`ulimit -n 25000\`.` : message)
  // At once: programs that still run end when we do.
  process.exit(1)
}
