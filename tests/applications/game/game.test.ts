// A quiz whose rounds are executions of a state machine, as its players see it.
import { join } from "node:path"
import { ManualClock } from "@document-insight/gateway"
import { openSocket, startGateway } from "@document-insight/gateway/testing"
import { expect, test } from "vitest"

const source = join(import.meta.dirname, "template.yaml")
const question = { left: 19, right: 23 }

async function ask(socket: Awaited<ReturnType<typeof openSocket>>) {
  socket.send({ action: "play", question })
  const asked = JSON.parse(await socket.next())
  expect(asked.question).toEqual(question)
  return asked.token as string
}

test("a player is asked, responds with the token, and receives the score", async () => {
  await using gateway = await startGateway({ source })
  const player = await openSocket(gateway.webSocketUrl())
  for (const [answer, points] of [
    [42, 10],
    [41, 0],
    ["many", "not a number: many"],
  ] as const) {
    player.send({ action: "answer", token: await ask(player), answer })
    expect(JSON.parse(await player.next())).toEqual({ points })
  }
  expect(gateway.events.filter(({ event }) => event === "denied" || event === "problem")).toEqual([])
  const executions = gateway.events.flatMap((event) =>
    event.event === "log" && event.source === "states" ? event : [],
  )
  expect(executions.map(({ message }) => JSON.parse(message).type)).toEqual(
    expect.arrayContaining(["ExecutionStarted", "ExecutionSucceeded", "TaskFailed"]),
  )
})

test("a player who does not answer within 30 seconds of the clock is too late", async () => {
  const clock = new ManualClock()
  await using gateway = await startGateway({ source, clock })
  const player = await openSocket(gateway.webSocketUrl())
  await ask(player)
  clock.advance(30_000)
  expect(JSON.parse(await player.next())).toEqual({ points: "too late" })
})

test("an express execution scores several rounds at once, and its output is the response", async () => {
  await using gateway = await startGateway({ source })
  const player = await openSocket(gateway.webSocketUrl())
  player.send({ action: "total", rounds: [42, 1, 42].map((answer) => ({ question, answer })) })
  expect(JSON.parse(await player.next())).toEqual({ total: 20 })
})
