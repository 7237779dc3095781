// The console in Chromium: what tables, queues and buckets contain. One gateway and one page for all tests.
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { text } from "node:stream/consumers"
import { BatchWriteItemCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs"
import { afterAll, expect, onTestFinished, test } from "vitest"
import { problemsInBothThemes } from "../testing/accessibility.ts"
import { copyTestsOfData, withData } from "../testing/console-data.ts"
import { useConsoleWorld } from "../testing/console-world.ts"

type Span = { traceId: string; spanId: string; parentSpanId?: string; name: string }

/** A collector of OpenTelemetry that keeps the spans and the names of metrics. */
const spans: Span[] = []
const metricNames = new Set<string>()
const collector = createServer(async (request, response) => {
  const body = JSON.parse(await text(request))
  if (request.url === "/v1/traces") spans.push(...body.resourceSpans[0].scopeSpans[0].spans)
  else for (const { name } of body.resourceMetrics[0].scopeMetrics[0].metrics) metricNames.add(name)
  response.end("{}")
}).listen(0, "127.0.0.1")
await once(collector, "listening")
const { port } = collector.address() as AddressInfo
afterAll(() => void collector.close())

const world = useConsoleWorld(withData, { consoleWrite: true, otlpUrl: `http://127.0.0.1:${port}` })

function client<Client extends { destroy(): void }>(
  Type: new (options: {
    endpoint: string
    region: string
    credentials: { accessKeyId: string; secretAccessKey: string }
  }) => Client,
  service: string,
): Client {
  const { endpoints, credentials } = world.gateway
  const made = new Type({ endpoint: endpoints[service] ?? "", region: "us-east-1", credentials })
  onTestFinished(() => made.destroy())
  return made
}

async function save(id: string): Promise<void> {
  const socket = await world.connect()
  socket.send({ action: "save", id })
  expect(await socket.nextJson()).toEqual({ status: "saved" })
}

async function sendToQueue(name: string, body: string): Promise<void> {
  const { endpoints } = world.gateway
  const QueueUrl = `${endpoints.sqs}/000000000000/${name}`
  await client(SQSClient, "sqs").send(new SendMessageCommand({ QueueUrl, MessageBody: body }))
}

test("a table has its items, found by words and by attribute", async () => {
  await save("report")
  const dynamodb = client(DynamoDBClient, "dynamodb")
  for (let first = 0; first < 105; first += 21) {
    const puts = Array.from({ length: 21 }, (_, index) => {
      const count = first + index
      return {
        PutRequest: { Item: { id: { S: `draft-${count}` }, state: { S: "draft" }, text: { S: `<b>${count}</b>` } } },
      }
    })
    await dynamodb.send(new BatchWriteItemCommand({ RequestItems: { documents: puts } }))
  }
  const { page, detail, complaints } = await world.openConsole("#/data")
  await page.getByRole("link", { name: /^Documents/ }).click()
  await detail.getByText("100 items").waitFor()
  await detail.getByRole("button", { name: "Next" }).click()
  await detail.getByText("6 items").waitFor()
  await detail.getByText("Page 2").waitFor()
  await detail.getByLabel("Filter items").fill("state:saved")
  await detail.getByText("1 item of 106").waitFor()
  await detail.getByText("state: saved").click()
  await detail.getByText('"pages": 40').waitFor()
  await detail.getByLabel("Filter items").fill("<b>7</b>")
  await detail.getByText("text: <b>7</b>").waitFor()
  await detail.getByLabel("Filter items").fill("nowhere")
  await detail.getByText("No item matches the filter").waitFor()
  expect(complaints).toEqual([])
})

test("a queue has its depth and its messages, which stay as they are", async () => {
  await save("queued")
  const { page, detail } = await world.openConsole("#/data/queue:jobs")
  await detail.getByText('{"id":"queued"}').click()
  await detail.getByText('"id": "queued"').waitFor()
  await detail.getByText("0 times").waitFor()
  await sendToQueue("jobs", "a second one")
  await detail.getByText("a second one").waitFor()
  await page.getByRole("link", { name: /^Jobs [2-9]/ }).waitFor()
  await detail.getByRole("link", { name: "dead-jobs" }).click()
  await detail.getByRole("heading", { name: "DeadJobs" }).waitFor()
})

test("dead letters can be looked at and redriven to their queue", async () => {
  await sendToQueue("dead-jobs", "it failed three times")
  const { page, detail } = await world.openConsole("#/data")
  await page.getByRole("link", { name: /^DeadJobs [1-9]/ }).click()
  await detail.getByText("it failed three times").first().waitFor()
  await detail.getByRole("button", { name: "Redrive to jobs" }).click()
  await detail.getByText(/^\d+ moved to jobs\.$/).waitFor()
  await detail.getByText("The queue is empty.").waitFor()
  await detail.getByRole("link", { name: "jobs", exact: true }).click()
  await detail.getByText("it failed three times").first().waitFor()
})

test("a queue can be purged, after a question", async () => {
  await sendToQueue("jobs", "to be deleted")
  const { detail } = await world.openConsole("#/data/queue:jobs")
  await detail.getByText("to be deleted").first().waitFor()
  await detail.getByRole("button", { name: "Purge" }).click()
  await detail.getByRole("button", { name: "Cancel" }).click()
  await detail.getByText("to be deleted").first().waitFor()
  await detail.getByRole("button", { name: "Purge" }).click()
  await detail.getByRole("button", { name: "Delete all messages" }).click()
  await detail.getByText("The queue was purged.").waitFor()
  await detail.getByText("The queue is empty.").waitFor()
})

test("a bucket has its objects by prefix, and each can be downloaded", async () => {
  await save("kept")
  const { page, detail } = await world.openConsole("#/data/bucket:uploads")
  await detail.getByLabel("Prefix").fill("documents/k")
  await detail.getByText("1 object").waitFor()
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    detail.getByRole("link", { name: "documents/kept.txt" }).click(),
  ])
  expect(download.suggestedFilename()).toBe("kept.txt")
  expect(readFileSync(await download.path(), "utf8")).toBe("content of kept")
})

test("the trace of a message has the calls of its function, with the statements that allowed them", async () => {
  await save("traced")
  const { row, detail } = await world.openConsole()
  await row(/"id":"traced"/)
    .first()
    .click()
  const trace = detail.getByRole("region", { name: "Trace" })
  await trace.getByText(/^lambda:InvokeFunction allowed by PermissionSave$/).waitFor()
  await trace.getByText(/200 uploads\/documents\/traced.txt, by statement 4 of own$/).waitFor()
  await trace.getByText(/200 jobs, by statement 5 of own$/).waitFor()
  await trace.getByRole("link", { name: "DynamoDB PutItem" }).click()
  await detail.getByText("dynamodb:PutItem").waitFor()
  await detail.getByText("allowed on table/documents by statement 3 of own").waitFor()
  await detail.getByText('"TableName": "documents"').waitFor()
  await detail.getByText("Called by").waitFor()
})

test("a denied call of a service leads to its fix, from the message and from the call", async () => {
  const socket = await world.connect()
  socket.send({ action: "remove", id: "any" })
  await socket.next()
  const { page, row, detail } = await world.openConsole()
  await row(/"action":"remove"/)
    .last()
    .click()
  await detail.getByRole("region", { name: "Denial" }).getByText("dynamodb:DeleteItem").first().waitFor()
  await detail.getByRole("link", { name: "DynamoDB DeleteItem" }).click()
  await detail
    .getByText(/is not authorized to perform: dynamodb:DeleteItem/)
    .first()
    .waitFor()
  await page.getByLabel("Kind").selectOption("service")
  await row(/DynamoDB DeleteItem.*400/)
    .last()
    .waitFor()
})

test("requests of functions to tables and queues can be copied as Vitest tests", async () => {
  const { page, row } = await world.openConsole()
  await save("copied")
  await page.getByLabel("Kind").selectOption("service")
  await copyTestsOfData(world)
  // What the bucket received was not kept.
  await row(/S3 PutObject/).click()
  await page.getByRole("button", { name: "Copy as AWS CLI" }).waitFor()
  expect(await page.getByRole("button", { name: "Copy as Vitest test" }).count()).toBe(0)
})

test("a role has the actions that this run used, and the grants that it never used", async () => {
  await save("granted")
  const { page } = await world.openConsole("#/deployment")
  const role = page.getByRole("article", { name: "Role Role" })
  const grant = (action: string) => role.getByRole("listitem").filter({ hasText: action })
  await role.getByText(/^This run used .*dynamodb:PutItem \d+×.*s3:PutObject \d+×/).waitFor()
  for (const action of ["dynamodb:PutItem", "s3:PutObject", "sqs:SendMessage"]) {
    await grant(action)
      .getByText(/^used \d+×$/)
      .waitFor()
  }
  await grant("sqs:PurgeQueue").getByText("never used").waitFor()
})

test("the data is accessible in both themes", async () => {
  await save("seen")
  const { page, detail } = await world.openConsole("#/data/table:documents")
  await detail.getByText(/^\d+ items?$/).waitFor()
  const problems = await problemsInBothThemes(page)
  await page.getByRole("link", { name: /^DeadJobs/ }).click()
  await detail.getByRole("heading", { name: "DeadJobs" }).waitFor()
  problems.push(...(await problemsInBothThemes(page)))
  await page.getByRole("link", { name: /^Uploads/ }).click()
  await detail.getByText(/^\d+ objects?$/).waitFor()
  problems.push(...(await problemsInBothThemes(page)))
  expect(problems).toEqual([])
})

test("a collector of OpenTelemetry receives a message with the calls of its function as one trace", async () => {
  await save("exported")
  const ofSaves = () => spans.filter(({ name }) => name === "MESSAGE save")
  await expect.poll(() => ofSaves().length, { timeout: 20_000 }).toBeGreaterThan(0)
  const [message] = ofSaves()
  const own = spans.filter(({ traceId }) => traceId === message?.traceId)
  expect(own.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["dynamodb PutItem", "s3 PutObject", "sqs SendMessage", expect.stringMatching(/^invoke /)]),
  )
  const invocation = own.find(({ name }) => name.startsWith("invoke "))
  expect(invocation?.parentSpanId).toBe(message?.spanId)
  expect(own.find(({ name }) => name === "dynamodb PutItem")?.parentSpanId).toBe(invocation?.spanId)
  await expect.poll(() => [...metricNames]).toContain("AWS/ApiGateway/MessageCount")
})
