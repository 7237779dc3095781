// Invocations of a trivial function in Python beside the same function for Node.js.
import { alternate } from "../alternate.ts"
import { startProgram } from "../program.ts"
import { type BenchOptions, judge, type Measured } from "../row.ts"

export async function* python({ quick }: BenchOptions): AsyncGenerator<Measured> {
  const program = startProgram("python-invocations")
  const rate = (type: "floor" | "ours", ms: number) => program.request<number>({ type, ms })
  // Starts the execution environments.
  await alternate(1, { floor: () => rate("floor", 1000), ours: () => rate("ours", 1000) })
  const ms = quick ? 500 : 2000
  const rates = await alternate(quick ? 3 : 5, { floor: () => rate("floor", ms), ours: () => rate("ours", ms) })
  await program.end()
  const about = { name: "python", unit: "invocations/s", note: "the floor is the same function for Node.js" }
  yield judge(about, rates, { goal: 1000, goalOf: "ours" })
}
