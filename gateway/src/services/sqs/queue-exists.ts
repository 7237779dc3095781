// Asks the stand-in whether it has the queue of a request.
import { request as sendRequest } from "node:http"
import type { QueueDefinition } from "../../definition/storage.ts"
import { type StandIn, StandInUnavailable } from "../stand-in/stand-in-process.ts"
import { nameInUrl, type SqsRequest } from "./needed-permissions.ts"

/** A request that names no queue, or creates it, counts as one to a queue that exists. */
export async function queueExists(
  { standIn, queues }: { standIn: StandIn; queues: readonly QueueDefinition[] },
  { operation, input }: SqsRequest,
): Promise<boolean> {
  const { QueueUrl, QueueName } = input
  const name = typeof QueueUrl === "string" ? nameInUrl(QueueUrl) : QueueName
  if (typeof name !== "string" || operation === "CreateQueue") return true
  if (queues.some(({ queueName }) => queueName === name)) return true
  await standIn.available()
  const { socketPath } = standIn
  const headers = { "content-type": "application/x-amz-json-1.0", "x-amz-target": "AmazonSQS.GetQueueUrl" }
  return new Promise((resolve, reject) => {
    sendRequest({ socketPath, path: "/", method: "POST", headers }, (response) => {
      response.resume()
      resolve(response.statusCode === 200)
    })
      .once("error", (cause) => reject(new StandInUnavailable(cause.message, { cause })))
      .end(JSON.stringify({ QueueName: name }))
  })
}
