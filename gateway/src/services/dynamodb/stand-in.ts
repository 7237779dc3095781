// Starts the stand-in for DynamoDB, the package dynalite, in a separate process. No other file imports it.
import { once } from "node:events"
import type { IncomingMessage, Server, ServerResponse } from "node:http"
import dynalite from "dynalite"
import { lockFolder } from "../stand-in/lock-folder.ts"
import type { StandInSettings } from "../stand-in/messages.ts"
import { type AddedOperation, type AddedOperations, respondToAdded } from "./added-operations.ts"
import { ChangeStreams } from "./change-streams.ts"
import { returnItemsOfFailedConditions } from "./condition-failures.ts"
import { createDescribeTable } from "./describe-table.ts"
import { keepTables } from "./kept-tables.ts"
import { respondToOwn } from "./own-requests.ts"
import { streamsApi } from "./streams-api.ts"
import { createTransactions } from "./transactions.ts"

/** @returns a function that closes the database */
export async function startDynamoDb({ socketPath, folder }: StandInSettings): Promise<() => Promise<void>> {
  const unlock = await lockFolder(folder)
  const streams = new ChangeStreams()
  const tables = keepTables(folder, streams)
  returnItemsOfFailedConditions()
  const instant = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 }
  const server = dynalite(folder === undefined ? instant : { ...instant, path: folder })
  await tables.repair()
  // The endpoint in front of it keeps its connections open as long as it runs.
  server.keepAliveTimeout = 0
  const store = tables.store()
  const transactions = createTransactions(store)
  const added: AddedOperations = new Map<string, AddedOperation>([
    ["DynamoDB_20120810.TransactWriteItems", transactions.write],
    ["DynamoDB_20120810.TransactGetItems", transactions.get],
    ["DynamoDB_20120810.DescribeTable", createDescribeTable(store, streams)],
    ...streamsApi(streams),
  ])
  respondBefore(
    server,
    (request, response) =>
      respondToOwn(request, response, { streams, store }) || respondToAdded(request, response, added),
  )
  server.prependListener("request", tolerateFaults)
  server.listen(socketPath)
  await once(server, "listening")
  return async () => {
    await new Promise<void>((resolve, reject) => {
      server.close((error) => (error ? reject(error) : resolve()))
      server.closeAllConnections()
    })
    unlock()
  }
}

/** Requests that are responded to here do not reach the package. */
function respondBefore(server: Server, respond: (request: IncomingMessage, response: ServerResponse) => boolean): void {
  const handlers = server.listeners("request") as ((...arguments_: unknown[]) => void)[]
  server.removeAllListeners("request")
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    if (respond(request, response)) return
    for (const handle of handlers) handle.call(server, request, response)
  })
}

/**
 * The package throws for some requests that DynamoDB would reject, such as those with a null. It validates a request in
 * the turn in which the body ends, before it reads or writes anything, so nothing is left half done.
 */
function tolerateFaults(request: IncomingMessage, response: ServerResponse): void {
  const { emit } = request
  request.emit = (event: string, ...values: unknown[]) => {
    // It throws for a client that goes away as well.
    if (event === "error") return true
    if (event !== "end") return emit.call(request, event, ...values)
    try {
      return emit.call(request, event, ...values)
    } catch (error) {
      const message = `The request cannot be read: ${(error as Error).message}`
      response.writeHead(400, { "content-type": "application/x-amz-json-1.0" })
      response.end(JSON.stringify({ __type: "com.amazon.coral.service#SerializationException", message }))
      return true
    }
  }
}
