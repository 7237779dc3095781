// GraphQL with the subprotocol graphql-transport-ws, as its clients see it.
import { join } from "node:path"
import { HandshakeRejectedError, openSocket, startGateway } from "@document-insight/gateway/testing"
import { expect, test } from "vitest"

const source = join(import.meta.dirname, "template.yaml")
const protocols = ["graphql-ws", "graphql-transport-ws"]

const subscription = "subscription Of($id: ID!) { reviewAdded(product: $id) { stars text } }"
const mutation = (product: string, stars: number) =>
  `mutation { addReview(product: "${product}", stars: ${stars}, text: "so so") { product stars } }`

test("a mutation is published to the subscriptions that match, until they are completed", async () => {
  await using gateway = await startGateway({ source })
  const url = gateway.webSocketUrl()
  await expect(openSocket(url, { protocols: ["graphql-ws"] })).rejects.toThrow(HandshakeRejectedError)
  const [reader, writer] = await Promise.all([openSocket(url, { protocols }), openSocket(url, { protocols })])
  expect(reader.protocol).toBe("graphql-transport-ws")
  const request = (socket: typeof reader, id: string, query: string, variables?: object) =>
    socket.send({ type: "subscribe", id, payload: { query, variables } })

  for (const socket of [reader, writer]) {
    socket.send({ type: "connection_init" })
    expect(await socket.nextJson()).toEqual({ type: "connection_ack" })
  }
  request(reader, "1", subscription, { id: "lamp" })
  // The protocol does not acknowledge a subscription.
  await expect.poll(() => gateway.invocations("$default").length).toBe(3)

  request(writer, "a", mutation("chair", 5))
  request(writer, "b", mutation("lamp", 3))
  const responses = []
  for (let count = 0; count < 4; count++) responses.push(await writer.nextJson())
  expect(responses).toEqual(
    expect.arrayContaining([
      { type: "next", id: "b", payload: { data: { addReview: { product: "lamp", stars: 3 } } } },
      { type: "complete", id: "b" },
    ]),
  )
  expect(await reader.nextJson()).toEqual({
    type: "next",
    id: "1",
    payload: { data: { reviewAdded: { stars: 3, text: "so so" } } },
  })

  request(writer, "c", '{ product(product: "lamp") { reviews stars } }')
  expect(await writer.nextJson()).toEqual({
    type: "next",
    id: "c",
    payload: { data: { product: { reviews: 1, stars: 3 } } },
  })
  expect(await writer.nextJson()).toEqual({ type: "complete", id: "c" })
  request(writer, "d", "{ price }")
  expect(await writer.nextJson()).toMatchObject({
    type: "error",
    id: "d",
    payload: [{ message: 'Cannot query field "price" on type "Query".' }],
  })
  request(writer, "e", mutation("lamp", 6))
  expect(await writer.nextJson()).toMatchObject({
    type: "next",
    id: "e",
    payload: { data: null, errors: [{ path: ["addReview"] }] },
  })
  expect(await writer.nextJson()).toEqual({ type: "complete", id: "e" })

  writer.send("not a message of the protocol")
  expect(await writer.closed).toMatchObject({ code: 1000 })
  await reader.close()
  await gateway.untilEvent((event) => event.event === "log" && event.message.includes("removed 1 subscriptions"))
  expect(gateway.events.filter(({ event }) => event === "denied" || event === "problem")).toEqual([])
})
