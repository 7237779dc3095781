// Answers that are streamed word by word, as their readers see them.
import { join } from "node:path"
import { openSocket, startGateway } from "@document-insight/gateway/testing"
import { expect, test } from "vitest"

const source = join(import.meta.dirname, "template.json")

test("an answer is streamed by several invocations, until it is complete, cancelled, or its reader has left", async () => {
  await using gateway = await startGateway({ source, parameters: { WordsPerInvocation: "4" } })
  const reader = await openSocket(gateway.webSocketUrl())
  reader.send({ action: "ask", id: "a", question: "to be or not to be that is the question" })
  const words = []
  for (let index = 0; index < 10; index++) words.push((await reader.nextJson()).word)
  expect(words.join(" ")).toBe("to be or not to be that is the question")
  expect(await reader.nextJson()).toEqual({ id: "a", status: "complete", words: 10 })

  reader.send({ action: "ask", id: "b", question: "count to 1000000" })
  expect(await reader.nextJson()).toEqual({ id: "b", index: 0, word: "1" })
  reader.send({ action: "cancel", id: "b" })
  let last = await reader.nextJson()
  for (let index = 1; last.status === undefined; index++) {
    expect(last).toEqual({ id: "b", index, word: String(index + 1) })
    last = await reader.nextJson()
  }
  expect(last).toEqual({ id: "b", status: "cancelled", words: expect.any(Number) })

  reader.send({ action: "ask", id: "c", question: "count to 1000000" })
  await reader.next()
  reader.terminate()
  await gateway.untilEvent((event) => event.event === "log" && /answer c: gone after \d+ words/.test(event.message))
  expect(gateway.events.filter(({ event }) => event === "denied" || event === "problem")).toEqual([])
})
