// Programs put together at random from those of the table.
import { createRandom } from "../testing/random.ts"
import type { Program } from "./program.ts"
import { programs } from "./programs.ts"

const STEP_MS = 30
const TIMEOUT_MS = 1500

/** @param seed equal seeds give equal programs */
export function* randomPrograms(seed: number): Generator<Program> {
  const random = createRandom(seed)
  const steps = programs.filter(({ top, code }) => top === undefined && code !== "")
  for (let index = 0; ; index++) {
    const chosen = Array.from({ length: 1 + Math.floor(random() * 4) }, () => pick(steps, random))
    yield {
      name: `${index}: ${chosen.map(({ name }) => name).join(", ")}`,
      code: chosen.map(({ code }) => asStep(code)).join("\n"),
      ends: [],
      timeoutMs: TIMEOUT_MS,
    }
  }
}

// A step that does not end, or fails, does not keep the next ones from running.
function asStep(code: string): string {
  return `try {
    await Promise.race([(async () => { ${code} })(), new Promise((resolve) => setTimeout(resolve, ${STEP_MS}))])
  } catch {}`
}

function pick<Item>(items: readonly Item[], random: () => number): Item {
  const item = items[Math.floor(random() * items.length)]
  if (item === undefined) throw new Error("nothing to pick from")
  return item
}
