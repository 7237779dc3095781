// Tests of sending many messages at once.
import { SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { createQueue } from "./queue.ts"

/** A client that rejects the messages with these bodies. */
function queueThatRejects(rejected: string[]) {
  const requests: string[][] = []
  const client = {
    async send(command: SendMessageBatchCommand) {
      expect(command).toBeInstanceOf(SendMessageBatchCommand)
      const entries = command.input.Entries ?? []
      requests.push(entries.map(({ MessageBody = "" }) => MessageBody))
      return { Failed: entries.filter(({ MessageBody = "" }) => rejected.includes(MessageBody)) }
    },
  }
  return { requests, queue: createQueue(client as unknown as SQSClient, "https://queue") }
}

test("sends any number of messages, ten per request, and returns those that were not accepted", async () => {
  const { requests, queue } = queueThatRejects(["message 3", "message 24"])
  const bodies = Array.from({ length: 25 }, (_, index) => `message ${index}`)
  expect(await queue.sendAll(bodies)).toEqual(["message 3", "message 24"])
  expect(requests.map(({ length }) => length)).toEqual([10, 10, 5])
  expect(requests.flat()).toEqual(bodies)
  expect(await queue.sendAll([])).toEqual([])
})
