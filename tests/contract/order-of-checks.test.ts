// What a handshake is checked for first, and which settings of a stage win.
import { describe, expect, test } from "vitest"
import { openSocket, rejectedHandshake } from "../testing/open-socket.ts"
import { startLocal } from "../testing/start-local.ts"
import { echoEvent } from "../testing/template.ts"

const nothing = { ThrottlingRateLimit: 0, ThrottlingBurstLimit: 0 }

describe("a handshake", () => {
  test("is rejected with 403 for a missing API key before it is throttled", async () => {
    const { url } = await startLocal({
      routes: { $connect: { apiKeyRequired: true } },
      stage: { DefaultRouteSettings: nothing },
    })
    expect((await rejectedHandshake(url)).status).toBe(403)
  })

  test("is rejected with 429 by a rate of zero", async () => {
    const { url } = await startLocal({ routes: { $connect: {} }, stage: { DefaultRouteSettings: nothing } })
    expect((await rejectedHandshake(url)).status).toBe(429)
  })
})

test("a route cannot switch off detailed metrics that the stage switched on", async () => {
  const { gateway, url } = await startLocal({
    routes: { echo: { code: echoEvent, twoWay: true } },
    stage: {
      DefaultRouteSettings: { DetailedMetricsEnabled: true },
      RouteSettings: { echo: { DetailedMetricsEnabled: false } },
    },
  })
  const socket = await openSocket(url)
  socket.send({ action: "echo" })
  await socket.next()
  const apiId = gateway.outputs().ApiId ?? ""
  expect(gateway.metrics.read("MessageCount", { apiId, stageName: "dev", routeKey: "echo" }).sum).toBeGreaterThan(0)
})
