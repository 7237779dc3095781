// Invocations of a trivial function, long enough to show that memory does not grow.
import { alternate } from "../alternate.ts"
import { startProgram } from "../program.ts"
import { type BenchOptions, judge, type Measured } from "../row.ts"

const ROUNDS = 5
/** Above the variation of the heap. A leak of 20 bytes per invocation exceeds it within 30 s. */
const MAX_GROWTH_BYTES = 16 * 2 ** 20

export async function* invocations({ quick }: BenchOptions): AsyncGenerator<Measured> {
  const program = startProgram("invocations")
  const seconds = quick ? 5 : 30
  const rate = (type: "floor" | "ours", ms: number) => program.request<number>({ type, ms })
  await alternate(1, { floor: () => rate("floor", 1000), ours: () => rate("ours", 2000) })
  const before = await program.memory()
  const rates = await alternate(ROUNDS, {
    floor: () => rate("floor", 1000),
    ours: () => rate("ours", (seconds * 1000) / ROUNDS),
  })
  const growth = (await program.memory()) - before
  await program.end()
  const note = `memory ${growth < 0 ? "" : "+"}${(growth / 2 ** 20).toFixed(1)} MB over ${seconds} s`
  const about = { name: "invocations", unit: "invocations/s", note }
  yield judge(about, rates, { goal: 2000, goalOf: "ours" }, growth <= MAX_GROWTH_BYTES)
}
