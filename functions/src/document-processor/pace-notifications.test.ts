// Tests of how many steps are pushed, by how long a round takes.
import type { Progress } from "@document-insight/protocol"
import { expect, test } from "vitest"
import { paceNotifications } from "./pace-notifications.ts"

async function sequencesPushed({ roundMs, pageMs }: { roundMs: number; pageMs: number }): Promise<number[]> {
  let now = 1_000_000
  const pushed: number[] = []
  const notify = paceNotifications(
    async ({ sequence }) => {
      pushed.push(sequence)
      now += roundMs
      return "delivered"
    },
    { now: () => now },
  )
  for (let sequence = 1; sequence <= 12; sequence += 1) {
    await notify({ sequence } as Progress)
    now += pageMs
  }
  return pushed
}

test("pushes every step while a round is quick", async () => {
  expect(await sequencesPushed({ roundMs: 250, pageMs: 0 })).toHaveLength(12)
})

test("skips steps for as long as a slow round took", async () => {
  expect(await sequencesPushed({ roundMs: 1_000, pageMs: 250 })).toEqual([1, 5, 9])
})
