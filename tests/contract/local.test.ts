// The contract's cases that only a gateway of one's own can be asked; each says why.
import { describe } from "vitest"
import { defineCases } from "./case.ts"
import { topics } from "./topics.ts"

describe.skipIf(process.env.TARGET === "aws")("on this machine", () => {
  for (const { title, local } of topics) defineCases(title, local, (one) => one.run())
})
