// One API with two stages, as the clients of each see it.
import { join } from "node:path"
import { openSocket, startGateway } from "@document-insight/gateway/testing"
import { expect, test } from "vitest"

const source = join(import.meta.dirname, "template.json")

test("each stage has its own function, table, texts and throttle", async () => {
  await using gateway = await startGateway({ source })
  const { BlueUrl = "", GreenUrl = "" } = gateway.outputs()
  expect([BlueUrl, GreenUrl]).toEqual([gateway.webSocketUrl("Api/blue"), gateway.webSocketUrl("Api/green")])
  const [blue, green] = await Promise.all([openSocket(BlueUrl), openSocket(GreenUrl)])
  const count = async (socket: typeof blue) => {
    socket.send({ action: "count", of: "sheep" })
    return await socket.nextJson()
  }
  expect(await count(blue)).toEqual({ stage: "blue", count: 1 })
  expect(await count(blue)).toEqual({ stage: "blue", count: 2 })
  expect(await count(green)).toEqual({ stage: "green", count: 10 })
  for (const socket of [blue, green]) socket.send({ action: "greet" })
  expect(await blue.nextJson()).toEqual({ greeting: "hello", stage: "blue" })
  expect(await green.nextJson()).toEqual({ greeting: "bonjour", stage: "green" })

  for (let number = 0; number < 3; number++)
    for (const socket of [blue, green]) socket.send({ action: "count", of: "goats" })
  const [blueCounts, greenCounts] = await Promise.all(
    [blue, green].map(async (socket) => [await socket.nextJson(), await socket.nextJson(), await socket.nextJson()]),
  )
  expect(blueCounts).toHaveLength(3)
  expect(blueCounts).toContainEqual({ stage: "blue", count: 3 })
  expect(greenCounts).toContainEqual(expect.objectContaining({ message: "Too Many Requests" }))
  expect(gateway.events.filter(({ event }) => event === "denied" || event === "problem")).toEqual([])
})
