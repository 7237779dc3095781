// Prints the model as tables that Markdown renders.
import type { Assumptions } from "./assumptions.ts"
import { limitsOf, popularDocument } from "./capacity.ts"
import { costOf, costOfRound } from "./cost.ts"
import { type Design, fanOutSeconds } from "./fan-out-time.ts"

const designs: readonly Design[] = ["one function, by the SDK", "shared out", "shared out, tenfold quota"]
const sizes = [100, 300, 1_000, 10_000, 100_000]
const months = [1_000, 100_000, 10_000_000]

export function reportScaling(given: Assumptions): string {
  return [
    "Documents per month that reach a limit in the busiest second; the first one breaks first\n",
    table(
      ["limit", "documents per month", "what raises it"],
      limitsOf(given).map(({ name, documentsPerMonth, raisedBy }) => [name, whole(documentsPerMonth), raisedBy]),
    ),
    popular(given),
    "\nSeconds until all watchers of one document are notified\n",
    table(
      ["watchers", ...designs],
      sizes.map((size) => [whole(size), ...designs.map((design) => seconds(fanOutSeconds(design, size, given)))]),
    ),
    rounds(given),
    "\nDollars per month\n",
    costs(given),
  ].join("\n")
}

function popular(given: Assumptions): string {
  const { joinsPerSecond, watchersInTwoHours } = popularDocument(given)
  return `\nOne document: ${whole(joinsPerSecond)} watchers can join per second, and ${whole(watchersInTwoHours)} be connected.`
}

function rounds(given: Assumptions): string {
  const { posts, sharing } = costOfRound(100_000, given)
  return `\nOne round to 100,000 watchers costs $${posts.toFixed(3)} for its messages and $${sharing.toFixed(4)} for sharing it out.`
}

function costs(given: Assumptions): string {
  const lines = months.map((documents) => costOf(documents, given))
  const names = (lines[0] ?? []).map(({ name }) => name)
  const total = lines.map((line) => line.reduce((sum, { dollars }) => sum + dollars, 0))
  return table(
    ["", ...months.map((documents) => `${whole(documents)} documents`)],
    [
      ...names.map((name, index) => [name, ...lines.map((line) => dollars(line[index]?.dollars ?? 0))]),
      ["together", ...total.map(dollars)],
      ["per 1,000 documents", ...total.map((sum, index) => dollars((1000 * sum) / (months[index] ?? 1)))],
    ],
  )
}

function table(head: string[], rows: string[][]): string {
  const widths = head.map((cell, column) => Math.max(cell.length, ...rows.map((row) => row[column]?.length ?? 0), 3))
  const line = (cells: string[]) => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n")
}

function whole(value: number): string {
  return Math.round(value).toLocaleString("en")
}

function seconds(value: number): string {
  return value < 10 ? value.toFixed(2) : value.toFixed(0)
}

function dollars(value: number): string {
  return value < 100 ? value.toFixed(2) : whole(value)
}
