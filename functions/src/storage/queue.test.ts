// Tests of sending many messages at once.
import { SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { createQueue } from "./queue.ts"

/** A client that rejects the messages with these bodies, and fails requests with a message in `failing`. */
function queueThatRejects(rejected: string[], failing: string[] = []) {
  const requests: string[][] = []
  const client = {
    async send(command: SendMessageBatchCommand) {
      expect(command).toBeInstanceOf(SendMessageBatchCommand)
      const entries = command.input.Entries ?? []
      const bodies = entries.map(({ MessageBody = "" }) => MessageBody)
      requests.push(bodies)
      if (bodies.some((body) => failing.includes(body))) throw new Error("no response")
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

test("returns the messages of a request that failed, and rejects when every request failed", async () => {
  const bodies = Array.from({ length: 25 }, (_, index) => `message ${index}`)
  const { queue } = queueThatRejects(["message 3"], ["message 15"])
  expect(await queue.sendAll(bodies)).toEqual(["message 3", ...bodies.slice(10, 20)])
  const { queue: unreachable } = queueThatRejects([], ["message 0", "message 10", "message 20"])
  await expect(unreachable.sendAll(bodies)).rejects.toThrow("no response")
})
