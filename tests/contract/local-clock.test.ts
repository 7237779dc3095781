// The contract's cases that move the clock or shorten a quota: two hours in milliseconds.
import { describe } from "vitest"
import { defineCases, needsOwnClock } from "./case.ts"
import { topics } from "./topics.ts"

describe.skipIf(process.env.TARGET === "aws")("on a clock of its own", () => {
  for (const { title, local } of topics) defineCases(title, local.filter(needsOwnClock), (one) => one.run())
})
