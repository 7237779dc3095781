// A gateway with --data that is killed many times loses nothing that it has confirmed.
import { expect, test } from "vitest"
import { killGateway } from "./kill-gateway.ts"

test("uploads, notifications, messages and items that were confirmed survive twenty kills", async () => {
  const seed = Number(process.env.KILLS_SEED ?? Date.now() % 1e9)
  const { uploads, messages, items } = await killGateway({ runs: 20, seed })
  expect(Math.min(uploads, messages, items)).toBeGreaterThan(20)
}, 300_000)
