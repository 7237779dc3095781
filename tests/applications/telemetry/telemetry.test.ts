// Devices that send readings through mapping templates to DynamoDB and SQS, as their clients see it.
import { join } from "node:path"
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb"
import { openSocket, startGateway, type TestGateway } from "@document-insight/gateway/testing"
import { afterAll, beforeAll, expect, test } from "vitest"

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startGateway({ source: join(import.meta.dirname, "template.yaml") })
})
afterAll(() => gateway.close())

test("a reading is accepted, stored, and read back", async () => {
  const device = await openSocket(gateway.webSocketUrl())
  device.send({ action: "reading", device: 'the "first"', values: [20, 21.5, 22] })
  const messages = [JSON.parse(await device.next()), JSON.parse(await device.next())]
  expect(messages).toContainEqual({ status: "accepted", id: expect.stringMatching(/^[\w-]{36}$/) })
  expect(messages.find(({ status }) => status === "stored")).toMatchObject({
    device: 'the "first"',
    mean: expect.closeTo(21.17, 2),
  })
  device.send({ action: "latest", device: 'the "first"' })
  expect(JSON.parse(await device.next())).toMatchObject({ status: "latest", device: 'the "first"', count: 3 })
  device.send({ action: "latest", device: "another" })
  expect(JSON.parse(await device.next())).toEqual({ status: "unknown" })
  await device.close()
  expect(gateway.events.filter(({ event }) => event === "denied" || event === "problem")).toEqual([])
})

test("a reading that does not match its model is rejected before it is sent", async () => {
  const device = await openSocket(gateway.webSocketUrl())
  device.send({ action: "reading", device: "one", values: [] })
  expect(JSON.parse(await device.next())).toMatchObject({ message: "Bad request body" })
  device.send({ action: "reading", device: "one", values: [1] })
  expect(JSON.parse(await device.next())).toMatchObject({ status: expect.stringMatching(/accepted|stored/) })
  await device.close()
})

test("the table has the devices that are connected", async () => {
  const { DevicesTable: TableName } = gateway.outputs()
  const database = new DynamoDBClient({
    endpoint: gateway.endpoints.dynamodb ?? "",
    region: "us-east-1",
    credentials: gateway.credentials,
  })
  const connected = async () => (await database.send(new ScanCommand({ TableName }))).Items ?? []
  // The devices of the other tests leave.
  await expect.poll(connected, { timeout: 10_000 }).toEqual([])
  const device = await openSocket(gateway.webSocketUrl())
  expect(await connected()).toMatchObject([
    { address: { S: "127.0.0.1" }, connectedAt: { N: expect.stringMatching(/^\d{13}$/) } },
  ])
  await device.close()
  await expect.poll(connected, { timeout: 10_000 }).toEqual([])
  database.destroy()
})
