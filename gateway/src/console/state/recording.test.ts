// Recorded connections, as a client can repeat them.
import { expect, test } from "vitest"
import type { Entry, Stage } from "./entry.ts"
import { recordingOf } from "./recording.ts"
import { createTimeline } from "./timeline.ts"

const stage: Stage = {
  protocol: "WEBSOCKET",
  apiId: "api",
  logicalId: "Api",
  stageName: "dev",
  url: "ws://localhost/dev",
}

let nextId = 1

function eventOf(eventType: string, fields: object): Entry {
  const id = nextId++
  const common = {
    id,
    kind: "event",
    apiId: "api",
    stage: "dev",
    connectionId: "A=",
    requestId: `r${id}`,
    durationMs: 5,
  }
  return { ...common, eventType, ...fields } as Entry
}

const connect = eventOf("CONNECT", {
  time: 1000,
  event: JSON.stringify({
    multiValueHeaders: {
      Host: ["api.example"],
      "User-Agent": ["agent"],
      "Sec-WebSocket-Key": ["k"],
      "Sec-WebSocket-Protocol": ["chat.v1, chat.v2"],
      "X-Forwarded-For": ["127.0.0.1"],
      "X-Color": ["green", "blue"],
    },
    multiValueQueryStringParameters: { user: ["ada l"], room: ["1", "2"] },
  }),
})

function rowsOf(...entries: Entry[]) {
  const timeline = createTimeline()
  for (const entry of entries) timeline.add(entry)
  return timeline.rows()
}

test("has the handshake without what belongs to the connection, and the frames with the time between them", () => {
  const first = eventOf("MESSAGE", { time: 1105, frame: "one" })
  const second = eventOf("MESSAGE", { time: 1405, frame: "two" })
  const other = eventOf("MESSAGE", { time: 1200, frame: "other", connectionId: "B=" })
  expect(recordingOf(rowsOf(connect, first, other, second), "A=", [stage])).toEqual({
    url: "ws://localhost/dev",
    query: "user=ada%20l&room=1&room=2",
    headers: [
      ["X-Color", "green"],
      ["X-Color", "blue"],
    ],
    protocols: ["chat.v1", "chat.v2"],
    frames: [
      { text: "one", afterMs: 100 },
      { text: "two", afterMs: 300 },
    ],
  })
})

test("of a $connect without a function has the frames only", () => {
  const bare = eventOf("CONNECT", { time: 1000 })
  expect(recordingOf(rowsOf(bare), "A=", [stage])).toMatchObject({ query: "", headers: [], protocols: [], frames: [] })
})

test("is missing with a reason", () => {
  const long = eventOf("MESSAGE", { time: 1105, frame: "xyz… (9000 characters)" })
  expect(recordingOf(rowsOf(long), "A=", [stage])).toBe("Its handshake is no longer kept.")
  expect(recordingOf(rowsOf(connect, long), "A=", [stage])).toBe("One of its frames is too long to be kept.")
  expect(recordingOf(rowsOf(connect), "A=", [])).toBe("Its stage is no longer deployed.")
})
