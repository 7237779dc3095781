// Two bidders who bid at the same time, as they see the auction.
import { join } from "node:path"
import { DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb"
import { openSocket, startGateway } from "@document-insight/gateway/testing"
import { expect, test } from "vitest"

const source = join(import.meta.dirname, "template.yaml")
const AMOUNTS = [1, 2, 3]

test("of two bids at the same time the higher one leads, and the schedule sells to the last leader", async () => {
  const ends = new Date(Date.now() + 5 * 60_000).toISOString().slice(0, 19)
  await using gateway = await startGateway({ source, parameters: { EndsAt: ends } })
  const bidders = await Promise.all(["Ada", "Alan"].map((name) => openSocket(`${gateway.webSocketUrl()}?name=${name}`)))
  const [ada, alan] = bidders as [(typeof bidders)[0], (typeof bidders)[0]]
  for (const amount of AMOUNTS) for (const bidder of bidders) bidder.send({ action: "bid", item: "clock", amount })

  // A response to each bid, and a push for each that was accepted, to both.
  const accepted: number[] = []
  for (const bidder of bidders) {
    const pushed: number[] = []
    const own: number[] = []
    for (let responses = 0; responses < AMOUNTS.length || pushed.length < 1; ) {
      const { status, amount } = await bidder.nextJson<{ status?: string; amount: number }>()
      if (status === undefined) pushed.push(amount)
      else responses++
      if (status === "accepted") own.push(amount)
    }
    accepted.push(...own)
  }
  // No amount was accepted twice, and the highest one was.
  expect(accepted.toSorted()).toEqual([...new Set(accepted)].toSorted())
  expect(accepted).toContain(3)

  const database = new DynamoDBClient({
    endpoint: gateway.endpoints.dynamodb ?? "",
    region: "us-east-1",
    credentials: gateway.credentials,
  })
  const { Items = [] } = await database.send(
    new QueryCommand({
      TableName: gateway.outputs().Bids,
      KeyConditionExpression: "#item = :clock",
      ExpressionAttributeNames: { "#item": "item" },
      ExpressionAttributeValues: { ":clock": { S: "clock" } },
    }),
  )
  database.destroy()
  expect(Items.map(({ amount }) => Number(amount?.N))).toEqual(accepted.toSorted())

  gateway.clock.advance(5 * 60_000)
  const leader = Items.at(-1)?.by?.S
  for (const bidder of bidders) {
    let message = await bidder.nextJson()
    while (message.soldTo === undefined) message = await bidder.nextJson()
    expect(message).toEqual({ item: "clock", soldTo: leader, amount: 3 })
  }
  ada.send({ action: "bid", item: "clock", amount: 100 })
  expect(await ada.nextJson()).toEqual({ status: "rejected", amount: 100 })
  await alan.close()
  expect(gateway.events.filter(({ event }) => event === "denied" || event === "problem")).toEqual([])
})
