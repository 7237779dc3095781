// The contract's cases that only a gateway of one's own can be asked, since they need a template of their own, deploy
// again or stop it. Those that need a clock of their own are beside, so that both run at once.
import { describe } from "vitest"
import { defineCases, needsOwnClock } from "./case.ts"
import { topics } from "./topics.ts"

describe.skipIf(process.env.TARGET === "aws")("on this machine", () => {
  for (const { title, local } of topics) {
    defineCases(
      title,
      local.filter((one) => !needsOwnClock(one)),
      (one) => one.run(),
    )
  }
})
