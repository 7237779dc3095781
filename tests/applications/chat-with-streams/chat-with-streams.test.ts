// A chat that pushes what a stream reports, as its members see it.
import { join } from "node:path"
import { openSocket, startGateway } from "@document-insight/gateway/testing"
import { expect, test } from "vitest"

const source = join(import.meta.dirname, "template.yaml")

test("a message reaches everyone in its room in order, and a silent member leaves after two minutes", async () => {
  await using gateway = await startGateway({ source })
  await expect(openSocket(gateway.webSocketUrl())).rejects.toThrow("400")
  const enter = (room: string, name: string) => openSocket(`${gateway.webSocketUrl()}?room=${room}&name=${name}`)
  const [ada, grace, alan] = await Promise.all([enter("blue", "Ada"), enter("blue", "Grace"), enter("red", "Alan")])
  for (const text of ["one", "two", "three"]) {
    ada.send({ action: "say", text })
    for (const member of [ada, grace]) expect(await member.nextJson()).toEqual({ from: "Ada", text })
  }
  alan.send({ action: "say", text: "anyone here?" })
  expect(await alan.nextJson()).toEqual({ from: "Alan", text: "anyone here?" })

  await grace.close()
  gateway.clock.advance(3 * 60_000)
  expect(await Promise.all([ada.closed, alan.closed])).toEqual([
    expect.objectContaining({ code: 1000 }),
    expect.objectContaining({ code: 1000 }),
  ])
  await expect.poll(() => gateway.invocations("$disconnect").length).toBe(3)
  expect(gateway.events.filter(({ event }) => event === "denied" || event === "problem")).toEqual([])
})
