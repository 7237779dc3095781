// The operations of DynamoDB that the package dynalite does not have, within the process of the stand-in.
import type { IncomingMessage, ServerResponse } from "node:http"
import { text } from "node:stream/consumers"
import { parseJsonObject } from "../../foundation/parse-json.ts"
import { dynamoDbError, isDynamoDbError } from "./dynamodb-error.ts"

/** @throws DynamoDbError */
export type AddedOperation = (input: Record<string, unknown>) => Promise<object>

/** By the header X-Amz-Target: `DynamoDB_20120810.TransactWriteItems`. */
export type AddedOperations = ReadonlyMap<string, AddedOperation>

/** `DynamoDB_20120810.PutItem` of an operation that the package has. */
const ofPackage =
  /^DynamoDB_20120810\.(Batch(Get|Write)Item|(Create|Delete|Update)Table|DescribeTimeToLive|(Delete|Get|Put|Update)Item|List(Tables|TagsOfResource)|Query|Scan|(Tag|Untag)Resource)$/

/** @returns whether the request is responded to here, and not by the package */
export function respondToAdded(
  incoming: IncomingMessage,
  response: ServerResponse,
  operations: AddedOperations,
): boolean {
  const target = String(incoming.headers["x-amz-target"] ?? "")
  if (ofPackage.test(target)) return false
  const send = (status: number, body: object) => {
    if (response.destroyed) return
    response.writeHead(status, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(body))
  }
  run(target, incoming, operations).then(
    (output) => send(200, output),
    (error: Error) => {
      const known = isDynamoDbError(error) ? error : dynamoDbError("InternalServerError", error.message)
      send(isDynamoDbError(error) ? error.statusCode : 500, known.body)
    },
  )
  return true
}

async function run(target: string, incoming: IncomingMessage, operations: AddedOperations): Promise<object> {
  const body = await text(incoming)
  const operation = operations.get(target)
  if (!operation) {
    const name = target.split(".").at(-1)
    const message = `${name} is not served by this gateway: it serves reading and writing items, transactions and streams.`
    throw serviceError("UnknownOperationException", message)
  }
  return operation(parseInput(body))
}

function parseInput(body: string): Record<string, unknown> {
  const input = parseJsonObject(body)
  if (input) return input
  throw serviceError("SerializationException", "The body of the request is not a JSON object")
}

function serviceError(code: string, message: string): Error {
  const body = { __type: `com.amazon.coral.service#${code}`, message }
  return Object.assign(new Error(message), { statusCode: 400, body })
}
