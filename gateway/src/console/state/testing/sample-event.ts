// The event of a message, for tests of the console's state.
import type { EventEntry } from "../entry.ts"

export const sampleEvent: EventEntry = {
  id: 1,
  time: 10_000,
  kind: "event",
  apiId: "api",
  stage: "dev",
  eventType: "MESSAGE",
  routeKey: "chat",
  connectionId: "c1",
  requestId: "r1",
  status: 200,
  durationMs: 20,
}
