// The same as continue-reading.test.ts, with as many interruptions as a minute has room for.
import { test, vi } from "vitest"
import { checkInterruptions, filesToInterrupt } from "../../test/read-in-parts.ts"

vi.setConfig({ testTimeout: 240_000 })

const runs = 25

test.each(filesToInterrupt)(
  "%s that is interrupted after any pages has the insights and texts of one reading",
  (_, make) => checkInterruptions(make, runs),
)
