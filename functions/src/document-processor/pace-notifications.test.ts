// How often watchers are told, by how long telling them takes.
import type { Progress } from "@document-insight/protocol"
import { expect, it } from "vitest"
import { paceNotifications } from "./pace-notifications.ts"

async function sequencesTold({ roundMs, pageMs }: { roundMs: number; pageMs: number }): Promise<number[]> {
  let now = 1_000_000
  const told: number[] = []
  const notify = paceNotifications(
    async ({ sequence }) => {
      told.push(sequence)
      now += roundMs
    },
    () => now,
  )
  for (let sequence = 1; sequence <= 12; sequence += 1) {
    await notify({ sequence } as Progress)
    now += pageMs
  }
  return told
}

it("tells every step while telling is quick", async () => {
  expect(await sequencesTold({ roundMs: 250, pageMs: 0 })).toHaveLength(12)
})

it("gives reading as much time as telling took", async () => {
  expect(await sequencesTold({ roundMs: 1_000, pageMs: 250 })).toEqual([1, 5, 9])
})
