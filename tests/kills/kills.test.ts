// A gateway with --data that is killed at random moments loses nothing that it has confirmed. kills.soak.test.ts kills it
// more often.
import { expect, test } from "vitest"
import { killGateway } from "./kill-gateway.ts"

test("uploads, notifications, messages and items that were confirmed survive two kills", async () => {
  const seed = Number(process.env.KILLS_SEED ?? Date.now() % 1e9)
  const { uploads, messages, items } = await killGateway({ runs: 2, seed })
  expect(Math.min(uploads, messages, items)).toBeGreaterThan(0)
}, 120_000)
