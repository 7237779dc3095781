// Orders that go over an event bus, as the customer sees them.
import { join } from "node:path"
import { openSocket, startGateway } from "@document-insight/gateway/testing"
import { expect, test } from "vitest"

const source = join(import.meta.dirname, "template.yaml")

test("an order is placed, charged and reported in the evening", async () => {
  await using gateway = await startGateway({ source })
  const customer = await openSocket(gateway.webSocketUrl())
  const order = async (item: string, cents: number) => {
    customer.send({ action: "order", item, cents })
    const messages = [await customer.nextJson(), await customer.nextJson()]
    const placed = messages.find(({ status }) => status === "placed")
    expect(messages).toEqual([placed, placed].map(() => ({ status: expect.any(String), order: placed?.order })))
    return messages.find(({ status }) => status !== "placed")?.status
  }
  expect(await order('a "red" lamp', 4950)).toBe("paid")
  expect(await order("a piano", 499_900)).toBe("declined")
  customer.send({ action: "order", item: "nothing", cents: 0 })
  expect(await customer.nextJson()).toMatchObject({ message: "Bad request body" })
  await customer.close()

  gateway.clock.advance(24 * 60 * 60_000)
  const isReport = (message: string) => message.includes("report: 1 of 2 orders paid, 49.5 in all")
  await gateway.untilEvent((event) => event.event === "log" && isReport(event.message))
  expect(gateway.events.filter(({ event }) => event === "denied" || event === "problem")).toEqual([])
})
