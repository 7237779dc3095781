// Has expired items deleted by the clock, with a stand-in that responds or fails when the test lets it.
import { once } from "node:events"
import { createServer, type ServerResponse } from "node:http"
import { expect, onTestFinished, test, vi } from "vitest"
import { silentLog } from "../../foundation/log.ts"
import { ManualClock } from "../../foundation/manual-clock.ts"
import { createPrivateSocket } from "../stand-in/private-socket.ts"
import type { StandIn } from "../stand-in/stand-in-process.ts"
import { createTableStreams } from "./table-streams.ts"

const DAY_MS = 86_400_000
const table = {
  logicalId: "Table",
  stackName: "s",
  arn: "arn:aws:dynamodb:eu-west-1:123456789012:table/table",
  createTable: { TableName: "table" },
  timeToLiveAttribute: "expiresAt",
}

async function create() {
  const socket = createPrivateSocket()
  const requests: { now: number; response: ServerResponse }[] = []
  const server = createServer(async (incoming, response) => {
    const chunks = await incoming.toArray()
    requests.push({ now: JSON.parse(Buffer.concat(chunks).toString()).now, response })
    server.emit("deletion")
  })
  server.listen(socket.path)
  await once(server, "listening")
  onTestFinished(() => {
    server.closeAllConnections()
    server.close(socket.remove)
  })
  const clock = new ManualClock()
  const standIn = vi.fn(async () => ({ socketPath: socket.path, available: async () => {} }))
  const streams = createTableStreams({ standIn, clock, log: silentLog })
  streams.expire([table])
  return { clock, streams, standIn, requests, nextDeletion: () => once(server, "deletion") }
}

test("one deletion runs at a time when the clock is moved by a day, and the last one has the new time", async () => {
  const { clock, streams, standIn, requests, nextDeletion } = await create()
  const first = nextDeletion()
  clock.advance(DAY_MS)
  expect(standIn).toHaveBeenCalledTimes(1)
  await first
  const second = nextDeletion()
  requests[0]?.response.end('{"count":0}')
  await second
  requests[1]?.response.end('{"count":0}')
  expect(requests.map(({ now }) => now)).toEqual([clock.now(), clock.now()])
  streams.stop()
  expect(clock.pending).toBe(0)
})

test("a deletion that fails is reported, unless the close has interrupted it", async () => {
  const clock = new ManualClock()
  const errors: string[] = []
  let standIn = Promise.withResolvers<StandIn>()
  const streams = createTableStreams({
    standIn: () => standIn.promise,
    clock,
    log: { ...silentLog, error: (event) => errors.push(event) },
  })
  streams.expire([table])
  async function failDeletion(meanwhile: () => void): Promise<void> {
    standIn = Promise.withResolvers()
    clock.advance(60_000)
    meanwhile()
    standIn.reject(new Error("The stand-in is closed"))
    await new Promise((resolve) => setImmediate(resolve))
  }
  await failDeletion(() => {})
  expect(errors).toEqual(["Expired items not deleted"])
  await failDeletion(streams.stop)
  expect(errors).toHaveLength(1)
})
