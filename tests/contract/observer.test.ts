// The contract's cases that AWS can be asked as well: against the observer, here or deployed (see README.md).
import { afterAll, beforeAll } from "vitest"
import { defineCases } from "./case.ts"
import { openTarget, type Target } from "./target.ts"
import { topics } from "./topics.ts"

let target: Target
beforeAll(async () => {
  target = await openTarget()
})
afterAll(() => target?.close())

for (const { title, observer } of topics) defineCases(title, observer, (one) => one.run(target))
