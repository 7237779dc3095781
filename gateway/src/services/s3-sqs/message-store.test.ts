// What the store of messages keeps when a request fails, or its process is killed, between two steps.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { type MessageStore, openMessageStore, receiveInTransactions } from "./message-store.ts"

const load = (file: string) => import(new URL(file, import.meta.resolve("fauxqs")).href)
const { SqsStore, SqsQueue } = await load("./sqs/sqsStore.js")
const { SnsStore } = await load("./sns/snsStore.js")
const { PersistenceManager } = await load("./persistence.js")
// Other tests in this process may have done it as well.
receiveInTransactions(SqsQueue)
receiveInTransactions(SqsQueue)

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "messages-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

function open(folder: string) {
  const sqsStore = new SqsStore()
  const messages = openMessageStore(PersistenceManager, folder, { sqsStore, snsStore: new SnsStore() })
  onTestFinished(() => {
    try {
      messages.close()
    } catch {
      // The test has closed it.
    }
  })
  sqsStore.persistence = messages
  for (const queue of sqsStore.allQueues()) queue.persistence = messages
  return { sqsStore, messages: messages as MessageStore & { insertMessage(queueName: string): void } }
}

const arn = (name: string) => `arn:aws:sqs:eu-west-1:000000000000:${name}`

function bodies(folder: string, queueName: string): string[] {
  const { sqsStore } = open(folder)
  return sqsStore.inspectQueue(queueName).messages.ready.map(({ body }: { body: string }) => body)
}

test("a message stays in its queue when it cannot be stored in the dead-letter queue", () => {
  const folder = temporaryFolder()
  const { sqsStore, messages } = open(folder)
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arn("dead"), maxReceiveCount: 1 })
  sqsStore.createQueue("dead", "http://localhost/000000000000/dead", arn("dead"))
  const attributes = { RedrivePolicy, VisibilityTimeout: "0" }
  const queue = sqsStore.createQueue("queue", "http://localhost/000000000000/queue", arn("queue"), attributes)
  queue.enqueue(SqsStore.createMessage("body", {}))
  const receive = () => queue.dequeue(1, undefined, (dead: string) => sqsStore.getQueueByArn(dead))
  expect(receive()).toHaveLength(1)
  messages.insertMessage = () => {
    throw new Error("The disk is full.")
  }
  expect(receive).toThrow("The disk is full.")
  messages.close()
  expect([bodies(folder, "queue"), bodies(folder, "dead")]).toEqual([["body"], []])
})

test("a message that is made visible at once is visible in the next run as well", () => {
  const folder = temporaryFolder()
  const { sqsStore, messages } = open(folder)
  const queue = sqsStore.createQueue("queue", "http://localhost/000000000000/queue", arn("queue"))
  queue.enqueue(SqsStore.createMessage("body", {}))
  const [{ ReceiptHandle }] = queue.dequeue(1)
  queue.changeVisibility(ReceiptHandle, 0)
  expect(queue.dequeue(1)).toMatchObject([{ Body: "body" }])
  const [{ receiptHandle }] = sqsStore.inspectQueue("queue").messages.inflight
  queue.changeVisibility(receiptHandle, 0)
  messages.close()
  expect(bodies(folder, "queue")).toEqual(["body"])
})

test("a database that cannot be read is reported in one sentence", () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, "fauxqs.db"), "damaged".repeat(1000))
  expect(() => open(folder)).toThrow(
    expect.objectContaining({
      code: "DATA_UNUSABLE",
      message: `${join(folder, "fauxqs.db")} cannot be used: file is not a database.`,
    }),
  )
})
